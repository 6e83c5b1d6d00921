package cluster

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// withNamespaces has a release in each of some namespaces.
func (f *fakeAPI) withNamespaces(names ...string) {
	f.wide = true
	for _, ns := range names {
		f.add("namespaces", stored{meta: metav1.ObjectMeta{Name: ns}})
		f.secretRecord(ns, "blog-"+ns, 1, text(ns, "blog-"+ns, 1))
	}
}

// recordGaps are those that tell of records which nobody has seen, and how many of them the
// server had no answer to.
func recordGaps(s *snapshot.Snapshot) (all, unreached int) {
	for _, g := range s.Gaps {
		if g.Records == snapshot.Secrets {
			all++
			if g.Unreached {
				unreached++
			}
		}
	}
	return all, unreached
}

// Where the namespaces cannot be listed it is not known what is in them, and why not: some
// of them are no better than none.
func TestNamespacesUnlisted(t *testing.T) {
	for _, tt := range []struct {
		name            string
		fault           func(*http.Request) *metav1.Status
		records         int
		gaps, unreached int
	}{
		{"fine", nil, 4, 0, 0},
		{"forbidden", func(*http.Request) *metav1.Status {
			return failure(http.StatusForbidden, metav1.StatusReasonForbidden, "no")
		}, 1, 1, 0},
		{"no answer", func(*http.Request) *metav1.Status {
			return failure(http.StatusGatewayTimeout, metav1.StatusReasonTimeout, "slow")
		}, 1, 1, 1},
		{"an answer to the first page only", func(r *http.Request) *metav1.Status {
			if q := r.URL.Query(); q.Get("continue") == "" && q.Get("limit") != "" {
				return nil
			}
			return failure(http.StatusInternalServerError, metav1.StatusReasonInternalError, "no")
		}, 1, 1, 1},
	} {
		f := newFakeAPI(t)
		f.withNamespaces("shop", "lab", "desk", "hall")
		f.fault = func(r *http.Request) *metav1.Status {
			if tt.fault == nil || r.URL.Path != "/api/v1/namespaces" {
				return nil
			}
			return tt.fault(r)
		}
		o := DefaultOptions()
		o.ChunkSize = 2
		c := f.client(o)
		may := func(resources string) rights {
			return rights{known: true, rules: []authorizationv1.ResourceRule{{Verbs: []string{"*"}, APIGroups: []string{"*"}, Resources: []string{resources}}}}
		}
		c.rights.Store(nowhere, may("namespaces"))
		for _, ns := range []string{"shop", "lab", "desk", "hall"} {
			c.rights.Store(ns, may("*"))
		}
		g, err := c.Gather(t.Context(), Query{Namespace: "shop", Kinds: []string{"secrets"}})
		if err != nil {
			t.Fatal(err)
		}
		if err := g.ReadRecords(t.Context(), ""); err != nil {
			t.Fatal(err)
		}
		all, unreached := recordGaps(g.Snapshot())
		if n := len(g.Snapshot().Records); n != tt.records || all != tt.gaps || unreached != tt.unreached {
			t.Errorf("%s: %d records, %d gaps, %d unreached: %+v", tt.name, n, all, unreached, g.Snapshot().Gaps)
		}
	}
}

// Where nobody can tell rights, and a list of all namespaces is refused, each is read.
func TestRecordsOneByOne(t *testing.T) {
	f := newFakeAPI(t)
	f.withNamespaces("shop", "lab", "desk")
	f.fault = func(r *http.Request) *metav1.Status {
		switch r.URL.Path {
		case "/api/v1/secrets", "/api/v1/configmaps", "/api/v1/namespaces/lab/secrets":
			return failure(http.StatusForbidden, metav1.StatusReasonForbidden, "no")
		}
		return nil
	}
	c := f.client(DefaultOptions())
	for _, namespace := range []string{"shop", ""} {
		g, err := c.Gather(t.Context(), Query{Namespace: namespace, Kinds: []string{"serviceaccounts"}})
		if err != nil {
			t.Fatal(err)
		}
		if err := g.ReadRecords(t.Context(), ""); err != nil {
			t.Fatal(err)
		}
		s := g.Snapshot()
		all, unreached := recordGaps(s)
		if in := slices.ContainsFunc(s.Gaps, func(g snapshot.Gap) bool { return g.Records != "" && g.Namespace != "lab" }); len(s.Records) != 2 || all == 0 || unreached != 0 || in {
			t.Errorf("%q: %d records, gaps %+v", namespace, len(s.Records), s.Gaps)
		}
		if err := g.ReadBodies(t.Context(), ids(s)); err != nil {
			t.Fatal(err)
		}
		for i := range s.Records {
			if s.Records[i].Body == nil {
				t.Errorf("%q: %+v was not read: %+v", namespace, s.Records[i].RecordID, s.Gaps)
			}
		}
	}
}

