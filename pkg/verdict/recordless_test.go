package verdict_test

import (
	"testing"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// TestWitnesses: a live object shows that a release without records lives, unless it
// is the object itself or bears the name of a release elsewhere.
func TestWitnesses(t *testing.T) {
	itself := func(s *snapshot.Snapshot) {
		s.Witnesses = []snapshot.Witness{{Release: "blog", Namespace: "shop", Mark: snapshot.MarkAnnotation, Object: s.Objects[0].Ref()}}
	}
	other := func(s *snapshot.Snapshot) {
		witnessedBy("shop", snapshot.MarkAnnotation)(s)
		s.Witnesses[0].Release = "wiki"
	}
	for _, tt := range []struct {
		name    string
		records []snapshot.Record
		change  func(*snapshot.Snapshot)
		want    verdict.Reason
	}{
		{"a label beside it", []snapshot.Record{otherRelease()}, witnessedBy("shop", snapshot.MarkLabel), verdict.ReasonLiveWithoutRecord},
		{"a label elsewhere", []snapshot.Record{otherRelease()}, witnessedBy("desk", snapshot.MarkLabel), verdict.ReasonReleaseGone},
		{"Helm's annotation elsewhere", []snapshot.Record{otherRelease()}, witnessedBy("desk", snapshot.MarkAnnotation), verdict.ReasonLiveWithoutRecord},
		{"the object itself", []snapshot.Record{otherRelease()}, itself, verdict.ReasonReleaseGone},
		{"another release's", []snapshot.Record{otherRelease()}, other, verdict.ReasonReleaseGone},
		// Where Helm has no record at all, it probably has them in a database.
		{"another release's, and no record anywhere", nil, other, verdict.ReasonLiveWithoutRecord},
		{"none, and no record anywhere", nil, func(*snapshot.Snapshot) {}, verdict.ReasonReleaseGone},
		// It wins over a namesake.
		{
			"a label beside it, and a namesake",
			[]snapshot.Record{rec(rel("desk", "blog"), 1, release.StatusDeployed)},
			witnessedBy("shop", snapshot.MarkLabel), verdict.ReasonLiveWithoutRecord,
		},
	} {
		f := judgedFirst(t, also(only(seed(ofBlog), tt.records...), tt.change), verdict.Options{})
		if f.Reason != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, f.Reason, tt.want)
		}
		if (f.Evidence.Witness != nil) != (tt.want == verdict.ReasonLiveWithoutRecord && len(tt.records) > 0) {
			t.Errorf("%s: the witness cited is %v", tt.name, f.Evidence.Witness)
		}
	}
}

// TestFlux: labels of Flux name a HelmRelease, and only that names the release.
func TestFlux(t *testing.T) {
	flux := func(o *snapshot.Object) {
		label("helm.toolkit.fluxcd.io/name", "app")(o)
		label("helm.toolkit.fluxcd.io/namespace", "flux")(o)
	}
	says := func(h snapshot.HelmRelease) func(*snapshot.Snapshot) {
		h.Namespace, h.Name = "flux", "app"
		return func(s *snapshot.Snapshot) { s.HelmReleases = []snapshot.HelmRelease{h} }
	}
	blogs := snapshot.HelmRelease{Release: "blog", Target: "shop", Storage: "shop"}
	for _, tt := range []struct {
		name    string
		object  snapshot.Object
		flux    snapshot.HelmRelease
		records []snapshot.Record
		want    verdict.Reason
		by      verdict.Attribution
	}{
		{"it names a release that is there", seed(flux), blogs, []snapshot.Record{declare(1, release.StatusDeployed)}, verdict.ReasonDropped, verdict.ByFluxLabel},
		{"it names one that is gone", seed(flux), blogs, []snapshot.Record{otherRelease()}, verdict.ReasonReleaseGone, verdict.ByFluxLabel},
		{
			"its records are stored elsewhere", seed(flux),
			snapshot.HelmRelease{Release: "blog", Target: "shop", Storage: "flux"},
			[]snapshot.Record{inNamespace("shop", rec(rel("flux", "blog"), 1, release.StatusDeployed))},
			verdict.ReasonDropped, verdict.ByFluxLabel,
		},
		{"it is not there", seed(flux), snapshot.HelmRelease{Missing: true}, []snapshot.Record{otherRelease()}, verdict.ReasonUnattributed, verdict.ByNothing},
		{
			"it is not there, and the chart's label is", seed(flux, ofBlog),
			snapshot.HelmRelease{Missing: true},
			[]snapshot.Record{otherRelease()},
			verdict.ReasonReleaseGone, verdict.ByInstanceLabel,
		},
		// What it says is not known, and so the chart's label is not believed.
		{"it cannot be read", seed(flux, ofBlog), snapshot.HelmRelease{}, []snapshot.Record{otherRelease()}, verdict.ReasonUnattributed, verdict.ByNothing},
		{"a record knows better", seed(flux), snapshot.HelmRelease{Missing: true}, deployed(seed()), verdict.ReasonNoDeletePolicy, verdict.ByRecord},
	} {
		f := judgedFirst(t, also(only(tt.object, tt.records...), says(tt.flux)), verdict.Options{})
		if f.Reason != tt.want || f.Attribution != tt.by {
			t.Errorf("%s: %s by %q, want %s by %q", tt.name, f.Reason, f.Attribution, tt.want, tt.by)
		}
	}
}

// TestStoredElsewhere: a release's records may be in another namespace than its
// objects.
func TestStoredElsewhere(t *testing.T) {
	o := seed()
	far := rel("flux", "blog")
	for _, tt := range []struct {
		name    string
		object  snapshot.Object
		records []snapshot.Record
		want    verdict.Reason
	}{
		{"it declares the object", o, []snapshot.Record{inNamespace("shop", rec(far, 1, release.StatusDeployed, declaring(o)))}, verdict.ReasonNoDeletePolicy},
		{"it declared the object", o, []snapshot.Record{
			inNamespace("shop", rec(far, 2, release.StatusDeployed)), inNamespace("shop", rec(far, 1, release.StatusSuperseded, declaring(o))),
		}, verdict.ReasonDropped},
		{"a label names it", seed(ofBlog), []snapshot.Record{inNamespace("shop", rec(far, 1, release.StatusDeployed))}, verdict.ReasonAmbiguous},
		{"it is of another namespace", o, []snapshot.Record{rec(far, 1, release.StatusDeployed, declaring(o))}, verdict.ReasonUnattributed},
		{"in ConfigMaps", o, []snapshot.Record{rec(snapshot.ReleaseID{Driver: snapshot.ConfigMaps, Namespace: "shop", Name: "blog"}, 1,
			release.StatusDeployed, declaring(o))}, verdict.ReasonNoDeletePolicy},
	} {
		if f := judgedFirst(t, only(tt.object, tt.records...), verdict.Options{}); f.Reason != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, f.Reason, tt.want)
		}
	}
}
