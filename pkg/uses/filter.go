package uses

import (
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// Filter tells which manifests can say something of wanted objects, from their text:
// parsing one takes a hundred times as long. It may be used by many at once.
type Filter struct {
	names *names
	// odd tells that a wanted name is not found by its words.
	odd bool
	// claims, selecting, roles and bindings tell whether there are wanted objects that
	// others use without their name: StatefulSets number their claims, Pods are selected,
	// roles aggregated by labels, and accounts named by bindings.
	claims, selecting, roles, bindings bool
}

// NewFilter returns a Filter for the wanted objects.
func NewFilter(wanted []snapshot.ObjectRef) *Filter {
	f := &Filter{names: newNames()}
	for _, o := range wanted {
		f.odd = !f.names.add(o.Name) || f.odd
		switch o.Kind {
		case "PersistentVolumeClaim":
			f.claims = true
		case "Service", "NetworkPolicy", "PodDisruptionBudget":
			f.selecting = true
		case "ClusterRole":
			f.roles = true
		case "RoleBinding", "ClusterRoleBinding":
			f.bindings = true
		}
	}
	return f
}

// Wants tells whether a manifest of a kind is worth parsing.
func (f *Filter) Wants(kind, text string) bool {
	switch {
	case f.odd, f.selecting, f.claims && kind == "StatefulSet", f.roles && kind == "ClusterRole", f.bindings && kind == "ServiceAccount":
		return true
	case mayHide(text):
		return true
	}
	found := false
	f.names.in(text, func(string) { found = true })
	return found
}
