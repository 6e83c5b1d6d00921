package rbac

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/live"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// Scope is what rights have to cover.
type Scope struct {
	// Namespace is the one that the rules are for, or empty for all.
	Namespace string
	// Kinds are all that the cluster has.
	Kinds []snapshot.Kind
	// Chosen are those whose hook objects are looked at.
	Chosen []snapshot.Kind
	// Deleted are those that may be deleted.
	Deleted []snapshot.Kind
}

// resource is what a rule is on: one resource, or one object of it.
type resource struct{ group, name, object string }

// Rules are the rules that the needs come to: each kind by its name and none by a
// wildcard, so that a rule says what it grants. In a namespace there are only kinds that
// have one.
func Rules(needs []Need, s Scope) []rbacv1.PolicyRule {
	verbs := make(map[resource][]string)
	for _, n := range needs {
		for _, r := range s.resources(n.On) {
			for _, v := range n.Verbs {
				if !slices.Contains(verbs[r], v) {
					verbs[r] = append(verbs[r], v)
				}
			}
		}
	}
	for r := range verbs { // one object needs no rule where all are allowed
		if r.object != "" {
			all := verbs[resource{group: r.group, name: r.name}]
			verbs[r] = slices.DeleteFunc(verbs[r], func(v string) bool { return slices.Contains(all, v) })
		}
	}
	return join(verbs)
}

// join makes one rule of the resources of a group that share their verbs.
func join(verbs map[resource][]string) []rbacv1.PolicyRule {
	type key struct{ group, verbs, object string }
	joined := make(map[key]*rbacv1.PolicyRule)
	for r, v := range verbs {
		if len(v) == 0 {
			continue
		}
		slices.SortFunc(v, func(a, b string) int { return order(a) - order(b) })
		k := key{r.group, strings.Join(v, ","), r.object}
		if joined[k] == nil {
			joined[k] = &rbacv1.PolicyRule{APIGroups: []string{r.group}, Verbs: v}
			if r.object != "" {
				joined[k].ResourceNames = []string{r.object}
			}
		}
		joined[k].Resources = append(joined[k].Resources, r.name)
	}
	keys := slices.SortedFunc(maps.Keys(joined), func(a, b key) int {
		return cmp.Or(strings.Compare(a.group, b.group), strings.Compare(a.object, b.object), strings.Compare(a.verbs, b.verbs))
	})
	var rules []rbacv1.PolicyRule
	for _, k := range keys {
		slices.Sort(joined[k].Resources)
		rules = append(rules, *joined[k])
	}
	return rules
}

// order is that in which people write verbs.
func order(verb string) int { return slices.Index([]string{"get", "list", "create", "delete"}, verb) }

// resources are what On means in the scope.
func (s *Scope) resources(on On) []resource {
	switch on {
	case Listed:
		return s.of(s.Kinds)
	case Chosen:
		return s.of(s.Chosen)
	case Deleted, Restored:
		return s.of(s.Deleted)
	case Records:
		return []resource{{name: snapshot.Secrets.Resource()}, {name: snapshot.ConfigMaps.Resource()}}
	case Runs:
		return []resource{{group: "batch", name: "jobs"}, {name: "pods"}}
	case Pods:
		return []resource{{name: "pods"}}
	case Logs:
		return []resource{{name: "pods/log"}}
	case HelmReleases:
		if slices.ContainsFunc(s.Kinds, func(k snapshot.Kind) bool { return k.Group == live.FluxGroup && k.Resource == live.FluxResource }) {
			return []resource{{group: live.FluxGroup, name: live.FluxResource}}
		}
	case OwnNamespace:
		if s.Namespace != "" {
			return []resource{{name: "namespaces", object: s.Namespace}}
		}
	case Namespaces:
		return []resource{{name: "namespaces"}}
	case ClusterID:
		if s.Namespace == "" {
			return []resource{{name: "namespaces", object: metav1.NamespaceSystem}}
		}
	}
	return nil
}

func (s *Scope) of(kinds []snapshot.Kind) []resource {
	var all []resource
	for _, k := range kinds {
		if k.Namespaced || s.Namespace == "" {
			all = append(all, resource{group: k.Group, name: k.Resource})
		}
	}
	return all
}
