package verdict

import (
	"slices"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// seeker gathers the objects that any record may declare or use. Those records are too many
// to be kept: they are searched, and only what says something of the objects is.
type seeker struct {
	of map[snapshot.ObjectRef]bool
	// users tells that who uses the objects matters, and not only who declares them.
	users bool
}

func newSeeker() seeker { return seeker{of: make(map[snapshot.ObjectRef]bool)} }

// seek asks for the records that declare an object as a hook.
func (s *seeker) seek(o *snapshot.Object) { s.of[o.Ref()] = true }

// seekUsers asks for the records that say anything of an object.
func (s *seeker) seekUsers(o *snapshot.Object) {
	s.seek(o)
	s.users = true
}

// lack is the search that was asked for, as far as it was not made yet: in records of which
// nobody knows what they declare. Those that are Silent say nothing of what was sought
// before, and may say something of anything else.
func (s *seeker) lack(e *evidence) Search {
	if len(s.of) == 0 {
		return Search{}
	}
	search := Search{Of: slices.Clone(e.snapshot.Sought)}
	for _, ref := range search.Of {
		delete(s.of, ref)
	}
	for ref := range s.of {
		search.Of = append(search.Of, ref)
	}
	slices.SortFunc(search.Of, snapshot.ObjectRef.Compare)
	for i := range e.snapshot.Records {
		r := &e.snapshot.Records[i]
		known := r.ManifestRead || r.Body != nil && !s.users || r.Silent && len(s.of) == 0
		if !known && !e.unreadable[r.RecordID] && !e.unlistable[r.RecordID] {
			search.Records = append(search.Records, r.RecordID)
		}
	}
	return search
}
