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

// Restrict leaves only what is of one namespace: its objects and records, objects
// of kinds without one, and what else tells of those. What is left may tell less
// than it did, and no longer claims to be all.
func (s *Snapshot) Restrict(namespace string) {
	if s.Listed(namespace) {
		s.Namespaces = []string{namespace}
	} else {
		s.Namespaces = []string{}
	}
	s.Namespace, s.RecordsEverywhere, s.RecordsConfined = namespace, false, true
	s.Objects = slices.DeleteFunc(s.Objects, func(o Object) bool { return o.Namespace != "" && o.Namespace != namespace })
	s.Records = slices.DeleteFunc(s.Records, func(r Record) bool { return r.Release.Namespace != namespace })
	s.Missing, s.Sought = nil, nil
	declared := s.RunsBeyond(namespace)
	s.Runs = slices.DeleteFunc(s.Runs, func(k KnownRun) bool { return !slices.Contains(declared, k.DeclaredRun) })
	s.restrictSigns(namespace)
	s.Gaps = slices.DeleteFunc(s.Gaps, func(g Gap) bool { return g.Namespace != "" && g.Namespace != namespace })
}

// restrictSigns leaves those signs that are about what Restrict leaves.
func (s *Snapshot) restrictSigns(namespace string) {
	here := func(ns string) bool { return ns == "" || ns == namespace }
	s.Terminating = slices.DeleteFunc(s.Terminating, func(ns string) bool { return ns != namespace })
	s.WitnessesEverywhere = false
	s.Witnesses = slices.DeleteFunc(s.Witnesses, func(w Witness) bool {
		return w.Object.Namespace != namespace && (w.Object.Namespace != "" || w.Namespace != namespace)
	})
	s.HelmReleases = slices.DeleteFunc(s.HelmReleases, func(h HelmRelease) bool {
		named := slices.ContainsFunc(s.Objects, func(o Object) bool { return o.FluxName() == FluxName{h.Namespace, h.Name} })
		return !named && !slices.Contains([]string{h.Namespace, h.Target, h.Storage}, namespace)
	})
	s.Uses = slices.DeleteFunc(s.Uses, func(u Use) bool {
		if u.Record != nil {
			return u.Record.Release.Namespace != namespace
		}
		return !here(u.By.Namespace)
	})
	for i := range s.Objects {
		s.Objects[i].UsersRead = false // those elsewhere have gone
	}
}
