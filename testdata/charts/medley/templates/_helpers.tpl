{{/* In full: long release names that differ at their end only must not collide. */}}
{{- define "medley.name" -}}
{{- .Release.Name | replace "." "-" -}}{{- .Values.suffix -}}
{{- end -}}

{{- define "medley.labels" -}}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}
