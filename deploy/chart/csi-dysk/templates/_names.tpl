{{/* The driver's name, as the programs say it; nothing to choose. */}}
{{- define "dysk.driver" -}}
csi-dysk
{{- end }}

{{/* What all names begin with. */}}
{{- define "dysk.name" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" }}
{{- else if contains "csi-dysk" .Release.Name }}
{{- .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-csi-dysk" .Release.Name | trunc 40 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{/* What a pod is selected by: (dict "root" $ "component" "node"). */}}
{{- define "dysk.selector" -}}
app.kubernetes.io/name: csi-dysk
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{/* Labels of every object; component may be left out. */}}
{{- define "dysk.labels" -}}
app.kubernetes.io/name: csi-dysk
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- with get . "component" }}
app.kubernetes.io/component: {{ . }}
{{- end }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
{{- if not .root.Values.plainManifests }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Labels and annotations of an object: (dict "root" $ "component" "node" "annotations" (dict)). */}}
{{- define "dysk.metadata" -}}
labels:
  {{- include "dysk.labels" . | nindent 2 }}
{{- with merge (dict) (get . "annotations" | default dict) .root.Values.commonAnnotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* The secret that the chart's classes name. */}}
{{- define "dysk.secretNamespace" -}}
{{- .Values.credentials.secret.namespace | default .Release.Namespace }}
{{- end }}

{{- define "dysk.hasAccounts" -}}
{{- if or .Values.credentials.accounts.secretName .Values.credentials.accounts.files (include "dysk.classAccount" .) }}true{{ end }}
{{- end }}

{{/* One of our images: (dict "root" $ "name" "controller" "digest" "sha256:..."). */}}
{{- define "dysk.image" -}}
{{- $images := .root.Values.images -}}
{{- if .digest -}}
{{ $images.registry }}/csi-dysk-{{ .name }}@{{ .digest }}
{{- else -}}
{{ $images.registry }}/csi-dysk-{{ .name }}:{{ $images.tag | default .root.Chart.AppVersion }}
{{- end -}}
{{- end }}

{{/* A sidecar's image: (dict "root" $ "name" "csi-attacher" "tag" "v4.0.0"). */}}
{{- define "dysk.sidecarImage" -}}
{{ .root.Values.images.sidecarRegistry }}/{{ .name }}:{{ .tag }}
{{- end }}
