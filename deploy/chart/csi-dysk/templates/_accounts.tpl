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
{{- end }}

{{/* Whether nodes ask the controller: for credentials, or because they take the leases of their volumes themselves. */}}
{{- define "dysk.access" -}}
{{- if or .Values.access.enabled (not .Values.attach.required) }}true{{ end }}
{{- end }}
