package snapshot

import (
	"cmp"
	"slices"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
)

// Restrict leaves only what is of one namespace: its objects and records, objects
// of kinds without one, and what else tells of those. What is left may tell less
// than it did, and no longer claims to be all.
func (s *Snapshot) Restrict(namespace string) {
	if s.Listed(namespace) {
		s.Namespaces = []string{namespace}
	} else {
		s.Namespaces = []string{}
	}
	kept, runs := s.Telling(namespace), s.RunsBeyond(namespace)
	s.Objects = slices.DeleteFunc(s.Objects, func(o Object) bool { return o.Namespace != "" && o.Namespace != namespace })
	s.restrictGaps(namespace)
	s.Namespace, s.RecordsEverywhere, s.RecordsConfined = namespace, false, true
	s.Records = slices.DeleteFunc(s.Records, func(r Record) bool { return !kept[r.Release] })
	for i := range s.Records {
		s.Records[i].Silent = false // of what was sought, most has gone
	}
	s.Missing = nil
	s.Sought = slices.DeleteFunc(s.Sought, func(ref ObjectRef) bool { return ref.Namespace != namespace })
	s.Runs = slices.DeleteFunc(s.Runs, func(k KnownRun) bool { return !slices.Contains(runs, k.DeclaredRun) })
	s.restrictSigns(namespace, kept)
}

// Telling are the releases that tell of what is in a namespace: those that are stored there,
// and those elsewhere that declare or use an object of it, in a record that was read.
func (s *Snapshot) Telling(namespace string) map[ReleaseID]bool {
	names := make(map[string]bool) // and what names begin with that the server gave
	for i := range s.Objects {
		if o := &s.Objects[i]; o.Namespace == namespace {
			names[o.Name], names[o.GenerateName] = true, true
		}
	}
	delete(names, "")
	telling := make(map[ReleaseID]bool)
	for i := range s.Records {
		r := &s.Records[i]
		if r.Release.Namespace == namespace || r.names(namespace, names) {
			telling[r.Release] = true
		}
	}
	for i := range s.Uses {
		if u := &s.Uses[i]; u.Record != nil && u.Of.Namespace == namespace && names[u.Of.Name] {
			telling[u.Record.Release] = true
		}
	}
	return telling
}

// names tells whether a record declares an object in a namespace that bears one of the
// names, of whatever kind.
func (r *Record) names(namespace string, names map[string]bool) bool {
	if r.Body == nil {
		return false
	}
	named := func(ref release.Ref) bool {
		return cmp.Or(ref.Namespace, r.Body.Namespace, r.Release.Namespace) == namespace && names[cmp.Or(ref.Name, ref.GenerateName)]
	}
	for i := range r.Body.Hooks {
		if slices.ContainsFunc(r.Body.Hooks[i].Objects, named) {
			return true
		}
	}
	return slices.ContainsFunc(r.Body.Resources, named)
}

// restrictGaps leaves those gaps that can matter to what is in a namespace. That there may
// be records elsewhere goes without saying, but not what nobody could tell of them that was
// asked: what the server had no answer to, and manifests that may name something here.
func (s *Snapshot) restrictGaps(namespace string) {
	undecoded := make(map[RecordID]bool)
	for i := range s.Gaps {
		if id := s.Gaps[i].Record; id != nil {
			undecoded[*id] = true
		}
	}
	var gaps []Gap
	for _, g := range s.Gaps {
		ofRecords := g.Records != "" || g.Record != nil || g.Manifest != nil
		elsewhere := g.Namespace != "" && g.Namespace != namespace
		switch {
		case !elsewhere && len(g.Besides) == 0:
		case s.RecordsConfined: // nothing was asked for them
			if elsewhere {
				continue
			}
		case ofRecords && g.Unreached && !g.Lasting:
			g.Namespace, g.Besides = "", nil
		case elsewhere && g.Manifest != nil && !undecoded[*g.Manifest]:
			if g.Of = s.soughtBy(&g, namespace); len(g.Of) == 0 {
				continue
			}
		case elsewhere:
			continue
		}
		gaps = append(gaps, g)
	}
	s.Gaps = gaps
}

// soughtBy are the objects of a namespace of which a manifest that could not be read may say
// something: those that were sought, where nothing tells.
func (s *Snapshot) soughtBy(g *Gap, namespace string) []ObjectRef {
	of := g.Of
	if len(of) == 0 {
		of = s.Sought
	}
	return slices.DeleteFunc(slices.Clone(of), func(ref ObjectRef) bool { return ref.Namespace != namespace })
}

// restrictSigns leaves those signs that are about what Restrict leaves.
func (s *Snapshot) restrictSigns(namespace string, kept map[ReleaseID]bool) {
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
			told := kept[u.Record.Release] && here(u.Of.Namespace)
			return u.Record.Release.Namespace != namespace && !told
		}
		return !here(u.By.Namespace)
	})
	for i := range s.Objects {
		s.Objects[i].UsersRead = false // those elsewhere have gone
	}
}
