package verdict

import (
	"maps"
	"slices"
	"strings"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// indexReleases finds releases by namespace and by name.
func (e *evidence) indexReleases() {
	e.byNamespace = make(map[string][]snapshot.ReleaseID)
	e.byName = make(map[string][]snapshot.ReleaseID)
	for id := range e.releases {
		e.byNamespace[id.Namespace] = append(e.byNamespace[id.Namespace], id)
		e.byName[dashed(id.Name)] = append(e.byName[dashed(id.Name)], id)
	}
}

func (e *evidence) allReleases() []snapshot.ReleaseID {
	return slices.Collect(maps.Keys(e.releases))
}

// near are the releases that an object bears in a label or annotation, or at the
// start of its name, where charts put them by custom. It only decides what is
// read first.
func (e *evidence) near(o *snapshot.Object) []snapshot.ReleaseID {
	var near []snapshot.ReleaseID
	seen := make(map[string]bool)
	add := func(name string) {
		if name = dashed(name); !seen[name] {
			seen[name] = true
			near = append(near, e.byName[name]...)
		}
	}
	for _, name := range marks(o) {
		add(name)
	}
	name := dashed(o.Name)
	add(name)
	for i := range len(name) {
		if name[i] == '-' {
			add(name[:i])
		}
	}
	return near
}

// dashed is a release's name as names of objects hold it: those may have no dots.
func dashed(name string) string { return strings.ReplaceAll(name, ".", "-") }
