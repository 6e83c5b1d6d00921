package cluster

import (
	"cmp"
	"hash/maphash"
	"maps"
	"slices"
	"strings"
	"unique"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/live"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// signs are what lists of all objects tell, beside hooks. Witnesses grow with the
// number of releases. Dependents take 110 bytes for each object that owns another
// (11 MB if there are 100,000 of them): which of them are hooks, nobody knows before
// the last list has been read, and the last record.
type signs struct {
	witnesses   map[witnessed]snapshot.Witness
	dependents  map[uint64]dependent // by the hash of their owner's UID, or of their holder's key
	terminating []string
	definitions []string // of resources, by name
	// heldIn is the namespace of the last object that was noted as being held: of each
	// kind one in a namespace is enough, and lists go from namespace to namespace.
	heldIn string
	held   bool
}

// witnessed is what a witness shows.
type witnessed struct {
	release, namespace string
	mark               snapshot.Mark
}

// dependent is one of the objects that name an owner.
type dependent struct {
	kind      *snapshot.Kind
	namespace unique.Handle[string]
	name      string
}

// less orders the dependents of one owner, so that the same is named each time.
func (d dependent) less(o dependent) bool {
	return cmp.Or(
		strings.Compare(d.namespace.Value(), o.namespace.Value()),
		strings.Compare(d.kind.Kind, o.kind.Kind),
		strings.Compare(d.name, o.name),
	) < 0
}

// see takes in an object. The kind has to stay where it is.
func (s *signs) see(k *snapshot.Kind, m *metav1.PartialObjectMetadata, seed maphash.Seed) {
	for _, w := range live.Witnesses(*k, m) {
		if s.witnesses == nil {
			s.witnesses = make(map[witnessed]snapshot.Witness)
		}
		key := witnessed{w.Release, w.Namespace, w.Mark}
		if _, known := s.witnesses[key]; !known {
			s.witnesses[key] = w
		}
	}
	for _, owner := range live.DependsOn(*k, m) {
		s.depend(maphash.String(seed, owner), dependent{k, unique.Make(m.Namespace), m.Name})
	}
	s.hold(k, m, seed)
	if live.TerminatingNamespace(*k, m) {
		s.terminating = append(s.terminating, m.Name)
	}
	if live.Definition(*k) {
		s.definitions = append(s.definitions, m.Name)
	}
}

// hold notes that an object's namespace and its definition are not empty.
func (s *signs) hold(k *snapshot.Kind, m *metav1.PartialObjectMetadata, seed maphash.Seed) {
	if s.held && m.Namespace == s.heldIn {
		return
	}
	for _, key := range live.HeldBy(*k, m) {
		s.depend(maphash.String(seed, key), dependent{k, unique.Make(m.Namespace), m.Name})
		s.heldIn, s.held = m.Namespace, true
	}
}

func (s *signs) depend(owner uint64, d dependent) {
	if s.dependents == nil {
		s.dependents = make(map[uint64]dependent)
	}
	if known, ok := s.dependents[owner]; !ok || d.less(known) {
		s.dependents[owner] = d
	}
}

// learn takes over what lists have told, and lets go of theirs.
func (g *Gathering) learn(told []signs) {
	var witnesses []snapshot.Witness
	for i := range told {
		witnesses = slices.AppendSeq(witnesses, maps.Values(told[i].witnesses))
		for owner, d := range told[i].dependents {
			g.signs.depend(owner, d)
		}
		g.snap.Terminating = append(g.snap.Terminating, told[i].terminating...)
		g.unserved(told[i].definitions)
		told[i] = signs{}
	}
	g.snap.AddWitnesses(witnesses)
	slices.Sort(g.snap.Terminating)
	g.snap.Terminating = slices.Compact(g.snap.Terminating)
	slices.Sort(g.snap.Unserved)
	g.snap.Unserved = slices.Compact(g.snap.Unserved)
	g.fillDependents()
}

// unserved notes those definitions that discovery does not know: what is in them cannot
// be listed, and goes with them all the same.
func (g *Gathering) unserved(definitions []string) {
	for _, name := range definitions {
		if !slices.ContainsFunc(g.snap.Kinds, func(k snapshot.Kind) bool { return k.Name() == name }) {
			g.snap.Unserved = append(g.snap.Unserved, name)
		}
	}
}

// fillDependents notes for each object that one depends on it, if one does. The
// hash of a UID errs in one of 2^64 cases, to the object's protection.
func (g *Gathering) fillDependents() {
	for i := range g.snap.Objects {
		o := &g.snap.Objects[i]
		for _, key := range []string{o.UID, live.HolderKey(o)} {
			if d, ok := g.signs.dependents[maphash.String(g.seed, key)]; ok && key != "" {
				o.Dependent = &snapshot.ObjectRef{
					APIVersion: d.kind.APIVersion(), Kind: d.kind.Kind, Namespace: d.namespace.Value(), Name: d.name,
				}
			}
		}
	}
}
