//go:build e2e

package verdicts

func job(name string, opts ...option) object {
	spec := object{
		"backoffLimit": 0,
		"template": object{"spec": object{
			"restartPolicy": "Never", "containers": containers("hook", "3.10"),
		}},
	}
	return manifest("batch/v1", "Job", name, with(object{"spec": spec})).but(opts...)
}

func pod(name string, opts ...option) object {
	spec := object{"restartPolicy": "Never", "containers": containers("hook", "3.10")}
	return manifest("v1", "Pod", name, with(object{"spec": spec})).but(opts...)
}

func serviceAccount(name string, opts ...option) object {
	return manifest("v1", "ServiceAccount", name, opts...)
}

func configMap(name string, opts ...option) object {
	return manifest("v1", "ConfigMap", name, opts...)
}

func secret(name string, opts ...option) object {
	return manifest("v1", "Secret", name, opts...)
}

func claim(name string, opts ...option) object {
	return manifest("v1", "PersistentVolumeClaim", name, with(object{"spec": claimSpec()})).but(opts...)
}

func claimSpec() object {
	return object{
		"accessModes": []string{"ReadWriteOnce"},
		"resources":   object{"requests": object{"storage": "1Mi"}},
	}
}

// workload is an ordinary Deployment or StatefulSet, or a hook with the right options.
func workload(kind, name string, opts ...option) object {
	labels := object{"app": name}
	spec := object{
		"selector": object{"matchLabels": labels},
		"template": object{
			"metadata": object{"labels": object{"app": name}},
			"spec":     object{"containers": containers("app", "3.10")},
		},
	}
	return manifest("apps/v1", kind, name, with(object{"spec": spec})).but(opts...)
}

func deployment(name string, opts ...option) object { return workload("Deployment", name, opts...) }

// claims makes a StatefulSet that makes a claim, labelled as charts do.
func claims(o object) {
	o.in("spec")["serviceName"] = "none"
	o.in("spec")["volumeClaimTemplates"] = []object{{
		"metadata": object{"name": "data", "labels": object{"app.kubernetes.io/instance": "{{ .Release.Name }}"}},
		"spec":     claimSpec(),
	}}
}

func service(name string, opts ...option) object {
	spec := object{"selector": object{"app": "nobody"}, "ports": []object{{"port": 80}}}
	return manifest("v1", "Service", name, with(object{"spec": spec})).but(opts...)
}

func networkPolicy(name string, opts ...option) object {
	spec := object{"podSelector": object{"matchLabels": object{"app": "nobody"}}}
	return manifest("networking.k8s.io/v1", "NetworkPolicy", name, with(object{"spec": spec})).but(opts...)
}

const rbac = "rbac.authorization.k8s.io"

func rules() option {
	return with(object{"rules": []object{{"apiGroups": []string{""}, "resources": []string{"pods"}, "verbs": []string{"list"}}}})
}

func role(name string, opts ...option) object {
	return manifest(rbac+"/v1", "Role", name, rules()).but(opts...)
}

// clusterRole bears the namespace's name, as charts do to tell theirs apart.
func clusterRole(name string, opts ...option) object {
	return manifest(rbac+"/v1", "ClusterRole", "{{ .Release.Namespace }}-"+name, rules()).but(opts...)
}

// roleBinding binds the Role to the ServiceAccount, both of its own name.
func roleBinding(name string, opts ...option) object {
	return manifest(rbac+"/v1", "RoleBinding", name, with(object{
		"roleRef":  object{"apiGroup": rbac, "kind": "Role", "name": name},
		"subjects": []object{{"kind": "ServiceAccount", "name": name, "namespace": "{{ .Release.Namespace }}"}},
	})).but(opts...)
}
