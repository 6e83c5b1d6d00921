package uses

import (
	"strings"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// Filter tells which manifests can say something of wanted objects, from their text:
// parsing one takes a hundred times as long. It may be used by many at once.
type Filter struct {
	names names
	// claims, selecting and roles tell whether there are wanted objects that others use
	// without their name: StatefulSets number their claims, Pods are selected, and
	// roles aggregated by labels.
	claims, selecting, roles bool
}

// NewFilter returns a Filter for the wanted objects.
func NewFilter(wanted []snapshot.ObjectRef) *Filter {
	f := &Filter{names: make(names)}
	for _, o := range wanted {
		f.names.add(o.Name)
		switch o.Kind {
		case "PersistentVolumeClaim":
			f.claims = true
		case "Service", "NetworkPolicy", "PodDisruptionBudget":
			f.selecting = true
		case "ClusterRole":
			f.roles = true
		}
	}
	return f
}

// Wants tells whether a manifest of a kind is worth parsing.
func (f *Filter) Wants(kind, text string) bool {
	switch {
	case f.selecting, f.claims && kind == "StatefulSet", f.roles && kind == "ClusterRole":
		return true
	case strings.Contains(text, `\`): // an escape can hide a name
		return true
	}
	found := false
	f.names.in(text, func(string) { found = true })
	return found
}
