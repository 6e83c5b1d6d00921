package verdict

import (
	"slices"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// missedBy tells whether its own release misses what Helm was to delete after its run: a user
// that a record lists as an ordinary resource, since such a chart works only as long as the
// object is left, or has as a hook at an event at which it does not make the object anew. At
// the others it does, whether the object is there or not.
func (e *evidence) missedBy(f *Finding, id *snapshot.RecordID, user *snapshot.ObjectRef) bool {
	if f.Reason != ReasonPolicyMissed {
		return false
	}
	views := e.views(f)
	for i := range views {
		v := &views[i]
		if v.release == nil || *v.release != id.Release {
			continue
		}
		for _, r := range v.records {
			if r.Revision == id.Revision && r.Body != nil && v.misses(r, user) {
				return true
			}
		}
	}
	return false
}

func (v *view) misses(r *snapshot.Record, user *snapshot.ObjectRef) bool {
	if lists(r, user) {
		return true
	}
	for i := range r.Body.Hooks {
		h := &r.Body.Hooks[i]
		if !hooks(r, h, user) {
			continue
		}
		for _, event := range h.Events {
			made := slices.ContainsFunc(v.claims, func(c Claim) bool {
				return c.Record == r && slices.Contains(c.Hook.Events, event)
			})
			if !made && v.mayRun(r, event) {
				return true
			}
		}
	}
	return false
}
