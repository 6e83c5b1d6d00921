package verdict

import (
	"slices"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// view is how one release relates to an object.
type view struct {
	release     *snapshot.ReleaseID // nil if none is known
	attribution Attribution
	records     []*snapshot.Record // newest first
	claims      []Claim            // of this release, newest first
}

// views are the releases that an object is held against: all that claim it or, if
// none does, the one that its marks name.
func (e *evidence) views(f *Finding) []view {
	if len(f.Claims) == 0 {
		v := view{release: f.Release, attribution: f.Attribution}
		if f.Release != nil {
			v.records = e.releases[*f.Release]
		}
		return []view{v}
	}
	var views []view
	for rest := f.Claims; len(rest) > 0; { // sorted, and so those of one release stand together
		id := &rest[0].Record.Release
		n := 1
		for n < len(rest) && rest[n].Record.Release == *id {
			n++
		}
		views = append(views, view{release: id, attribution: ByRecord, records: e.releases[*id], claims: rest[:n:n]})
		rest = rest[n:]
	}
	// The one that the object is shown under comes first, and wins among equals.
	slices.SortStableFunc(views, func(a, b view) int {
		return prefer(*a.release == *f.Release, *b.release == *f.Release)
	})
	return views
}

// current is the release's newest record, or nil.
func (v *view) current() *snapshot.Record {
	if len(v.records) == 0 {
		return nil
	}
	return v.records[0]
}

func (v *view) state() releaseState {
	switch c := v.current(); {
	case c == nil:
		return noRecord
	case c.Status == release.StatusUninstalled:
		return uninstalled
	default:
		return installed
	}
}

// will are the declarations that Helm works from next: those of the current record or,
// if it has none, of the deployed one. One record may declare an object twice, for other
// events. There are none if neither declares the object.
func (v *view) will() []*Claim {
	for _, inForce := range []func(*Claim) bool{
		func(c *Claim) bool { return c.Current },
		func(c *Claim) bool { return c.Deployed },
	} {
		var found []*Claim
		for i := range v.claims {
			if c := &v.claims[i]; inForce(c) {
				found = append(found, c)
			}
		}
		if len(found) > 0 {
			return found
		}
	}
	return nil
}

// established tells whether an install of the release has ever ended, so that only
// upgrades and rollbacks follow. Helm 4 makes a failed install superseded too, at
// the upgrade that follows it: that was no install any more either. Over what failed last
// install --replace works, however often it was deployed before.
func (v *view) established() bool { return v.wasInstalled() && !v.failed() }

// wasInstalled tells whether an install of the release has ever ended.
func (v *view) wasInstalled() bool {
	return slices.ContainsFunc(v.records, func(r *snapshot.Record) bool {
		return r.Status == release.StatusDeployed || r.Status == release.StatusSuperseded
	})
}

// failed tells whether the release's last command failed.
func (v *view) failed() bool {
	c := v.current()
	return c != nil && c.Status == release.StatusFailed
}

// inFlight tells whether a Helm operation is under way, or was killed: only the
// current record counts, since older ones can be pending for ever. Tests run while
// the release is deployed.
func (v *view) inFlight() bool {
	c := v.current()
	if c == nil {
		return false
	}
	return c.Status.InFlight() || (c.Status == release.StatusDeployed && hookPending(c))
}

// hookPending tells whether a record says that one of its hooks runs.
func hookPending(r *snapshot.Record) bool {
	return r.Body != nil && slices.ContainsFunc(r.Body.Hooks, func(h release.Hook) bool {
		return h.LastRun.Phase == phaseRunning
	})
}

// canCome tells whether Helm can still run hooks of an event for the release:
// those of an install only until one has ended. An uninstall can always come.
func canCome(e hook.Event, established bool) bool {
	install := e == hook.PreInstall || e == hook.PostInstall
	return !install || !established
}

// mayRun tells whether a command that can still come runs hooks of an event from a record:
// any can be rolled back to, and then be tested and uninstalled; upgrades work from what is
// in force, and so does a new install of what is uninstalled.
func (v *view) mayRun(r *snapshot.Record, e hook.Event) bool {
	switch e {
	case hook.PreRollback, hook.PostRollback, hook.Test, hook.PreDelete, hook.PostDelete:
		return true
	case hook.PreInstall, hook.PostInstall:
		return r == v.current() && (v.state() == uninstalled || !v.established())
	default:
		return v.state() == installed && (r == v.current() || r == deployedRecord(v.records))
	}
}

// replaced tells whether Helm deletes a hook's object before it makes it anew. The
// record's own list counts, which is what Helm reads: it has before-hook-creation
// by default.
func replaced(h *release.Hook) bool {
	return len(h.DeletePolicies) == 0 || slices.Contains(h.DeletePolicies, hook.BeforeHookCreation)
}
