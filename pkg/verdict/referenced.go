package verdict

import (
	"fmt"
	"slices"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// refuseReferenced adds the refusals of orphans that somebody uses. It is a
// greatest fixpoint: all orphans that nothing else refuses are planned to go, and
// a user that goes as well does not count; what is used by one that stays is
// refused, until nothing changes. So a ServiceAccount and its RoleBinding do not
// protect each other for ever.
func (e *evidence) refuseReferenced(hooks []*Finding, o *Options, goes func(*Finding) bool) {
	planned := make(map[string]bool) // by UID
	var candidates []*Finding
	for _, f := range hooks {
		if f.Verdict != Orphan {
			continue
		}
		candidates = append(candidates, f)
		if f.Prunable() && f.Object.UID != "" && goes(f) {
			planned[f.Object.UID] = true
		}
	}
	for changed := true; changed; {
		changed = false
		for _, f := range candidates {
			if hasRefusal(f, GuardReferenced) {
				continue
			}
			if u := e.userOf(f, planned); u != nil {
				f.refuse(o, GuardReferenced, usage(u))
				changed = true
				if !f.Prunable() {
					delete(planned, f.Object.UID)
				}
			}
		}
	}
}

func hasRefusal(f *Finding, g Guard) bool {
	return slices.ContainsFunc(f.Refusals, func(r Refusal) bool { return r.Guard == g })
}

// userOf is somebody who uses an object and stays, or nil.
func (e *evidence) userOf(f *Finding, planned map[string]bool) *snapshot.Use {
	for _, u := range e.uses.of(f.Object) {
		if !concerns(u, f.Object) || u.Idle || (f.Reason == ReasonPolicyMissed && grants(u, f.Object)) {
			continue
		}
		if u.Absent {
			if e.makerOf(f, &u.By) != nil {
				return u
			}
			continue
		}
		if u.Record == nil {
			// It goes by itself, or with its owners when all of them go.
			stays := func(uid string) bool { return !planned[uid] }
			goes := planned[u.By.UID] || (len(u.Owners) > 0 && !slices.ContainsFunc(u.Owners, stays))
			if !goes {
				return u
			}
			continue
		}
		if e.comesBack(f, u.Record.Release) || u.Of.Kind != "" && e.missedBy(f, u.Record, &u.By) {
			return u
		}
	}
	return nil
}

// grants tells whether the user is a binding that only names the account: nothing
// stops working with the account but what runs as it. That is no reason to keep what
// Helm was to delete anyway. Bindings may be in any namespace, where who is to look
// after one of them cannot look.
func grants(u *snapshot.Use, o *snapshot.Object) bool {
	ref := o.Ref()
	return isAccount(&ref) && u.Of.Kind != "" && isBinding(u.By.Kind)
}

func isAccount(r *snapshot.ObjectRef) bool {
	return r.Kind == "ServiceAccount" && snapshot.Group(r.APIVersion) == ""
}

func isBinding(kind string) bool { return kind == "RoleBinding" || kind == "ClusterRoleBinding" }

// comesBack tells whether a release may make again what its chart declares, and that
// matters: as long as it is there, and if it is uninstalled, by a rollback. Of what was to be
// deleted after its run its own release is another matter: see missedBy.
func (e *evidence) comesBack(f *Finding, id snapshot.ReleaseID) bool {
	own := slices.Contains(e.held(f), id)
	if f.Reason == ReasonPolicyMissed && own {
		return false
	}
	return e.mayDeclare(id) || e.mayReturn(f, id, own)
}

// mayReturn tells whether a rollback can bring back a release that is uninstalled. For what
// supports the release itself speaks guard supporting; nothing does for what runs.
func (e *evidence) mayReturn(f *Finding, id snapshot.ReleaseID, own bool) bool {
	return len(e.releases[id]) > 0 && (!own || f.runs())
}

func (e *evidence) mayDeclare(id snapshot.ReleaseID) bool {
	records := e.releases[id]
	return len(records) > 0 && records[0].Status != release.StatusUninstalled
}

// concerns tells whether a use is of an object, by another one. A Job's own Pods are
// part of it. A name that is merely mentioned may be that of any kind.
func concerns(u *snapshot.Use, o *snapshot.Object) bool {
	switch {
	case u.Of.Name != o.Name || (o.Namespace != "" && u.Of.Namespace != o.Namespace):
		return false
	case u.Of.Kind != "" && (u.Of.Kind != o.Kind ||
		(u.Of.APIVersion != "" && !snapshot.SameGroup(o.Kind, snapshot.Group(u.Of.APIVersion), snapshot.Group(o.APIVersion)))):
		return false
	case o.UID != "" && (u.By.UID == o.UID || slices.Contains(u.Owners, o.UID)):
		return false
	default: // its own declaration
		return u.By.Kind != o.Kind || u.By.Name != o.Name || u.By.Namespace != o.Namespace
	}
}

// usage says who uses an object, and how.
func usage(u *snapshot.Use) string {
	who := nameOf(u.By)
	if u.Record != nil {
		who = fmt.Sprintf("%s of %s, revision %d,", nameOf(u.By), u.Record.Release.Name, u.Record.Revision)
	}
	if u.Absent {
		return fmt.Sprintf("it names %s (%s), which another release may make", nameOf(u.By), u.Field)
	}
	verb := "uses it"
	if u.Of.Kind == "" {
		verb = "mentions it"
	}
	return fmt.Sprintf("%s %s (%s)", who, verb, u.Field)
}
