package cluster

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// withFlux serves HelmReleases beside what the fake API has: each text is a whole
// answer.
func withFlux(f *fakeAPI, objects map[string]string) *fakeAPI {
	f.extra = func(w http.ResponseWriter, r *http.Request) bool {
		name, ok := strings.CutPrefix(r.URL.Path, "/apis/helm.toolkit.fluxcd.io/v2/namespaces/flux/helmreleases/")
		if !ok {
			return false
		}
		text, ok := objects[name]
		switch {
		case name == "secret":
			answer(w, http.StatusForbidden, failure(http.StatusForbidden, metav1.StatusReasonForbidden, "no"))
		case !ok:
			answer(w, http.StatusNotFound, failure(http.StatusNotFound, metav1.StatusReasonNotFound, "no"))
		default:
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(text))
		}
		return true
	}
	return f
}

func fluxKind() snapshot.Kind {
	return snapshot.Kind{Group: "helm.toolkit.fluxcd.io", Version: "v2", Resource: "helmreleases", Kind: "HelmRelease", Namespaced: true}
}

func TestReadHelmReleases(t *testing.T) {
	f := withFlux(newFakeAPI(t), map[string]string{
		"blog":  `{"kind":"HelmRelease","spec":{"targetNamespace":"shop","values":{"password":"x"}}}`,
		"plain": `{}`,
		"wrong": `{"spec":{"releaseName":7}}`,
	})
	g := gather(t, f, "shop")
	snap := g.Snapshot()
	snap.Kinds = append(snap.Kinds, fluxKind())
	names := []snapshot.FluxName{
		{Namespace: "flux", Name: "blog"},
		{Namespace: "flux", Name: "plain"},
		{Namespace: "flux", Name: "gone"},
		{Namespace: "flux", Name: "blog"},
		{Namespace: "flux", Name: "secret"},
		{Namespace: "flux", Name: "wrong"},
		{Name: "half"},
		{Namespace: "flux", Name: ".."},
	}
	for range 2 {
		if err := g.ReadHelmReleases(t.Context(), names); err != nil {
			t.Fatal(err)
		}
	}
	want := []snapshot.HelmRelease{
		{Namespace: "flux", Name: "blog", Release: "shop-blog", Target: "shop", Storage: "flux"},
		{Namespace: "flux", Name: "plain", Release: "plain", Target: "flux", Storage: "flux"},
		{Namespace: "flux", Name: "gone", Missing: true},
		{Namespace: "flux", Name: "secret"},
		{Namespace: "flux", Name: "wrong"},
		{Name: "half"},
		{Namespace: "flux", Name: ".."},
	}
	if diff := cmp.Diff(want, snap.HelmReleases); diff != "" {
		t.Errorf("HelmReleases (-want +got):\n%s", diff)
	}
	wantGaps(t, snap,
		snapshot.Gap{What: "Flux's HelmRelease secret", Namespace: "flux", Why: "forbidden"},
		snapshot.Gap{What: "Flux's HelmRelease wrong", Namespace: "flux", Why: "not a HelmRelease as Flux makes them"},
		snapshot.Gap{What: "Flux's HelmRelease half", Why: "no object has such a name"},
		snapshot.Gap{What: "Flux's HelmRelease ..", Namespace: "flux", Why: "no object has such a name"},
	)
	if n := f.count("helmreleases"); n != 5 {
		t.Errorf("%d requests for 5 HelmReleases", n)
	}
}

// Without Flux there is none, unless nobody knows whether Flux is there.
func TestHelmReleasesWithoutFlux(t *testing.T) {
	name := snapshot.FluxName{Namespace: "flux", Name: "blog"}
	f := newFakeAPI(t)
	g := gather(t, f, "shop")
	if err := g.ReadHelmReleases(t.Context(), []snapshot.FluxName{name}); err != nil {
		t.Fatal(err)
	}
	if h := g.Snapshot().FluxRelease(name); h == nil || !h.Missing || len(g.Snapshot().Gaps) > 0 || f.count("helmreleases") > 0 {
		t.Errorf("without Flux: %+v, gaps %v", h, g.Snapshot().Gaps)
	}

	g = gather(t, newFakeAPI(t), "shop")
	g.Snapshot().Gaps = []snapshot.Gap{{What: "API group helm.toolkit.fluxcd.io/v2", Group: "helm.toolkit.fluxcd.io", Why: "timed out"}}
	if err := g.ReadHelmReleases(t.Context(), []snapshot.FluxName{name}); err != nil {
		t.Fatal(err)
	}
	if h := g.Snapshot().FluxRelease(name); h == nil || h.Missing || h.Release != "" || len(g.Snapshot().Gaps) != 2 {
		t.Errorf("where discovery failed: %+v, gaps %v", h, g.Snapshot().Gaps)
	}
}

func TestHelmReleasesEndWithTheirContext(t *testing.T) {
	f := newFakeAPI(t)
	g := gather(t, f, "shop")
	g.Snapshot().Kinds = append(g.Snapshot().Kinds, fluxKind())
	f.fault = func(*http.Request) *metav1.Status {
		return failure(http.StatusUnauthorized, metav1.StatusReasonUnauthorized, "no")
	}
	if err := g.ReadHelmReleases(t.Context(), []snapshot.FluxName{{Namespace: "flux", Name: "x"}}); err == nil {
		t.Error("an expired token is no error")
	}
	if err := g.ReadWitnesses(t.Context()); err == nil {
		t.Error("an expired token is no error for witnesses")
	}
}
