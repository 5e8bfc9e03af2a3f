{{/* What --accounts-dir is made of: files with secrets and files without, in one folder. */}}
{{- define "dysk.accountSources" -}}
{{- with .Values.credentials.accounts.secretName }}
- secret:
    name: {{ . }}
{{- end }}
{{- if .Values.credentials.accounts.files }}
- configMap:
    name: {{ include "dysk.name" . }}-accounts
{{- end }}
{{- if include "dysk.classAccount" . }}
# It may be made after the driver was installed.
- secret:
    name: {{ .Values.credentials.secret.name }}
    optional: true
{{- end }}
{{- end }}

{{/* Whether the secret that the classes name is the controller's own account too: leases that nodes ask for need one, and nothing else is said. */}}
{{- define "dysk.classAccount" -}}
{{- $own := .Values.credentials.accounts }}
{{- if and (not .Values.attach.required) (not $own.secretName) (not $own.files) .Values.credentials.secret.name (eq (include "dysk.secretNamespace" .) .Release.Namespace) }}true{{ end }}
{{- end }}

{{/* Whether nodes ask the controller: for credentials, or because they take the leases of their volumes themselves. */}}
{{- define "dysk.access" -}}
{{- if or .Values.access.enabled (not .Values.attach.required) }}true{{ end }}
{{- end }}
