{{/* Without dots (a Service's name may not have any), and short enough for a Job with the longest of the endings. */}}
{{- define "everyhook.fullname" -}}
{{- $name := .Release.Name -}}
{{- if not (contains .Chart.Name $name) -}}
{{- $name = printf "%s-%s" $name .Chart.Name -}}
{{- end -}}
{{- $name | replace "." "-" | trunc 36 | trimSuffix "-" -}}
{{- end -}}

{{- define "everyhook.labels" -}}
app: {{ include "everyhook.fullname" . }}
{{- if .Values.instanceLabels }}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}
{{- end -}}

{{/* The label that tells the fake kubelet what to do. Call: include "everyhook.outcome" (list $ "events" "end-of-name") */}}
{{- define "everyhook.outcome" -}}
{{- $values := (index . 0).Values -}}
{{- $outcome := $values.outcome -}}
{{- if or (has $values.failEvent (splitList "," (index . 1))) (eq $values.failHook (index . 2)) -}}
{{- $outcome = $values.failOutcome -}}
{{- end -}}
{{- with $outcome }}helmhooks.test/outcome: {{ . }}{{ end -}}
{{- end -}}

{{/* What every Job here runs. Call: include "everyhook.job" (list $ "events" "end-of-name") */}}
{{- define "everyhook.job" -}}
backoffLimit: 0
template:
  metadata:
    labels:
      app: {{ include "everyhook.fullname" (index . 0) }}-hook
      {{- include "everyhook.outcome" . | nindent 6 }}
  spec:
    restartPolicy: Never
    containers: {{- include "everyhook.containers" . | nindent 6 }}
{{- end -}}

{{- define "everyhook.containers" -}}
- name: hook
  image: registry.k8s.io/pause:3.10
{{- end -}}
