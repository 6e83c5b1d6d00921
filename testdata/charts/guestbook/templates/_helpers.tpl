{{- define "guestbook.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* The release's name if it already contains the chart's, else both: release guestbook gives guestbook. */}}
{{- define "guestbook.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains (include "guestbook.name" .) .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "guestbook.name" .) | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* Not the app.kubernetes.io labels: those can be switched off, and a selector cannot change. */}}
{{- define "guestbook.selector" -}}
app: {{ include "guestbook.fullname" . }}
{{- end -}}

{{- define "guestbook.labels" -}}
{{ include "guestbook.selector" . }}
{{- if .Values.instanceLabels }}
app.kubernetes.io/name: {{ include "guestbook.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}
{{- end -}}

{{/*
The claim, and the Job, that back up revision N. Call: include "guestbook.backup" (list $ N)
An upgrade saves the revision it leaves, which is one less than its own; a restore reads its own revision's.
*/}}
{{- define "guestbook.backup" -}}
{{- printf "%s-redis-backup-%d" (include "guestbook.fullname" (index . 0)) (int (index . 1)) -}}
{{- end -}}
