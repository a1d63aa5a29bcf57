{{- define "hooklane.fullname" -}}
{{- if .Values.fullnameOverride -}}{{ .Values.fullnameOverride | trunc 50 | trimSuffix "-" }}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}{{ .Release.Name | trunc 50 | trimSuffix "-" }}
{{- else -}}{{ printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" }}{{- end -}}
{{- end -}}
{{- end -}}

{{/* Labels that never change: of selectors. Call with (dict "root" $ "component" "worker"), and a "group" of workers. */}}
{{- define "hooklane.selector" -}}
app.kubernetes.io/name: {{ default .root.Chart.Name .root.Values.nameOverride | quote }}
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
{{- with .component }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- with .group }}
hooklane/group: {{ .name }}
{{- end }}
{{- end -}}

{{- define "hooklane.labels" -}}
{{ include "hooklane.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service | quote }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | quote }}
{{- end -}}

{{/* settings.grace in whole seconds, rounded up. */}}
{{- define "hooklane.graceSeconds" -}}
{{- $grace := .Values.settings.grace -}}
{{- $number := regexFind "^[0-9]+" $grace | int -}}
{{- if hasSuffix "ms" $grace -}}{{ div (add $number 999) 1000 }}
{{- else if hasSuffix "m" $grace -}}{{ mul $number 60 }}
{{- else -}}{{ $number }}{{- end -}}
{{- end -}}

{{- define "hooklane.secretName" -}}
{{- $own := printf "%s-secrets" (include "hooklane.fullname" .) -}}
{{- if .Values.secrets.existingSecret -}}{{ .Values.secrets.existingSecret }}
{{- else if and .Values.secrets.apiToken .Values.secrets.secretKey -}}{{ $own }}
{{- else -}}{{ fail "secrets: give existingSecret, or both apiToken (openssl rand -hex 32) and secretKey (openssl rand -base64 32)" }}
{{- end -}}
{{- end -}}

{{/* What both programs have. Call with (dict "root" $ "component" "worker" "port" 8081), and a "group" of workers. */}}
{{- define "hooklane.deployment" -}}
{{- $values := .root.Values -}}
{{- $mine := index $values .component -}}
{{- $name := printf "%s-%s" (include "hooklane.fullname" .root) .component -}}
{{- $group := default dict .group -}}
{{- if .group }}{{ $name = printf "%s-%s" $name .group.name }}{{ end -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ $name }}
  labels: {{- include "hooklane.labels" . | nindent 4 }}
spec:
  {{- if not (and (eq .component "worker") (ne $values.autoscaling.kind "none")) }}
  replicas: {{ dig "replicas" $mine.replicas $group }}
  {{- end }}
  strategy:
    type: RollingUpdate
    rollingUpdate: { maxUnavailable: 0, maxSurge: 1 }
  selector:
    matchLabels: {{- include "hooklane.selector" . | nindent 6 }}
  template:
    metadata:
      labels: {{- include "hooklane.labels" . | nindent 8 }}
      annotations:
        # A changed Secret of this chart starts the pods anew.
        checksum/secrets: {{ toJson $values.secrets | sha256sum }}
        {{- with $mine.podAnnotations }}{{ toYaml . | nindent 8 }}{{ end }}
    spec:
      serviceAccountName: {{ include "hooklane.fullname" .root }}
      automountServiceAccountToken: false
      # HOOKLANE_GRACE, 5 s until nothing new comes, 5 s for closing, and 5 s to spare.
      terminationGracePeriodSeconds: {{ add (include "hooklane.graceSeconds" .root) 15 }}
      {{- with $values.image.pullSecrets }}
      imagePullSecrets: {{- toYaml . | nindent 8 }}
      {{- end }}
      securityContext:
        runAsNonRoot: true
        runAsUser: 1000
        runAsGroup: 1000
        fsGroup: 1000
        seccompProfile: { type: RuntimeDefault }
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels: {{- include "hooklane.selector" . | nindent 14 }}
      containers:
        - name: {{ .component }}
          image: {{ printf "%s/%s:%s" $values.image.repository .component (default .root.Chart.AppVersion $values.image.tag) | quote }}
          imagePullPolicy: {{ $values.image.pullPolicy }}
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: { drop: [ALL] }
          ports:
            - { name: http, containerPort: {{ .port }}, protocol: TCP }
          env:
            - { name: PORT, value: {{ .port | quote }} }
            {{- if $values.redis.existingSecret }}
            - name: REDIS_URL
              valueFrom:
                secretKeyRef: { name: {{ $values.redis.existingSecret }}, key: {{ $values.redis.existingSecretKey }} }
            {{- else }}
            - { name: REDIS_URL, value: {{ required "redis: give url or existingSecret" $values.redis.url | quote }} }
            {{- end }}
            {{- if $values.redis.tls.caSecret }}
            - { name: HOOKLANE_REDIS_CA_FILE, value: /run/redis-ca/{{ $values.redis.tls.caKey }} }
            {{- end }}
            {{- if $values.redis.sentinel.existingSecret }}
            - name: HOOKLANE_REDIS_SENTINEL_PASSWORD
              valueFrom:
                secretKeyRef: { name: {{ $values.redis.sentinel.existingSecret }}, key: {{ $values.redis.sentinel.existingSecretKey }} }
            {{- end }}
            - { name: HOOKLANE_SECRET_KEY_FILE, value: /run/secrets/hooklane/secret-key }
            {{- if eq .component "server" }}
            - { name: HOOKLANE_API_TOKEN_FILE, value: /run/secrets/hooklane/api-token }
            {{- end }}
            - { name: HOOKLANE_GRACE, value: {{ $values.settings.grace | quote }} }
            - { name: LOG_LEVEL, value: {{ $values.settings.logLevel | quote }} }
            {{- range $variable, $value := dict
                "HOOKLANE_REDIS_SENTINEL_USER" $values.redis.sentinel.user
                "HOOKLANE_REDIS_SERVER_NAME" $values.redis.tls.serverName
                "HOOKLANE_REDIS_REPLICAS" $values.redis.confirmedReplicas
                "HOOKLANE_RETRY_SCHEDULE" $values.settings.retrySchedule
                "HOOKLANE_RETENTION" $values.settings.retention
                "HOOKLANE_REQUEST_TIMEOUT" $values.settings.requestTimeout
                "HOOKLANE_ALLOWED_NETWORKS" (join "," $values.settings.allowedNetworks)
                "HOOKLANE_LANE_SLOTS" $mine.laneSlots
                "HOOKLANE_SLOW_LANE_SLOTS" $mine.slowLaneSlots
                "HOOKLANE_SHARDS" $values.settings.shards
                "HOOKLANE_WORKER_SHARDS" (dig "shards" "" $group) }}
            {{- if $value }}
            - { name: {{ $variable }}, value: {{ $value | toString | quote }} }
            {{- end }}
            {{- end }}
            {{- with $values.extraEnv }}{{ toYaml . | nindent 12 }}{{ end }}
          # Alive while it answers; ready while it also has Redis. A Redis that is away must not restart the pods.
          startupProbe:
            httpGet: { path: /healthz, port: http }
            periodSeconds: 2
            failureThreshold: 30
          livenessProbe:
            httpGet: { path: /healthz, port: http }
            periodSeconds: 10
            timeoutSeconds: 5
            failureThreshold: 3
          readinessProbe:
            httpGet: { path: /readyz, port: http }
            periodSeconds: 5
            timeoutSeconds: 3
            failureThreshold: 2
          {{- if eq .component "server" }}
          lifecycle:
            # Until the Service no longer sends new requests here.
            preStop: { exec: { command: [sleep, '5'] } }
          {{- end }}
          resources: {{- toYaml $mine.resources | nindent 12 }}
          volumeMounts:
            - { name: secrets, mountPath: /run/secrets/hooklane, readOnly: true }
            {{- if $values.redis.tls.caSecret }}
            - { name: redis-ca, mountPath: /run/redis-ca, readOnly: true }
            {{- end }}
      volumes:
        - name: secrets
          secret:
            secretName: {{ include "hooklane.secretName" .root }}
            defaultMode: 0440
            items:
              - { key: secret-key, path: secret-key }
              {{- if eq .component "server" }}
              - { key: api-token, path: api-token }
              {{- end }}
        {{- if $values.redis.tls.caSecret }}
        - name: redis-ca
          secret: { secretName: {{ $values.redis.tls.caSecret }}, defaultMode: 0444 }
        {{- end }}
      {{- with $mine.nodeSelector }}
      nodeSelector: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $mine.tolerations }}
      tolerations: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $mine.affinity }}
      affinity: {{- toYaml . | nindent 8 }}
      {{- end }}
---
{{- if $mine.podDisruptionBudget.enabled }}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ $name }}
  labels: {{- include "hooklane.labels" . | nindent 4 }}
spec:
  maxUnavailable: {{ $mine.podDisruptionBudget.maxUnavailable }}
  selector:
    matchLabels: {{- include "hooklane.selector" . | nindent 6 }}
{{- end }}
{{- end -}}
