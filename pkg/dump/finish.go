package dump

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// finish makes the Snapshot that answers to a namespace, when all objects are
// there. Files names them. All of it is sorted: the order of files and of objects
// in them means nothing.
func (c *collector) finish(files, namespace string) (*snapshot.Snapshot, lackingUsers, error) {
	slices.SortFunc(c.records, func(a, b snapshot.Record) int {
		return cmp.Or(a.Release.Compare(b.Release), a.Revision-b.Revision, strings.Compare(a.ResourceVersion, b.ResourceVersion), a.Written.Compare(b.Written))
	})
	declared := declarationsOf(c.records, namespace)
	if err := c.others.find(declared.may, func(_ digest, o *snapshot.Object) {
		if declared.has(o) {
			c.objects = append(c.objects, *o)
		}
	}); err != nil {
		return nil, nil, err
	}
	slices.SortFunc(c.objects, compareObjects)
	found, lacking, err := c.users()
	if err != nil {
		return nil, nil, err
	}
	gaps := append(c.gaps(files), c.cut...)
	gaps = append(gaps, c.kinds.missing(declared.types, files)...)
	snap := &snapshot.Snapshot{
		Time:              c.newest,
		Namespace:         namespace,
		Namespaces:        append([]string{}, slices.Sorted(maps.Keys(c.namespaces))...),
		RecordsEverywhere: c.manyNamespaces(),
		Records:           c.records,
		Objects:           c.objects,
		Gaps:              gaps,
		Uses:              found,
		Kinds:             c.kinds.sorted(),
	}
	snap.RecordsConfined = !snap.RecordsEverywhere
	return snap, lacking, c.signs.fill(snap)
}

func compareObjects(a, b snapshot.Object) int {
	return cmp.Or(
		strings.Compare(a.Namespace, b.Namespace),
		strings.Compare(snapshot.Group(a.APIVersion), snapshot.Group(b.APIVersion)),
		strings.Compare(a.Kind, b.Kind),
		strings.Compare(a.Name, b.Name),
		strings.Compare(a.UID, b.UID),
	)
}

// gaps are what dumps of kubectl leave out without saying so.
func (c *collector) gaps(files string) []snapshot.Gap {
	var gaps []snapshot.Gap
	for _, store := range storages() {
		// Every namespace has a ConfigMap of its own: without any, nobody listed them.
		if len(c.records) == 0 || !c.kinds.has("", store.kind) {
			gaps = append(gaps, store.gap("there are none in "+files))
		}
	}
	switch {
	case !c.anyObject || c.anyManaged:
	case !c.anyStored:
		gaps = append(gaps, snapshot.Gap{
			What: "live objects",
			Why:  "nothing in " + files + " has a uid or a creationTimestamp: are they manifests, and not from a cluster?",
		})
	default:
		gaps = append(gaps, snapshot.Gap{What: "who made each object", Why: files + " was made without --show-managed-fields"})
	}
	return gaps
}

// storage is where Helm keeps records.
type storage struct {
	driver         snapshot.Driver
	kind, resource string
}

func storages() []storage {
	return []storage{{snapshot.Secrets, "Secret", "secrets"}, {snapshot.ConfigMaps, "ConfigMap", "configmaps"}}
}

func (s storage) gap(why string) snapshot.Gap {
	return snapshot.Gap{What: "Helm's records in " + s.resource, Why: why, Records: s.driver}
}

// manyNamespaces tells whether the records look as if they were read everywhere.
func (c *collector) manyNamespaces() bool {
	return slices.ContainsFunc(c.records, func(r snapshot.Record) bool {
		return r.Release.Namespace != c.records[0].Release.Namespace
	})
}
