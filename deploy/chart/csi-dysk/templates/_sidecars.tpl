{{/*
A sidecar of the controller: (dict "root" $ "container" "csi-attacher" "tag" "v4" "port" 9821 "portName" "attacher"
"args" (list ...) "env" (list)); env may be left out.
*/}}
{{- define "dysk.sidecar" -}}
- name: {{ .container }}
  image: {{ include "dysk.sidecarImage" (dict "root" .root "name" .container "tag" .tag) }}
  imagePullPolicy: {{ .root.Values.images.pullPolicy }}
  args:
    - --csi-address=/csi/csi.sock
    - --leader-election
    - --http-endpoint=:{{ .port }}
    - --kube-api-qps={{ .root.Values.sidecars.kubeApiQps }}
    - --kube-api-burst={{ .root.Values.sidecars.kubeApiBurst }}
    - --v={{ .root.Values.log.sidecarVerbosity }}
    {{- range .args }}
    - {{ . }}
    {{- end }}
  {{- $env := concat (include "dysk.apiEnv" .root | fromYamlArray) (get . "env" | default list) }}
  {{- with $env }}
  env:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  ports:
    - name: {{ .portName }}
      containerPort: {{ .port }}
  # It answers only when the driver has: as long as that one may take to start.
  startupProbe:
    httpGet:
      path: /healthz/leader-election
      port: {{ .portName }}
    periodSeconds: 5
    timeoutSeconds: 5
    failureThreshold: 60
  # A leader that can't renew its lease any more ends.
  livenessProbe:
    httpGet:
      path: /healthz/leader-election
      port: {{ .portName }}
    periodSeconds: 20
    timeoutSeconds: 5
    failureThreshold: 3
  securityContext:
    {{- include "dysk.unprivileged" . | nindent 4 }}
  resources:
    {{- toYaml .root.Values.sidecars.resources | nindent 4 }}
  volumeMounts:
    - name: socket
      mountPath: /csi
{{- end }}

{{/* Where the API server is, if not at its service address; a list, maybe empty. */}}
{{- define "dysk.apiEnv" -}}
{{- if .Values.kubernetesApi.host -}}
- name: KUBERNETES_SERVICE_HOST
  value: {{ .Values.kubernetesApi.host | quote }}
- name: KUBERNETES_SERVICE_PORT
  value: {{ .Values.kubernetesApi.port | quote }}
{{- else -}}
[]
{{- end }}
{{- end }}
