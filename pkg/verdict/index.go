package verdict

import (
	"slices"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// usesIndex finds who uses an object, without a look at who uses others of its name.
type usesIndex struct {
	placed map[place][]*snapshot.Use
	// named are the same by name alone, for objects without a namespace.
	named map[string][]*snapshot.Use
}

// place is a name in a namespace.
type place struct{ namespace, name string }

func newUses(all []snapshot.Use) usesIndex {
	u := usesIndex{placed: make(map[place][]*snapshot.Use), named: make(map[string][]*snapshot.Use)}
	for i := range all {
		of := &all[i].Of
		at := place{of.Namespace, of.Name}
		u.placed[at] = append(u.placed[at], &all[i])
		u.named[of.Name] = append(u.named[of.Name], &all[i])
	}
	return u
}

// of are the uses that may be of an object.
func (u usesIndex) of(o *snapshot.Object) []*snapshot.Use {
	if o.Namespace == "" {
		return u.named[o.Name]
	}
	return u.placed[place{o.Namespace, o.Name}]
}

// signs finds what else a snapshot tells of releases and namespaces.
type signs struct {
	// witnesses are found by their release's name.
	witnesses   map[string][]*snapshot.Witness
	flux        map[snapshot.FluxName]*snapshot.HelmRelease
	terminating map[string]bool
}

func newSigns(s *snapshot.Snapshot) signs {
	found := signs{
		witnesses:   make(map[string][]*snapshot.Witness),
		flux:        make(map[snapshot.FluxName]*snapshot.HelmRelease),
		terminating: make(map[string]bool),
	}
	for i := range s.Witnesses {
		w := &s.Witnesses[i]
		found.witnesses[w.Release] = append(found.witnesses[w.Release], w)
	}
	for i := range slices.Backward(s.HelmReleases) { // of two that bear one name the first counts
		h := &s.HelmReleases[i]
		found.flux[snapshot.FluxName{Namespace: h.Namespace, Name: h.Name}] = h
	}
	for _, ns := range s.Terminating {
		found.terminating[ns] = true
	}
	return found
}
