//go:build e2e

package prunes

import (
	"maps"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
)

// object is a manifest. Templates in it are rendered by Helm.
type object map[string]any

// option changes a manifest.
type option func(object)

// specs are the API versions, and what is needed besides metadata, of the kinds that
// the tests use.
func specs() map[string]struct {
	version string
	fields  object
} {
	type spec = struct {
		version string
		fields  object
	}
	containers := []object{{"name": "hook", "image": "registry.k8s.io/pause:3.10"}}
	workload := func() object {
		return object{
			"selector": object{"matchLabels": object{"app": "test"}},
			"template": object{"metadata": object{"labels": object{"app": "test"}}, "spec": object{"containers": containers}},
		}
	}
	stateful := workload()
	stateful["serviceName"] = "none"
	return map[string]spec{
		"ServiceAccount": {"v1", nil}, "ConfigMap": {"v1", object{"data": object{"key": "value"}}},
		"Secret": {"v1", object{"stringData": object{"key": "value"}}}, "Namespace": {"v1", nil},
		"Service": {"v1", object{"spec": object{"selector": object{"app": "nobody"}, "ports": []object{{"port": 80}}}}},
		"PersistentVolumeClaim": {"v1", object{"spec": object{
			"accessModes": []string{"ReadWriteOnce"}, "resources": object{"requests": object{"storage": "1Mi"}},
		}}},
		"Job": {"batch/v1", object{"spec": object{"backoffLimit": 0, "template": object{
			"metadata": object{"labels": object{}}, "spec": object{"restartPolicy": "Never", "containers": containers},
		}}}},
		"Pod":         {"v1", object{"spec": object{"restartPolicy": "Never", "containers": containers}}},
		"Deployment":  {"apps/v1", object{"spec": workload()}},
		"StatefulSet": {"apps/v1", object{"spec": stateful}},
		"ClusterRole": {"rbac.authorization.k8s.io/v1", object{
			"rules": []object{{"apiGroups": []string{""}, "resources": []string{"pods"}, "verbs": []string{"list"}}},
		}},
		"CustomResourceDefinition": {"apiextensions.k8s.io/v1", nil},
	}
}

// manifest makes one with the labels that charts write by custom.
func manifest(kind, name string, opts ...option) object {
	s := specs()[kind]
	o := object{
		"apiVersion": s.version, "kind": kind,
		"metadata": object{
			"name": name,
			"labels": object{
				"app.kubernetes.io/instance": "{{ .Release.Name }}", "app.kubernetes.io/managed-by": "{{ .Release.Service }}",
			},
			"annotations": object{},
		},
	}
	maps.Copy(o, s.fields)
	for _, opt := range opts {
		opt(o)
	}
	return o
}

// in returns the map at the path, made where there is none.
func (o object) in(path ...string) object {
	for _, key := range path {
		next, ok := o[key].(object)
		if !ok {
			next = object{}
			o[key] = next
		}
		o = next
	}
	return o
}

func annotated(key, value string) option {
	return func(o object) { o.in("metadata", "annotations")[key] = value }
}

// hook makes the manifest one, of events and perhaps with a delete policy.
func hook(events string, policy ...string) option {
	return func(o object) {
		annotated("helm.sh/hook", events)(o)
		if len(policy) > 0 {
			annotated("helm.sh/hook-delete-policy", policy[0])(o)
		}
	}
}

// first has a hook made before the others.
func first(o object) { annotated("helm.sh/hook-weight", "-1")(o) }

// owned is what Helm writes on ordinary resources, and some charts on hooks.
func owned(o object) {
	annotated("meta.helm.sh/release-name", "{{ .Release.Name }}")(o)
	annotated("meta.helm.sh/release-namespace", "{{ .Release.Namespace }}")(o)
}

// outcome says what becomes of a Job.
func outcome(value string) option {
	return func(o object) { o.in("spec", "template", "metadata", "labels")[cluster.OutcomeLabel] = value }
}

func seconds(n string) option {
	return func(o object) { o.in("spec", "template", "metadata", "labels")[cluster.SecondsLabel] = n }
}

func runsAs(account string) option {
	return func(o object) { o.in("spec", "template", "spec")["serviceAccountName"] = account }
}

// waitsFor has a workload mention a Job by its name, as init containers do.
func waitsFor(job string) option {
	return func(o object) {
		o.in("spec", "template", "spec")["initContainers"] = []object{
			{"name": "wait", "image": "registry.k8s.io/pause:3.10", "args": []string{"job/" + job}},
		}
	}
}

// defines makes a CustomResourceDefinition whole.
func defines(plural, kind, group string) option {
	return func(o object) {
		o["spec"] = object{
			"group": group, "scope": "Namespaced", "names": object{"plural": plural, "kind": kind},
			"versions": []object{{"name": "v1", "served": true, "storage": true, "schema": object{
				"openAPIV3Schema": object{"type": "object", "x-kubernetes-preserve-unknown-fields": true},
			}}},
		}
	}
}

// bystander is an orphan that nobody may delete, whatever is allowed.
func bystander() object {
	return manifest("ConfigMap", "bystander", hook("pre-install"), annotated("helm.sh/resource-policy", "keep"))
}
