package verdict

import (
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// askFlux asks for the HelmRelease that an object's labels name.
func (e *evidence) askFlux(c *collector, f *Finding) {
	if name, ok := fluxName(f.Object); ok && e.signs.flux[name] == nil {
		c.flux[name] = true
	}
}

// prove asks for what a verdict, and then its guards, still rest on. Each step waits
// for the one before, which may make it needless.
func (e *evidence) prove(c *collector, f *Finding, o *Options) {
	ids := e.held(f)
	if c.releases(ids, newest) {
		return
	}
	if e.wantsWindow(f) && c.releases(ids, all) {
		return
	}
	if f.Verdict == Orphan && f.Current == nil {
		if e.needRecordsEverywhere(c) || e.needWitnesses(c) {
			return
		}
	}
	if f.Verdict != Orphan {
		return
	}
	if !f.runs() && e.needRuns(c, ids) { // it may still be needed
		return
	}
	home := f.Object.Namespace
	if home == "" && e.needRecordsEverywhere(c) {
		return
	}
	// Objects of any kind may name it as their owner.
	if e.snapshot.Restricted {
		c.dependents = true
		return
	}
	if home == "" && e.snapshot.Namespace != "" && e.needWitnesses(c) {
		return
	}
	if e.proveBeside(c, f, o, ids) {
		return
	}
	if !f.Object.UsersRead {
		c.users = append(c.users, f.Object.Ref())
	}
	e.proveAbsent(c, f, o)
	e.proveElsewhere(c, f, o)
}

// proveBeside asks for what the records of an orphan's releases, and of others in its
// namespace, declare. It returns whether there is something to wait for.
func (e *evidence) proveBeside(c *collector, f *Finding, o *Options, ids []snapshot.ReleaseID) bool {
	home := f.Object.Namespace
	waiting := c.manifestsOf(ids, all)
	waiting = c.releases(ids, all) || waiting // where a body can be read and its manifest cannot
	switch {
	case home == "":
	case f.standsAlone() && !o.Thorough:
		if f.Reason.final() {
			waiting = c.namespace(home, newest) || waiting
			waiting = c.manifestsIn(home, newest) || waiting
		}
	default:
		// Somebody else may declare it, or have it by now.
		waiting = c.namespace(home, all) || waiting
		waiting = c.manifestsIn(home, newest) || waiting
		if f.Prunable() && f.Reason != ReasonPolicyMissed { // a rollback brings back who uses it
			waiting = c.manifestsIn(home, all) || waiting
		}
	}
	return waiting
}

// held are the releases that an object is held against.
func (e *evidence) held(f *Finding) []snapshot.ReleaseID {
	var ids []snapshot.ReleaseID
	views := e.views(f)
	for i := range views {
		if views[i].release != nil {
			ids = append(ids, *views[i].release)
		}
	}
	return ids
}

// wantsWindow tells whether older records could show the run that made the object,
// and that would matter.
func (e *evidence) wantsWindow(f *Finding) bool {
	if len(f.Claims) == 0 || windowOf(f.Object, f.Claims) != nil {
		return false
	}
	p := f.Declared.Policy
	return authorOf(f.Object) == authorUnknown || p.Has(hook.HookSucceeded) || p.Has(hook.HookFailed)
}

// standsAlone tells whether the object ran for the release that declares it now, and that
// is there. What merely supports may serve several.
func (x *Finding) standsAlone() bool {
	return x.runs() && x.Claim != nil && x.Claim.inForce() && x.Reason != ReasonReleaseUninstalled
}

func (e *evidence) needWitnesses(c *collector) bool {
	c.witnesses = c.witnesses || !e.snapshot.WitnessesEverywhere
	return !e.snapshot.WitnessesEverywhere
}

// releasesIn are the releases stored in a namespace or, for "", all.
func (e *evidence) releasesIn(namespace string) []snapshot.ReleaseID {
	if namespace == "" {
		return e.allReleases()
	}
	return e.byNamespace[namespace]
}

// manifestsIn asks for the manifests of records in a namespace, as manifestsOf does. Many
// objects ask for the same ones.
func (c *collector) manifestsIn(namespace string, d depth) bool {
	key := namespaceDepth{namespace, d}
	found, ok := c.shown[key]
	if !ok {
		found = c.manifestsOf(c.evidence.releasesIn(namespace), d)
		c.shown[key] = found
	}
	return found
}

// manifestsOf asks for the manifests of releases' records, and tells whether any is
// neither read nor unreadable.
func (c *collector) manifestsOf(ids []snapshot.ReleaseID, d depth) bool {
	found := false
	for _, id := range ids {
		records := c.evidence.releases[id]
		deployed := deployedRecord(records)
		for i, r := range records {
			if d != all && i != 0 && r != deployed {
				continue
			}
			tried := c.evidence.unreadable[r.RecordID] || c.evidence.unlistable[r.RecordID]
			if !r.ManifestRead && !tried {
				c.manifests[r.RecordID] = true
				found = true
			}
		}
	}
	return found
}
