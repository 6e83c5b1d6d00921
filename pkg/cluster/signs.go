package cluster

import (
	"cmp"
	"hash/maphash"
	"maps"
	"slices"
	"strings"
	"unique"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/live"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// signs are what lists of all objects tell, beside hooks. Witnesses grow with the
// number of releases. Dependents take 110 bytes for each object that owns another
// (11 MB if there are 100,000 of them): which of them are hooks, nobody knows before
// the last list has been read, and the last record.
type signs struct {
	witnesses   map[live.Showing]witness
	dependents  map[uint64]dependent // by the hash of their owner's UID, or of their holder's key
	terminating []string
	definitions []string // of resources, by name
	// heldIn is the namespace of the last object that was noted as being held: of each
	// kind one in a namespace is enough, and lists go from namespace to namespace.
	heldIn string
	held   bool
	texts  texts // of what is kept
}

// witness is an object that shows that a release lives.
type witness struct {
	kind                 *snapshot.Kind
	namespace, name, uid string
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
func (s *signs) see(k *snapshot.Kind, t *live.Traits, seed maphash.Seed) {
	live.Shows(*k, t, func(shown live.Showing) {
		if _, known := s.witnesses[shown]; !known {
			s.witness(k, t, shown)
		}
	})
	for _, owner := range live.DependsOn(*k, t) {
		s.depend(maphash.String(seed, owner), k, t)
	}
	s.hold(k, t, seed)
	if live.TerminatingNamespace(*k, t) {
		s.terminating = append(s.terminating, s.texts.copy(t.Name))
	}
	if live.Definition(*k) {
		s.definitions = append(s.definitions, s.texts.copy(t.Name))
	}
}

// witness keeps the first object that shows something.
func (s *signs) witness(k *snapshot.Kind, t *live.Traits, shown live.Showing) {
	if s.witnesses == nil {
		s.witnesses = make(map[live.Showing]witness)
	}
	w := witness{k, s.texts.copy(t.Namespace), s.texts.copy(t.Name), s.texts.copy(t.UID)}
	shown.Release = s.texts.copy(shown.Release)
	if shown.Namespace == w.namespace {
		shown.Namespace = w.namespace
	} else {
		shown.Namespace = s.texts.copy(shown.Namespace)
	}
	s.witnesses[shown] = w
}

// hold notes that an object's namespace and its definition are not empty.
func (s *signs) hold(k *snapshot.Kind, t *live.Traits, seed maphash.Seed) {
	if s.held && t.Namespace == s.heldIn {
		return
	}
	for _, key := range live.HeldBy(*k, t) {
		s.depend(maphash.String(seed, key), k, t)
		s.heldIn, s.held = t.Namespace, true
	}
}

// depend notes that an object depends on an owner, or on what holds it.
func (s *signs) depend(owner uint64, k *snapshot.Kind, t *live.Traits) {
	d := dependent{k, unique.Make(t.Namespace), t.Name}
	if known, ok := s.dependents[owner]; !ok || d.less(known) {
		d.name = s.texts.copy(d.name)
		s.keep(owner, d)
	}
}

// keep keeps a dependent, if it is the first of those that are known of its owner.
func (s *signs) keep(owner uint64, d dependent) {
	if s.dependents == nil {
		s.dependents = make(map[uint64]dependent)
	}
	if known, ok := s.dependents[owner]; !ok || d.less(known) {
		s.dependents[owner] = d
	}
}

// learn takes over what lists have told, and lets go of theirs.
func (g *Gathering) learn(told []signs) {
	witnesses := make(map[live.Showing]snapshot.Witness)
	for i := range told {
		for shown, o := range told[i].witnesses {
			w := shown.By(*o.kind, &live.Traits{Namespace: o.namespace, Name: o.name, UID: o.uid})
			if known, ok := witnesses[shown]; !ok || w.Object.Compare(known.Object) < 0 {
				witnesses[shown] = w
			}
		}
		for owner, d := range told[i].dependents {
			g.signs.keep(owner, d)
		}
		g.snap.Terminating = append(g.snap.Terminating, told[i].terminating...)
		g.unserved(told[i].definitions)
		told[i] = signs{}
	}
	if len(witnesses) > 0 {
		g.snap.AddWitnesses(slices.Collect(maps.Values(witnesses)))
	}
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
