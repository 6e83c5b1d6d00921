{{/* Release names may contain dots, DNS labels may not. Two releases that differ only in dots would collide. */}}
{{- define "minimal.name" -}}
{{- .Release.Name | replace "." "-" | trunc 50 | trimSuffix "-" -}}
{{- end -}}
