package verdict

import (
	"slices"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// seeker gathers the objects that any record may declare or use. Those records are too many
// to be kept: they are searched, and only what says something of the objects is.
type seeker struct {
	// declared are those of which it is asked who declares them as a hook, and used those
	// of which it is asked who uses them, too.
	declared, used []*Finding
}

// seek asks for the records that declare an object as a hook.
func (s *seeker) seek(f *Finding) { s.declared = append(s.declared, f) }

// seekUsers asks for the records that say anything of an object.
func (s *seeker) seekUsers(f *Finding) { s.used = append(s.used, f) }

// lack is the search that was asked for, as far as it was not made yet: in records of which
// nobody knows what they declare. Those that are Silent say nothing of what was sought
// before, and may say something of anything else. What prune leaves alone anyway is not
// sought, once all else has been judged. Where records could not be read an object is sought
// even if none is left to be searched: those then count, wherever they are.
func (s *seeker) lack(e *evidence) Search {
	used := slices.DeleteFunc(s.used, func(f *Finding) bool { return f.Object.Namespace != "" && !f.Prunable() })
	wanted := make(map[snapshot.ObjectRef]bool)
	for _, f := range slices.Concat(s.declared, used) {
		wanted[f.Object.Ref()] = true
	}
	unread := len(e.unreadable)+len(e.unlistable) > 0 && slices.ContainsFunc(used, func(f *Finding) bool { return !e.sought[f.Object.Ref()] })
	if len(wanted) == 0 {
		return Search{}
	}
	search := Search{Of: slices.Clone(e.snapshot.Sought)}
	for ref := range wanted {
		if !e.sought[ref] {
			search.Of = append(search.Of, ref)
		}
	}
	anew := len(search.Of) > len(e.snapshot.Sought)
	slices.SortFunc(search.Of, snapshot.ObjectRef.Compare)
	for i := range e.snapshot.Records {
		r := &e.snapshot.Records[i]
		known := r.ManifestRead || r.Body != nil && len(used) == 0 || r.Silent && !anew
		if !known && !e.unreadable[r.RecordID] && !e.unlistable[r.RecordID] {
			search.Records = append(search.Records, r.RecordID)
		}
	}
	if len(search.Records) == 0 && !unread {
		return Search{}
	}
	return search
}
