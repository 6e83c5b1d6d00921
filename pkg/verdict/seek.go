package verdict

import (
	"slices"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// seeker gathers the objects that many records may declare or use. Those records are too
// many to be kept: they are searched, and only what says something of the objects is.
type seeker struct{ asked []asked }

// asked is an object, and which records are searched for it, or for one that uses it.
type asked struct {
	*Finding
	ref    snapshot.ObjectRef
	depth  depth
	extent extent
}

// extent is how much of a record is searched.
type extent int

const (
	nothing   extent = iota
	hooksOnly        // who declares the object as a hook
	manifests        // and who has it as an ordinary resource, or uses it
)

// seek asks for the records that say anything of an object.
func (s *seeker) seek(f *Finding, d depth, x extent) {
	s.asked = append(s.asked, asked{f, f.Object.Ref(), d, x})
}

// seekUser asks for the records that say anything of who uses an object, and is not there.
func (s *seeker) seekUser(f *Finding, ref snapshot.ObjectRef) {
	s.asked = append(s.asked, asked{f, ref, all, manifests})
}

// lack is the search that was asked for, as far as it was not made yet: in records of which
// nobody knows what they declare. Those that are Silent say nothing of what was sought
// before, and may say something of anything else.
func (s *seeker) lack(e *evidence) Search {
	s.spare()
	search := Search{Of: slices.Clone(e.snapshot.Sought)}
	for ref := range s.refs() {
		if !e.sought[ref] {
			search.Of = append(search.Of, ref)
		}
	}
	slices.SortFunc(search.Of, snapshot.ObjectRef.Compare)
	search.Records = s.unknown(e, len(search.Of) > len(e.snapshot.Sought))
	if len(search.Records) == 0 {
		return Search{}
	}
	return search
}

// refs are the objects that are asked for.
func (s *seeker) refs() map[snapshot.ObjectRef]bool {
	refs := make(map[snapshot.ObjectRef]bool, len(s.asked))
	for i := range s.asked {
		refs[s.asked[i].ref] = true
	}
	return refs
}

// spare has no more searched, now that all has been judged, than what is left alone anyway
// is worth: whether its reason is right.
func (s *seeker) spare() {
	s.asked = slices.DeleteFunc(s.asked, func(a asked) bool {
		return a.guarded() && (!a.Reason.final() || a.ref != a.Object.Ref())
	})
	for i := range s.asked {
		if a := &s.asked[i]; a.guarded() {
			a.depth = newest
		}
	}
}

// guarded tells whether somebody's use of the object would make no difference.
func (a *asked) guarded() bool {
	return a.extent == manifests && a.Object.Namespace != "" && !a.Prunable()
}

// unknown are the records that are to be searched, and were not: as Silent ones were, unless
// one of the objects is sought anew.
func (s *seeker) unknown(e *evidence, anew bool) []snapshot.RecordID {
	inForce, older := nothing, nothing
	for _, a := range s.asked {
		inForce = max(inForce, a.extent)
		if a.depth == all {
			older = max(older, a.extent)
		}
	}
	var ids []snapshot.RecordID
	for i := range e.snapshot.Records {
		r := &e.snapshot.Records[i]
		known := nothing
		switch {
		case r.ManifestRead || r.Silent && !anew || e.unreadable[r.RecordID] || e.unlistable[r.RecordID]:
			known = manifests
		case r.Body != nil:
			known = hooksOnly
		}
		if known < older || known < inForce && e.inForce(r) {
			ids = append(ids, r.RecordID)
		}
	}
	return ids
}

// inForce tells whether a record is its release's newest or deployed one.
func (e *evidence) inForce(r *snapshot.Record) bool {
	records := e.releases[r.Release]
	return r == records[0] || r == deployedRecord(records)
}
