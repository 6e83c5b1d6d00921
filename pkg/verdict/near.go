package verdict

import (
	"maps"
	"slices"
	"strings"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// indexReleases finds releases by namespace and by name.
func (e *evidence) indexReleases() {
	e.byNamespace = e.grouped(func(id snapshot.ReleaseID) string { return id.Namespace })
	e.byName = e.grouped(func(id snapshot.ReleaseID) string { return dashed(id.Name) })
}

// grouped are the releases by a key. They are counted first, so that none is copied as a
// group grows.
func (e *evidence) grouped(key func(snapshot.ReleaseID) string) map[string][]snapshot.ReleaseID {
	count := make(map[string]int)
	for id := range e.releases {
		count[key(id)]++
	}
	groups := make(map[string][]snapshot.ReleaseID, len(count))
	room := make([]snapshot.ReleaseID, len(e.releases))
	for id := range e.releases {
		k := key(id)
		group, known := groups[k]
		if !known {
			group, room = room[:0:count[k]], room[count[k]:]
		}
		groups[k] = append(group, id)
	}
	return groups
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
