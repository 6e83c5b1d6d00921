//go:build e2e

package twins

import (
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// podSpec is that of a Pod or of a workload that may still make Pods.
func (x *thing) podSpec() (map[string]any, bool) {
	switch x.GetKind() {
	case "Deployment", "StatefulSet", "Job":
		if ended(&x.Unstructured) != "" {
			return nil, false
		}
		return nested(x.Object, "spec", "template", "spec")
	case "CronJob":
		return nested(x.Object, "spec", "jobTemplate", "spec", "template", "spec")
	case "Pod":
		if slices.Contains([]string{"Succeeded", "Failed"}, ended(&x.Unstructured)) {
			return nil, false
		}
		return nested(x.Object, "spec")
	default:
		return nil, false
	}
}

func nested(o map[string]any, path ...string) (map[string]any, bool) {
	m, ok, err := unstructured.NestedMap(o, path...)
	return m, ok && err == nil
}

// ref is an object that another of its namespace refers to.
type ref struct{ kind, name string }

// references are what live objects refer to and is there.
func (w *world) references() map[string]bool {
	found := make(map[string]bool)
	for key, x := range w.things {
		for _, r := range x.refersTo() {
			if target := w.find(r.kind, x.GetNamespace(), r.name); target != nil {
				found[key+" uses "+target.key] = true
			}
		}
	}
	return found
}

// refersTo is what the object needs.
func (x *thing) refersTo() []ref {
	switch x.GetKind() {
	case "ServiceAccount":
		return named("Secret", x.Object, "imagePullSecrets", "name")
	case "Ingress":
		return append(named("Secret", x.Object, "spec", "tls", "secretName"),
			named("Service", x.Object, "spec", "defaultBackend", "service", "name")...)
	case "HorizontalPodAutoscaler":
		return named("Deployment", x.Object, "spec", "scaleTargetRef", "name")
	}
	spec, ok := x.podSpec()
	if !ok {
		return nil
	}
	refs := named("ServiceAccount", spec, "serviceAccountName")
	refs = append(refs, named("Secret", spec, "imagePullSecrets", "name")...)
	refs = append(refs, named("PersistentVolumeClaim", spec, "volumes", "persistentVolumeClaim", "claimName")...)
	refs = append(refs, named("Secret", spec, "volumes", "secret", "secretName")...)
	refs = append(refs, named("Secret", spec, "volumes", "projected", "sources", "secret", "name")...)
	refs = append(refs, named("Secret", spec, "containers", "envFrom", "secretRef", "name")...)
	refs = append(refs, named("Secret", spec, "containers", "env", "valueFrom", "secretKeyRef", "name")...)
	refs = append(refs, named("ConfigMap", spec, "volumes", "configMap", "name")...)
	refs = append(refs, named("ConfigMap", spec, "volumes", "projected", "sources", "configMap", "name")...)
	refs = append(refs, named("ConfigMap", spec, "containers", "envFrom", "configMapRef", "name")...)
	return append(refs, named("ConfigMap", spec, "containers", "env", "valueFrom", "configMapKeyRef", "name")...)
}

// named are the objects of a kind whose names are at a path, which may go through lists.
func named(kind string, in any, path ...string) []ref {
	var refs []ref
	switch in := in.(type) {
	case []any:
		for _, x := range in {
			refs = append(refs, named(kind, x, path...)...)
		}
	case map[string]any:
		if len(path) > 0 {
			return named(kind, in[path[0]], path[1:]...)
		}
	case string:
		if len(path) == 0 && in != "" {
			return []ref{{kind, in}}
		}
	}
	return refs
}

// selecting are the NetworkPolicies and disruption budgets that select a live pod.
func (w *world) selecting() map[string]bool {
	found := make(map[string]bool)
	for key, x := range w.things {
		path := map[string]string{"NetworkPolicy": "podSelector", "PodDisruptionBudget": "selector"}[x.GetKind()]
		if path == "" {
			continue
		}
		app, _, _ := unstructured.NestedString(x.Object, "spec", path, "matchLabels", "app")
		for i := range w.pods {
			if w.pods[i].GetNamespace() == x.GetNamespace() && w.pods[i].GetLabels()["app"] == app {
				found[key] = true
			}
		}
	}
	return found
}
