package verdict

import (
	"slices"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// proveAbsent asks for the records that may make who would use an orphan, and is not there:
// an account that a binding names. What grants it something is missed as soon as it comes.
func (e *evidence) proveAbsent(c *collector, f *Finding, o *Options) {
	if !o.Thorough || !f.Prunable() {
		return
	}
	for _, ref := range e.absentUsers(f) {
		if e.needRecordsEverywhere(c) {
			return
		}
		c.seekUser(f, ref)
	}
}

// absentUsers are those who would use an object, and are not there.
func (e *evidence) absentUsers(f *Finding) []snapshot.ObjectRef {
	var refs []snapshot.ObjectRef
	for _, u := range e.uses.of(f.Object) {
		if u.Absent && concerns(u, f.Object) {
			refs = append(refs, u.By)
		}
	}
	return refs
}

// makerOf is a record of a release, not the orphan's own, that may make an object, or nil.
// Of its own release guard supporting speaks.
func (e *evidence) makerOf(f *Finding, of *snapshot.ObjectRef) *snapshot.Record {
	held := e.held(f)
	for i := range e.snapshot.Records {
		r := &e.snapshot.Records[i]
		if r.Body != nil && !slices.Contains(held, r.Release) && makes(r, of) && e.comesBack(f, r.Release) {
			return r
		}
	}
	return nil
}

// makes tells whether a record declares an object, as a hook or as an ordinary resource.
func makes(r *snapshot.Record, of *snapshot.ObjectRef) bool {
	o := snapshot.Object{APIVersion: of.APIVersion, Kind: of.Kind, Namespace: of.Namespace, Name: of.Name}
	means := func(ref release.Ref) bool {
		d := declaration{Claim{Record: r}, &ref}
		return ref.Kind == of.Kind && ref.Name == of.Name && d.matches(&o)
	}
	return slices.ContainsFunc(r.Body.Resources, means) || slices.ContainsFunc(r.Body.Hooks, func(h release.Hook) bool {
		return slices.ContainsFunc(h.Objects, means)
	})
}
