package uses

import (
	"strings"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// Sought is an object for which records are searched.
type Sought struct {
	snapshot.ObjectRef
	// GenerateName is what its name begins with, if the server made the rest of it.
	GenerateName string
}

// Seeker finds the records that can say anything of the objects which are sought, from
// what they declare as text: reading it takes many times as long, and far more memory. It
// may be used by many at once.
type Seeker struct {
	words *names // the names of the objects, and of their namespaces
	named map[string][]*Sought
	// odd are those whose names are not found by their words.
	odd []*Sought
	// numbered are claims, which StatefulSets number, selecting is what selects Pods, and
	// roles are those that others take over by their labels: they are used without being
	// named.
	numbered, selecting, roles []*Sought
}

// NewSeeker returns a Seeker for the objects, which it keeps.
func NewSeeker(sought []Sought) *Seeker {
	s := &Seeker{words: newNames(), named: make(map[string][]*Sought)}
	for i := range sought {
		o := &sought[i]
		s.seek(o, o.Name)
		if o.GenerateName != "" {
			s.seek(o, o.GenerateName)
		}
		switch o.Kind {
		case "PersistentVolumeClaim":
			s.numbered = append(s.numbered, o)
		case "Service", "NetworkPolicy", "PodDisruptionBudget":
			s.selecting = append(s.selecting, o)
		case "ClusterRole":
			s.roles = append(s.roles, o)
		}
	}
	return s
}

func (s *Seeker) seek(o *Sought, name string) {
	if !s.words.add(name) || o.Namespace != "" && !s.words.add(o.Namespace) {
		s.odd = append(s.odd, o)
		return
	}
	s.named[name] = append(s.named[name], o)
}

// Search is that of one record.
type Search struct {
	seeker *Seeker
	found  map[string]bool // of the words
	// sets, takesOver and hides tell that there is a StatefulSet, a role that takes over
	// others, or what can hide a name.
	sets, takesOver, hides bool
}

// Search begins that of a record.
func (s *Seeker) Search() *Search { return &Search{seeker: s, found: make(map[string]bool)} }

// Add takes in one of the texts of the record, as YAML, and does not keep it.
func (x *Search) Add(raw []byte) {
	text := string(raw)
	x.sets = x.sets || strings.Contains(text, "StatefulSet")
	x.takesOver = x.takesOver || strings.Contains(text, "aggregationRule")
	x.hides = x.hides || hidesNames(text)
	found := func(word string) { x.found[word] = true }
	x.seeker.words.in(text, found)
	if strings.Contains(text, `\`) {
		x.seeker.words.in(unescaped(text), found)
	}
}

// Found returns of which objects the record may say anything. Namespace is that of the
// record's objects which name none. Any tells that it may say something of all.
func (x *Search) Found(namespace string) (of []snapshot.ObjectRef, any bool) {
	if x.hides {
		return nil, true
	}
	s := x.seeker
	known := make(map[*Sought]bool)
	take := func(all []*Sought) {
		for _, o := range all {
			if ns := o.Namespace; !known[o] && (ns == "" || ns == namespace || x.found[ns]) {
				known[o] = true
				of = append(of, o.ObjectRef)
			}
		}
	}
	for word := range x.found {
		take(s.named[word])
	}
	if x.sets {
		take(s.numbered)
	}
	if x.takesOver {
		take(s.roles)
	}
	take(s.selecting)
	for _, o := range s.odd {
		if !known[o] {
			of = append(of, o.ObjectRef)
		}
	}
	return of, false
}
