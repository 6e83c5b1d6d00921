package dump

import (
	"context"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/live"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// ReadWitnesses notes as a gap that the files may not hold what shows that releases
// live: they do not say what was not read.
func (e *Evidence) ReadWitnesses(context.Context) error {
	if e.snap.WitnessesEverywhere {
		return nil
	}
	e.snap.WitnessesEverywhere = true // all that will ever be read
	switch {
	case e.undecoded == nil: // a Snapshot, which says that there may be more
		e.gap(snapshot.Gap{What: "what shows that releases live", Why: e.files + " was not made of everything", Witnesses: true})
	case !e.workloads:
		e.gap(snapshot.Gap{What: "deployments, statefulsets, daemonsets and services", Why: "there are none in " + e.files, Witnesses: true})
	}
	return nil
}

// ReadDependents notes as a gap that only some kinds are there, if so.
func (e *Evidence) ReadDependents(context.Context) error {
	if e.snap.Restricted {
		e.snap.Restricted = false // all that will ever be read
		e.gap(snapshot.Gap{What: "other kinds", Namespace: e.snap.Namespace, Why: e.files + " was made of some kinds only", Everything: true, Witnesses: true})
	}
	return nil
}

// hasWorkloads tells whether anybody dumped what most releases consist of.
func (ks kinds) hasWorkloads() bool {
	return ks.has("apps", "Deployment") || ks.has("apps", "StatefulSet") || ks.has("apps", "DaemonSet") || ks.has("", "Service")
}

// ReadHelmReleases notes as gaps which of Flux's HelmReleases the files do not hold.
// They may exist all the same.
func (e *Evidence) ReadHelmReleases(_ context.Context, names []snapshot.FluxName) error {
	known := make(map[snapshot.FluxName]bool, len(e.snap.HelmReleases)) // each object may name another one
	for _, h := range e.snap.HelmReleases {
		known[snapshot.FluxName{Namespace: h.Namespace, Name: h.Name}] = true
	}
	for _, n := range names {
		if known[n] {
			continue
		}
		known[n] = true
		e.snap.HelmReleases = append(e.snap.HelmReleases, snapshot.HelmRelease{Namespace: n.Namespace, Name: n.Name})
		e.gap(snapshot.Gap{What: "Flux's " + live.FluxKind + " " + n.Name, Namespace: n.Namespace, Why: "not in " + e.files})
	}
	return nil
}
