{{/* The parent calls this too, with .Subcharts.redis, to find the volume to back up. */}}
{{- define "redis.fullname" -}}
{{- printf "%s-redis" .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* Not the app.kubernetes.io labels: those can be switched off, and a selector cannot change. */}}
{{- define "redis.selector" -}}
app: {{ include "redis.fullname" . }}
{{- end -}}

{{- define "redis.labels" -}}
{{ include "redis.selector" . }}
{{- if .Values.instanceLabels }}
app.kubernetes.io/name: redis
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}
{{- end -}}
