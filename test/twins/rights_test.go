//go:build e2e

package twins

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// rights are the rules that hold for a ServiceAccount, but for those that prune has taken
// from nobody.
func (w *world) rights(account *thing, done *deeds) string {
	var all []string
	for _, x := range w.things {
		if !x.binds(account) || done.free(x.key) {
			continue
		}
		role := w.roleOf(x)
		if role == nil || done.free(role.key) {
			continue
		}
		rules, err := json.Marshal(role.Object["rules"])
		if err != nil {
			rules = []byte(err.Error())
		}
		all = append(all, fmt.Sprintf("%s %s", w.twin.plain(x.GetKind()+" "+x.GetNamespace()), rules))
	}
	slices.Sort(all)
	return strings.Join(slices.Compact(all), "; ")
}

// roleOf is the role that a binding grants, if it is there.
func (w *world) roleOf(binding *thing) *thing {
	kind, _, _ := unstructured.NestedString(binding.Object, "roleRef", "kind")
	name, _, _ := unstructured.NestedString(binding.Object, "roleRef", "name")
	return w.find(kind, binding.GetNamespace(), name)
}

// binds tells whether the object gives an account rights.
func (x *thing) binds(account *thing) bool {
	if x.GetKind() != "RoleBinding" && x.GetKind() != "ClusterRoleBinding" {
		return false
	}
	subjects, _, _ := unstructured.NestedSlice(x.Object, "subjects")
	return slices.ContainsFunc(subjects, func(s any) bool {
		m, ok := s.(map[string]any)
		return ok && m["kind"] == "ServiceAccount" && m["name"] == account.GetName() && m["namespace"] == account.GetNamespace()
	})
}

// compareRights holds that each ServiceAccount that both have may still do what it may in
// the other twin.
func compareRights(plain, pruned *world) []fault {
	var faults []fault
	for key, x := range pruned.things {
		if x.GetKind() != "ServiceAccount" || plain.things[key] == nil {
			continue
		}
		done := &pruned.twin.deeds
		if a, b := plain.rights(plain.things[key], done), pruned.rights(x, done); a != b {
			faults = append(faults, fault{"rights", fmt.Sprintf("%s without prune: %s; with prune: %s", key, a, b)})
		}
	}
	return faults
}
