package snapshot

import "slices"

// Missing names an object that is not there.
type Missing struct {
	Group     string `json:"group,omitempty"`
	Kind      string `json:"kind"`
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
}

// Listed tells whether the objects of a namespace were listed; "" are those of
// kinds without one, which always are.
func (s *Snapshot) Listed(namespace string) bool {
	return s.Namespaces == nil || namespace == "" || slices.Contains(s.Namespaces, namespace)
}

// Missed tells whether an object was looked for by name and is not there.
func (s *Snapshot) Missed(group, kind, namespace, name string) bool {
	return slices.ContainsFunc(s.Missing, func(m Missing) bool {
		return m.Kind == kind && m.Namespace == namespace && m.Name == name && SameGroup(kind, m.Group, group)
	})
}
