{{/* A container that needs nothing of the node. */}}
{{- define "dysk.unprivileged" -}}
allowPrivilegeEscalation: false
privileged: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* A pod none of whose containers needs to be root. */}}
{{- define "dysk.nonRootPod" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
# For the socket between the containers, and for secrets that are mounted as files.
fsGroup: 65532
seccompProfile:
  type: RuntimeDefault
{{- end }}
