{{- define "casewright.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "casewright.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains (include "casewright.name" .) .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "casewright.name" .) | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "casewright.selector" -}}
app.kubernetes.io/name: {{ include "casewright.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "casewright.labels" -}}
{{ include "casewright.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: casewright
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "casewright.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{- define "casewright.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{ .Values.serviceAccount.name | default (include "casewright.fullname" .) }}
{{- else -}}
{{ .Values.serviceAccount.name | default "default" }}
{{- end -}}
{{- end -}}

{{- /*
The workloads of this release as a YAML map: name -> its settings with `roles` (none: all) and `keepsData`. Everything that is made once a
workload goes through it, so a topology is told here and nowhere else.
*/ -}}
{{- define "casewright.workloads" -}}
{{- $found := dict -}}
{{- if eq .Values.topology "split" -}}
  {{- range $role, $settings := .Values.roles -}}
    {{- if $settings.enabled -}}
      {{- $_ := set $found $role (merge (dict "roles" (list $role)) $settings) -}}
    {{- end -}}
  {{- end -}}
{{- else -}}
  {{- $_ := set $found "all" (merge (dict "roles" list) .Values.all) -}}
{{- end -}}
{{- toYaml $found -}}
{{- end -}}

{{- /* The workload that plays a role: its name. Called with (dict "root" $ "role" "engine"). */ -}}
{{- define "casewright.playedBy" -}}
{{- if eq .root.Values.topology "split" -}}{{ .role }}{{- else -}}all{{- end -}}
{{- end -}}
