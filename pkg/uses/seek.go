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
	words  names               // the names of the objects, and of their namespaces
	spaces map[string][]string // the namespaces of the objects of a name; "" has none
	// numbered are the namespaces of claims, which StatefulSets number, and selecting those
	// of what selects Pods: those are used without being named.
	numbered, selecting map[string]bool
	// roles tells that a ClusterRole is sought, which others take over by its labels.
	roles bool
}

// NewSeeker returns a Seeker for the objects.
func NewSeeker(sought []Sought) *Seeker {
	s := &Seeker{
		words: make(names), spaces: make(map[string][]string),
		numbered: make(map[string]bool), selecting: make(map[string]bool),
	}
	for i := range sought {
		o := &sought[i]
		s.seek(o.Name, o.Namespace)
		s.seek(o.GenerateName, o.Namespace)
		switch o.Kind {
		case "PersistentVolumeClaim":
			s.numbered[o.Namespace] = true
		case "Service", "NetworkPolicy", "PodDisruptionBudget":
			s.selecting[o.Namespace] = true
		case "ClusterRole":
			s.roles = true
		}
	}
	return s
}

func (s *Seeker) seek(name, namespace string) {
	if name == "" {
		return
	}
	s.words.add(name)
	s.words.add(namespace)
	s.spaces[name] = append(s.spaces[name], namespace)
}

// Search is that of one record.
type Search struct {
	seeker *Seeker
	found  map[string]bool // of the words
	// sets, takesOver and hides tell that there is a StatefulSet, a role that takes over
	// others, or an escape that can hide a name.
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
	x.seeker.words.in(text, func(word string) { x.found[word] = true })
}

// Speaks tells whether the record can say anything of what is sought. Namespace is that
// of its objects which name none.
func (x *Search) Speaks(namespace string) bool {
	s := x.seeker
	if x.hides || x.takesOver && s.roles {
		return true
	}
	in := func(ns string) bool { return ns == "" || ns == namespace || x.found[ns] }
	for word := range x.found {
		for _, ns := range s.spaces[word] {
			if in(ns) {
				return true
			}
		}
	}
	for ns := range s.numbered {
		if x.sets && in(ns) {
			return true
		}
	}
	for ns := range s.selecting {
		if in(ns) {
			return true
		}
	}
	return false
}

// hidesNames tells whether a text has an escape by which YAML can write a part of a name in
// other characters, or on two lines.
func hidesNames(text string) bool {
	for {
		i := strings.IndexByte(text, '\\')
		if i < 0 || i+1 == len(text) {
			return false
		}
		switch text[i+1] {
		case 'x', 'u', 'U', '\n', '\r':
			return true
		}
		text = text[i+2:]
	}
}
