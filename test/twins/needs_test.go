//go:build e2e

package twins

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

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

// references are what live workloads refer to and is there.
func (w *world) references() map[string]bool {
	found := make(map[string]bool)
	for key, x := range w.things {
		spec, ok := x.podSpec()
		if !ok {
			continue
		}
		for _, ref := range refersTo(spec) {
			if _, ok := w.things[ref]; ok {
				found[key+" uses "+ref] = true
			}
		}
	}
	return found
}

// refersTo is what a pod needs. What the server adds by itself is always there.
func refersTo(spec map[string]any) []string {
	var refs []string
	if name, _ := spec["serviceAccountName"].(string); name != "" {
		refs = append(refs, "ServiceAccount/"+name)
	}
	volumes, _ := spec["volumes"].([]any)
	for _, v := range volumes {
		if v, ok := v.(map[string]any); ok {
			if name, ok, _ := unstructured.NestedString(v, "persistentVolumeClaim", "claimName"); ok {
				refs = append(refs, "PersistentVolumeClaim/"+name)
			}
		}
	}
	containers, _ := spec["containers"].([]any)
	for _, c := range containers {
		c, _ := c.(map[string]any)
		from, _ := c["envFrom"].([]any)
		for _, f := range from {
			f, _ := f.(map[string]any)
			if name, ok, _ := unstructured.NestedString(f, "configMapRef", "name"); ok {
				refs = append(refs, "ConfigMap/"+name)
			}
			if name, ok, _ := unstructured.NestedString(f, "secretRef", "name"); ok {
				refs = append(refs, "Secret/"+name)
			}
		}
	}
	return refs
}

// rights are the rules that hold for a ServiceAccount.
func (w *world) rights(account string) string {
	var all []string
	for _, x := range w.things {
		if x.GetKind() != "RoleBinding" && x.GetKind() != "ClusterRoleBinding" {
			continue
		}
		subjects, _, _ := unstructured.NestedSlice(x.Object, "subjects")
		if !slices.ContainsFunc(subjects, func(s any) bool {
			m, ok := s.(map[string]any)
			return ok && m["kind"] == "ServiceAccount" && m["name"] == account
		}) {
			continue
		}
		kind, _, _ := unstructured.NestedString(x.Object, "roleRef", "kind")
		name, _, _ := unstructured.NestedString(x.Object, "roleRef", "name")
		for _, role := range w.things {
			if role.GetKind() == kind && role.GetName() == name {
				rules, err := json.Marshal(role.Object["rules"])
				if err != nil {
					rules = []byte(err.Error())
				}
				all = append(all, fmt.Sprintf("%s %s", x.GetKind(), rules))
			}
		}
	}
	slices.Sort(all)
	return strings.Join(slices.Compact(all), "; ")
}

// compareRights holds that each ServiceAccount that both have may still do what it may in
// the other twin.
func compareRights(plain, pruned *world) []fault {
	var faults []fault
	for key, x := range pruned.things {
		if x.GetKind() != "ServiceAccount" || plain.things[key] == nil {
			continue
		}
		if a, b := plain.rights(x.GetName()), pruned.rights(x.GetName()); a != b {
			faults = append(faults, fault{"rights", fmt.Sprintf("%s without prune: %s; with prune: %s", key, a, b)})
		}
	}
	return faults
}

// policed are the NetworkPolicies that select a live pod.
func (w *world) policed() map[string]bool {
	found := make(map[string]bool)
	for key, x := range w.things {
		if x.GetKind() != "NetworkPolicy" {
			continue
		}
		app, _, _ := unstructured.NestedString(x.Object, "spec", "podSelector", "matchLabels", "app")
		for i := range w.pods {
			if w.pods[i].GetLabels()["app"] == app {
				found[key] = true
			}
		}
	}
	return found
}
