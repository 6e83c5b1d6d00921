package uses

import (
	"cmp"
	"slices"
	"strings"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// use takes in that an object uses a wanted one, unless it is that one itself.
func (g *Graph) use(of *snapshot.ObjectRef, by *Facts, field string) {
	if !same(of, &by.By) {
		g.record(reference(of), by, field)
	}
}

// reference is a wanted object as those that use it name it.
func reference(o *snapshot.ObjectRef) snapshot.ObjectRef {
	r := *o
	r.UID = ""
	return r
}

// same tells whether both are one object.
func same(a, b *snapshot.ObjectRef) bool {
	return a.Kind == b.Kind && a.Namespace == b.Namespace && a.Name == b.Name &&
		snapshot.SameGroup(a.Kind, snapshot.Group(a.APIVersion), snapshot.Group(b.APIVersion))
}

// record keeps a use, or not if enough of those like it are kept. It keeps the
// first by name, so that it does not matter in what order they come.
func (g *Graph) record(of snapshot.ObjectRef, by *Facts, field string) {
	u := snapshot.Use{Of: of, By: by.By, Field: field, Idle: by.Idle, Owners: by.Owners, Absent: by.absent}
	key := user{
		of: of, by: snapshot.ObjectRef{APIVersion: u.By.APIVersion, Kind: u.By.Kind, Namespace: u.By.Namespace},
		field: field, owners: strings.Join(u.Owners, " "), idle: u.Idle, absent: u.Absent,
	}
	if len(u.Owners) == 0 || g.apart[place{u.By.Kind, u.By.Namespace, u.By.Name}] {
		key.self = u.By.Name
	}
	kept := g.users[key]
	i, found := slices.BinarySearchFunc(kept, u, Compare)
	if found || i == alike {
		return
	}
	if kept = slices.Insert(kept, i, u); len(kept) > alike {
		kept = kept[:alike]
	}
	g.users[key] = kept
}

// Compare orders uses by what is used, by whom, where, and who says so.
func Compare(a, b snapshot.Use) int {
	return cmp.Or(
		a.Of.Compare(b.Of), a.By.Compare(b.By), strings.Compare(a.Field, b.Field),
		compareRecords(a.Record, b.Record), compareBools(a.Idle, b.Idle), compareBools(a.Absent, b.Absent), slices.Compare(a.Owners, b.Owners),
	)
}

func compareRecords(a, b *snapshot.RecordID) int {
	if a == nil || b == nil {
		return compareBools(a != nil, b != nil)
	}
	return cmp.Or(a.Release.Compare(b.Release), a.Revision-b.Revision)
}

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	default:
		return 1
	}
}

// Merge returns the uses of both lists, each once, in order.
func Merge(a, b []snapshot.Use) []snapshot.Use {
	all := slices.Concat(a, b)
	slices.SortFunc(all, Compare)
	return slices.CompactFunc(all, func(a, b snapshot.Use) bool { return Compare(a, b) == 0 })
}
