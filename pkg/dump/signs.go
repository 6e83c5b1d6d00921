package dump

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/live"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// signs are what objects tell beside being hooks: which releases live, what depends
// on what, which namespaces go away, and what Flux's HelmReleases make.
type signs struct {
	witnesses    map[live.Showing]snapshot.Witness
	terminating  map[string]bool
	helmReleases []snapshot.HelmRelease
	// dependents are objects under their owners' UIDs and their holders' keys: which of those are hooks, is
	// known when all records have been read.
	dependents *spool[snapshot.ObjectRef]
	held       []string // the keys of what holds the object before
}

func newSigns() signs {
	return signs{
		witnesses:   make(map[live.Showing]snapshot.Witness),
		terminating: make(map[string]bool),
		dependents:  newSpool[snapshot.ObjectRef](),
	}
}

// see takes in an object.
func (s *signs) see(k snapshot.Kind, o *object) error {
	t := live.TraitsOf(&o.Metadata)
	live.Shows(k, &t, func(shown live.Showing) {
		w := shown.By(k, &t)
		if known, ok := s.witnesses[shown]; !ok || w.Object.Compare(known.Object) < 0 {
			s.witnesses[shown] = w
		}
	})
	held := live.HeldBy(k, &t)
	if slices.Equal(held, s.held) {
		held = nil // one in each is enough, and those of one kind and namespace come together
	} else if held != nil {
		s.held = held
	}
	for _, owner := range slices.Concat(live.DependsOn(k, &t), held) {
		ref := snapshot.ObjectRef{APIVersion: o.APIVersion, Kind: o.Kind, Namespace: t.Namespace, Name: t.Name}
		if err := s.dependents.put(ownerDigest(owner), &ref); err != nil {
			return err
		}
	}
	if live.TerminatingNamespace(k, &t) {
		s.terminating[t.Name] = true
	}
	if k.Group != live.FluxGroup || k.Kind != live.FluxKind {
		return nil
	}
	h, err := live.HelmRelease(snapshot.FluxName{Namespace: t.Namespace, Name: t.Name}, o.Spec)
	if err != nil {
		return o.wrongPart("spec", err)
	}
	s.helmReleases = append(s.helmReleases, h)
	return nil
}

func ownerDigest(key string) digest { return digestOf("owner", key) }

// fill puts what the signs tell into the Snapshot, of which the objects are there.
// Of several dependents of one owner it names the first, in whatever order they
// came.
func (s *signs) fill(snap *snapshot.Snapshot) error {
	owners := make(map[digest]*snapshot.Object)
	for i := range snap.Objects {
		o := &snap.Objects[i]
		for _, key := range []string{o.UID, live.HolderKey(o)} {
			if key != "" {
				owners[ownerDigest(key)] = o
			}
		}
	}
	err := s.dependents.find(func(id digest) bool { return owners[id] != nil }, func(id digest, ref *snapshot.ObjectRef) {
		if o := owners[id]; o.Dependent == nil || ref.Compare(*o.Dependent) < 0 {
			o.Dependent = ref
		}
	})
	snap.Terminating = slices.Sorted(maps.Keys(s.terminating))
	snap.AddWitnesses(slices.Collect(maps.Values(s.witnesses)))
	slices.SortFunc(s.helmReleases, func(a, b snapshot.HelmRelease) int {
		return cmp.Or(strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Name, b.Name))
	})
	snap.HelmReleases = s.helmReleases
	return err
}