// A record that is listed and never there is a gap in the end.
func TestRecordsThatAreNeverThere(t *testing.T) {
	f := newFakeAPI(t)
	f.wide = true
	f.secretRecord("desk", "far", 1, text("desk", "far", 1))
	f.objects["secrets"][0].meta.Labels["version"] = "7" // so that it is asked for by its name
	f.fault = func(r *http.Request) *metav1.Status {
		if !strings.HasSuffix(r.URL.Path, release.Key("far", 1)) {
			return nil
		}
		return failure(http.StatusNotFound, metav1.StatusReasonNotFound, "no")
	}
	g, err := f.client(DefaultOptions()).Gather(t.Context(), Query{Kinds: []string{"secrets"}})
	if err != nil {
		t.Fatal(err)
	}
	for range 10 {
		if err := g.ReadBodies(t.Context(), ids(g.Snapshot())); err != nil {
			t.Fatal(err)
		}
	}
	if _, unreached := recordGaps(g.Snapshot()); unreached != 1 || len(g.Snapshot().Records) != 0 {
		t.Errorf("%d records, gaps %+v", len(g.Snapshot().Records), g.Snapshot().Gaps)
	}
}

// A record that went since it was listed may have made room for a newer one, which counts.
func TestRecordsThatCameSince(t *testing.T) {
	for _, tt := range []struct {
		name    string
		records int
		gaps    int
		change  func(f *fakeAPI)
	}{
		{"upgraded", 2, 0, func(f *fakeAPI) { f.secretRecord("desk", "far", 2, text("desk", "far", 2, "seed")) }},
		{"upgraded, by who may not see the other storage", 2, 0, func(f *fakeAPI) {
			f.secretRecord("desk", "far", 2, text("desk", "far", 2, "seed"))
			f.fault = func(r *http.Request) *metav1.Status {
				if !strings.HasSuffix(r.URL.Path, "/configmaps") {
					return nil
				}
				return failure(http.StatusForbidden, metav1.StatusReasonForbidden, "no")
			}
		}},
		{"uninstalled", 1, 0, func(*fakeAPI) {}},
		{"nobody can tell", 1, 1, func(f *fakeAPI) {
			f.fault = func(r *http.Request) *metav1.Status {
				if r.URL.Query().Get("labelSelector") == "owner=helm,name=far" {
					return failure(http.StatusInternalServerError, metav1.StatusReasonInternalError, "no")
				}
				return nil
			}
		}},
	} {
		f := newFakeAPI(t)
		f.wide = true
		f.secretRecord("desk", "far", 1, text("desk", "far", 1))
		f.secretRecord("shop", "blog", 1, text("shop", "blog", 1))
		g, err := f.client(DefaultOptions()).Gather(t.Context(), Query{Kinds: []string{"secrets"}})
		if err != nil {
			t.Fatal(err)
		}
		all := ids(g.Snapshot())
		tt.change(f)
		f.remove("secrets", release.Key("far", 1))
		if err := g.SearchRecords(t.Context(), all, nil); err != nil {
			t.Fatal(err)
		}
		s := g.Snapshot()
		if _, unreached := recordGaps(s); len(s.Records) != tt.records || len(s.Gaps) != tt.gaps || unreached != tt.gaps {
			t.Errorf("%s: records %+v, gaps %+v", tt.name, s.Records, s.Gaps)
		}
		for _, r := range s.Records {
			if r.Revision == 2 && (r.Body != nil || r.Silent || r.ManifestRead) {
				t.Errorf("%s: what came since counts as read: %+v", tt.name, r)
			}
		}
	}
}
