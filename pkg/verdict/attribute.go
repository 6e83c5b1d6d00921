package verdict

import (
	"cmp"
	"slices"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// best picks the claim that attributes an object: one of a release that was asked
// for by name; one whose record is stored in the object's own namespace before
// any other, since who may write there could write the object as well; one that
// is in force before one that is history; one that says it is of the object's
// namespace, as Flux's can that are stored elsewhere.
func best(claims []Claim, o *snapshot.Object, asked []ReleaseName) *Claim {
	if len(claims) == 0 {
		return nil
	}
	wanted := func(c *Claim) bool { return named(asked, c.Record.Release) }
	home := func(c *Claim) bool { return o.Namespace == "" || c.Record.Release.Namespace == o.Namespace }
	says := func(c *Claim) bool { return o.Namespace == "" || releaseNamespace(c.Record) == o.Namespace }
	i := 0
	for j := range claims {
		a, b := &claims[j], &claims[i]
		if cmp.Or(prefer(wanted(a), wanted(b)), prefer(home(a), home(b)),
			prefer(a.inForce(), b.inForce()), prefer(says(a), says(b))) < 0 {
			i = j
		}
	}
	return &claims[i]
}

// isHook tells whether an object is one to judge. Without a hook annotation it
// is only if a record in force, stored in its own namespace or of a release that
// was asked for by name, declares it: a List's children never bear one. What
// history declares may be an ordinary resource by now, and a foreign record can
// claim anything.
func isHook(f *Finding, o Options) bool {
	if f.Annotated {
		return true
	}
	if f.Claim == nil || !f.Claim.inForce() {
		return false
	}
	id := f.Claim.Record.Release
	return f.Object.Namespace == "" || id.Namespace == f.Object.Namespace || named(o.Releases, id)
}

func prefer(a, b bool) int {
	switch {
	case a && !b:
		return -1
	case b && !a:
		return 1
	default:
		return 0
	}
}

func sortClaims(claims []Claim) {
	slices.SortStableFunc(claims, func(a, b Claim) int {
		return cmp.Or(
			a.Record.Release.Compare(b.Record.Release),
			b.Record.Revision-a.Record.Revision,
			a.Index-b.Index,
		)
	})
}

// fluxName is the HelmRelease that an object's labels name, if they do.
func fluxName(o *snapshot.Object) (snapshot.FluxName, bool) {
	n := o.FluxName()
	return n, n != snapshot.FluxName{}
}

// attribute says whose an object is. A label is trusted to name a release only
// in the object's own namespace.
func (e *evidence) attribute(o *snapshot.Object, claim *Claim) (*snapshot.ReleaseID, Attribution) {
	if claim != nil {
		return &claim.Record.Release, ByRecord
	}
	if name, ns := o.Annotations[annotationReleaseName], o.Annotations[annotationReleaseNamespace]; name != "" && ns != "" {
		return e.knownFor(ns, name), ByOwnershipAnnotation
	}
	if flux, ok := fluxName(o); ok {
		// Flux names its own object, and only that object tells the release. What it
		// says while it cannot be read is not known; what one that is gone said is told
		// by the chart's labels at best.
		switch h := e.signs.flux[flux]; {
		case h == nil, !h.Missing && h.Release == "":
			return nil, ByNothing
		case !h.Missing:
			return e.known(h.Storage, h.Release), ByFluxLabel
		}
	}
	if o.Namespace == "" || authorOf(o) == authorOther {
		return nil, ByNothing
	}
	for _, label := range []string{labelInstance, labelRelease} {
		if name := o.Labels[label]; name != "" {
			return e.known(o.Namespace, name), ByInstanceLabel
		}
	}
	return nil, ByNothing
}

// knownFor returns the release of that name and namespace, wherever its records are
// stored.
func (e *evidence) knownFor(namespace, name string) *snapshot.ReleaseID {
	for _, id := range e.called(name) {
		if body := e.releases[id][0].Body; body != nil && body.Namespace == namespace {
			return &id
		}
	}
	return e.known(namespace, name)
}

// known returns the release of that name, whichever driver stores it; the
// Secret driver is Helm's default, and so the guess for a release without record.
func (e *evidence) known(namespace, name string) *snapshot.ReleaseID {
	for _, driver := range []snapshot.Driver{snapshot.Secrets, snapshot.ConfigMaps} {
		id := snapshot.ReleaseID{Driver: driver, Namespace: namespace, Name: name}
		if _, ok := e.releases[id]; ok {
			return &id
		}
	}
	return &snapshot.ReleaseID{Driver: snapshot.Secrets, Namespace: namespace, Name: name}
}
