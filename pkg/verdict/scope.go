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
	// Releases by name, or nil for all.
	Releases []string
}

// Includes tells whether a finding was asked for. An object belongs to the
// namespace that it is in; one without a namespace, or of a release that was
// asked for by name, belongs to its release's.
func (s Scope) Includes(f *Finding) bool {
	if len(s.Releases) > 0 && (f.Release == nil || !slices.Contains(s.Releases, f.Release.Name)) {
		return false
	}
	if s.Namespace == "" || f.Object.Namespace == s.Namespace {
		return true
	}
	byRelease := f.Object.Namespace == "" || len(s.Releases) > 0
	return byRelease && f.Release != nil && f.Release.Namespace == s.Namespace
}

// Select returns the findings that the scope includes.
func (s Scope) Select(findings []Finding) []Finding {
	return slices.DeleteFunc(slices.Clone(findings), func(f Finding) bool { return !s.Includes(&f) })
}

// Unknown returns those names in Releases that neither a record nor a finding
// knows.
func (s Scope) Unknown(snap *snapshot.Snapshot, findings []Finding) []string {
	var unknown []string
	for _, name := range s.Releases {
		known := slices.ContainsFunc(findings, func(f Finding) bool { return s.Includes(&f) && f.Release.Name == name }) ||
			slices.ContainsFunc(snap.Records, func(r snapshot.Record) bool {
				return r.Release.Name == name && (s.Namespace == "" || r.Release.Namespace == s.Namespace)
			})
		if !known {
			unknown = append(unknown, name)
		}
	}
	return unknown
}
