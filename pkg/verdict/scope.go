package verdict

import (
	"slices"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// Scope is what was asked to be shown. It bounds what is shown, and never what
// is taken as evidence.
type Scope struct {
	// Namespace, or empty for all.
	Namespace string
	// Releases, or nil for all.
	Releases []ReleaseName
}

// ReleaseName is a release as people name it.
type ReleaseName struct {
	// Namespace is empty if the release may be in any.
	Namespace string
	Name      string
}

// Names tells whether a release is meant.
func (n ReleaseName) Names(id snapshot.ReleaseID) bool {
	return n.Name == id.Name && (n.Namespace == "" || n.Namespace == id.Namespace)
}

// String is the name as people write it.
func (n ReleaseName) String() string {
	if n.Namespace == "" {
		return n.Name
	}
	return n.Namespace + "/" + n.Name
}

// Asks tells whether a release was asked for by name.
func (s Scope) Asks(id snapshot.ReleaseID) bool { return named(s.Releases, id) }

// Includes tells whether a finding was asked for. An object belongs to the
// namespace that it is in; one without a namespace, or of a release that was
// asked for by name, belongs to its release's.
func (s Scope) Includes(f *Finding) bool {
	if len(s.Releases) > 0 && (f.Release == nil || !named(s.Releases, *f.Release)) {
		return false
	}
	if s.Namespace == "" || f.Object.Namespace == s.Namespace {
		return true
	}
	byRelease := f.Object.Namespace == "" || len(s.Releases) > 0
	return byRelease && f.Release != nil && f.Release.Namespace == s.Namespace
}

// Select returns the findings that the scope includes.
func (s Scope) Select(findings []Finding) []Finding { return Only(findings, s.Includes) }

// Only returns those findings that are wanted. There may be very many, and mostly all are:
// those are not copied.
func Only(findings []Finding, wanted func(*Finding) bool) []Finding {
	n := 0
	for n < len(findings) && wanted(&findings[n]) {
		n++
	}
	if n == len(findings) {
		return findings
	}
	kept := slices.Clone(findings[:n])
	for i := n + 1; i < len(findings); i++ {
		if wanted(&findings[i]) {
			kept = append(kept, findings[i])
		}
	}
	return kept
}

// Retains tells whether any release of the scope has a record of a revision.
func (s Scope) Retains(snap *snapshot.Snapshot, revision int) bool {
	return slices.ContainsFunc(snap.Records, func(r snapshot.Record) bool {
		return r.Revision == revision && (len(s.Releases) == 0 || named(s.Releases, r.Release)) &&
			(s.Namespace == "" || r.Release.Namespace == s.Namespace)
	})
}

// Unknown returns those of Releases that neither a record nor a finding knows.
func (s Scope) Unknown(snap *snapshot.Snapshot, findings []Finding) []ReleaseName {
	var unknown []ReleaseName
	for _, name := range s.Releases {
		known := slices.ContainsFunc(findings, func(f Finding) bool { return s.Includes(&f) && name.Names(*f.Release) }) ||
			slices.ContainsFunc(snap.Records, func(r snapshot.Record) bool {
				return name.Names(r.Release) && (s.Namespace == "" || r.Release.Namespace == s.Namespace)
			})
		if !known {
			unknown = append(unknown, name)
		}
	}
	return unknown
}

func named(names []ReleaseName, id snapshot.ReleaseID) bool {
	return slices.ContainsFunc(names, func(n ReleaseName) bool { return n.Names(id) })
}
