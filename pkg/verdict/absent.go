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

// makerOf is a record that may make an object which an orphan names, so that the orphan is
// missed, or nil: one of another release or, of what Helm was to delete, of its own. Of other
// orphans' own releases guard supporting speaks.
func (e *evidence) makerOf(f *Finding, of *snapshot.ObjectRef) *snapshot.Record {
	held := e.held(f)
	for _, r := range e.makers(of.Name) {
		switch {
		case !makes(r, of):
		case slices.Contains(held, r.Release) && e.missedBy(f, &r.RecordID, of):
			return r
		case !slices.Contains(held, r.Release) && e.comesBack(f, r.Release):
			return r
		}
	}
	return nil
}

// makers are the records that declare any account of a name.
func (e *evidence) makers(name string) []*snapshot.Record {
	if e.accounts == nil {
		e.accounts = make(map[string][]*snapshot.Record)
		for i := range e.snapshot.Records {
			for name := range accountsOf(&e.snapshot.Records[i]) {
				e.accounts[name] = append(e.accounts[name], &e.snapshot.Records[i])
			}
		}
	}
	return e.accounts[name]
}

// accountsOf are the names of the accounts that a record declares.
func accountsOf(r *snapshot.Record) map[string]bool {
	names := make(map[string]bool)
	if r.Body == nil {
		return names
	}
	refs := r.Body.Resources
	for i := range r.Body.Hooks {
		refs = slices.Concat(refs, r.Body.Hooks[i].Objects)
	}
	for _, ref := range refs {
		if ref.Kind == "ServiceAccount" {
			names[ref.Name] = true
		}
	}
	return names
}

// makes tells whether a record declares an object, as a hook or as an ordinary resource.
func makes(r *snapshot.Record, of *snapshot.ObjectRef) bool {
	return lists(r, of) || slices.ContainsFunc(r.Body.Hooks, func(h release.Hook) bool { return hooks(r, &h, of) })
}

func lists(r *snapshot.Record, of *snapshot.ObjectRef) bool {
	return slices.ContainsFunc(r.Body.Resources, func(ref release.Ref) bool { return means(r, &ref, of) })
}

func hooks(r *snapshot.Record, h *release.Hook, of *snapshot.ObjectRef) bool {
	return slices.ContainsFunc(h.Objects, func(ref release.Ref) bool { return means(r, &ref, of) })
}

// means tells whether a record's declaration is that of an object.
func means(r *snapshot.Record, ref *release.Ref, of *snapshot.ObjectRef) bool {
	if ref.Kind != of.Kind || ref.Name != of.Name && (ref.Name != "" || ref.GenerateName != of.Name) {
		return false
	}
	d := declaration{Claim{Record: r}, ref}
	return d.matches(&snapshot.Object{APIVersion: of.APIVersion, Kind: of.Kind, Namespace: of.Namespace, Name: of.Name})
}
