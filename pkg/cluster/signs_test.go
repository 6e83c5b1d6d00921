package cluster

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// object stores the metadata of an object.
func (f *fakeAPI) object(resource, namespace, name string, change func(*metav1.ObjectMeta)) {
	m := metaOf(namespace, name)
	if change != nil {
		change(&m)
	}
	f.add(resource, stored{meta: m})
}

func helmOwns(release, namespace string) func(*metav1.ObjectMeta) {
	return func(m *metav1.ObjectMeta) {
		m.Annotations = map[string]string{"meta.helm.sh/release-name": release, "meta.helm.sh/release-namespace": namespace}
	}
}

func ownedBy(uid string) func(*metav1.ObjectMeta) {
	return func(m *metav1.ObjectMeta) {
		m.OwnerReferences = []metav1.OwnerReference{{APIVersion: "batch/v1", Kind: "Job", Name: "x", UID: types.UID(uid)}}
	}
}

func going(m *metav1.ObjectMeta) { now := metav1.Now(); m.DeletionTimestamp = &now }

func isHook(m *metav1.ObjectMeta) { m.Annotations = map[string]string{"helm.sh/hook": "test"} }

// gatherQuery reads what the query asks for.
func gatherQuery(t *testing.T, f *fakeAPI, q Query) *Gathering {
	t.Helper()
	g, err := f.client(Options{Concurrency: 4, ChunkSize: 3}).Gather(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func witnessNames(s *snapshot.Snapshot) []string {
	names := []string{}
	for _, w := range s.Witnesses {
		names = append(names, fmt.Sprintf("%s/%s by %s %s/%s", w.Namespace, w.Release, w.Object.Kind, w.Object.Namespace, w.Object.Name))
	}
	return names
}

func dependentsOf(s *snapshot.Snapshot) []string {
	names := []string{}
	for _, o := range s.Objects {
		if d := o.Dependent; d != nil {
			names = append(names, fmt.Sprintf("%s: %s %s %s/%s%s", o.Name, d.APIVersion, d.Kind, d.Namespace, d.Name, d.UID))
		}
	}
	slices.Sort(names)
	return names
}

// town has signs in several kinds and namespaces.
func town(t *testing.T) *fakeAPI {
	f := newFakeAPI(t)
	f.object("namespaces", "", "shop", nil)
	f.object("namespaces", "", "desk", going)
	f.job("shop", "migrate", "pre-upgrade")
	f.object("serviceaccounts", "shop", "hook", isHook)
	f.object("serviceaccounts", "desk", "far", isHook)
	f.object("serviceaccounts", "shop", "child-2", ownedBy("serviceaccounts/shop/hook"))
	f.object("serviceaccounts", "shop", "child-1", ownedBy("serviceaccounts/shop/hook"))
	f.object("pods", "shop", "migrate-x", ownedBy("jobs/shop/migrate"))
	f.object("pods", "shop", "blog-0", helmOwns("blog", "shop"))
	for i := range 7 {
		f.object("serviceaccounts", "desk", fmt.Sprint("blog-", i), helmOwns("blog", "shop"))
		f.object("serviceaccounts", "desk", fmt.Sprint("wiki-", i), helmOwns("wiki", "desk"))
	}
	return f
}

func TestSignsOfAllNamespaces(t *testing.T) {
	g := gather(t, town(t), "")
	snap := g.Snapshot()
	want := []string{"desk/wiki by ServiceAccount desk/wiki-0", "shop/blog by ServiceAccount desk/blog-0"}
	if diff := cmp.Diff(want, witnessNames(snap)); diff != "" || !snap.WitnessesEverywhere {
		t.Errorf("everywhere %v, witnesses (-want +got):\n%s", snap.WitnessesEverywhere, diff)
	}
	if diff := cmp.Diff([]string{"hook: v1 ServiceAccount shop/child-1"}, dependentsOf(snap)); diff != "" {
		t.Errorf("dependents (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"desk"}, snap.Terminating); diff != "" {
		t.Errorf("terminating (-want +got):\n%s", diff)
	}
	if err := g.ReadWitnesses(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantGaps(t, snap)
}

// Kinds are for showing. What runs is read all the same, and what else is there on
// demand.
func TestSignsOfSomeKinds(t *testing.T) {
	f := town(t)
	g := gatherQuery(t, f, Query{Kinds: []string{"jobs"}})
	snap := g.Snapshot()
	if diff := cmp.Diff([]string{"shop/blog by Pod shop/blog-0"}, witnessNames(snap)); diff != "" || snap.WitnessesEverywhere {
		t.Errorf("everywhere %v, witnesses (-want +got):\n%s", snap.WitnessesEverywhere, diff)
	}
	if diff := cmp.Diff([]string{"desk"}, snap.Terminating); diff != "" {
		t.Errorf("terminating (-want +got):\n%s", diff)
	}
	if n := f.count("serviceaccounts"); n != 0 {
		t.Errorf("%d requests for a kind that nobody asked for", n)
	}
	jobs := f.count("/jobs?")
	if err := g.ReadWitnesses(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := []string{"desk/wiki by ServiceAccount desk/wiki-0", "shop/blog by ServiceAccount desk/blog-0"}
	if diff := cmp.Diff(want, witnessNames(snap)); diff != "" || !snap.WitnessesEverywhere {
		t.Errorf("everywhere %v, all witnesses (-want +got):\n%s", snap.WitnessesEverywhere, diff)
	}
	if f.count("/jobs?") != jobs {
		t.Error("what was listed already is listed again")
	}
	if diff := cmp.Diff([]string{"shop/migrate"}, objectNames(snap)); diff != "" {
		t.Errorf("hook objects that nobody asked for (-want +got):\n%s", diff)
	}
}

// Of a namespace, only that is listed; the others are on demand, for dependents
// too.
func TestSignsOfOneNamespace(t *testing.T) {
	f := town(t)
	f.object("namespaces", "", "hooked", isHook)
	f.object("serviceaccounts", "desk", "child", ownedBy("namespaces//hooked"))
	g := gather(t, f, "shop")
	snap := g.Snapshot()
	if diff := cmp.Diff([]string{"shop/blog by Pod shop/blog-0"}, witnessNames(snap)); diff != "" || snap.WitnessesEverywhere {
		t.Errorf("everywhere %v, witnesses (-want +got):\n%s", snap.WitnessesEverywhere, diff)
	}
	for range 2 {
		if err := g.ReadWitnesses(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if len(snap.Witnesses) != 2 || !snap.WitnessesEverywhere || f.count("GET /api/v1/pods?") != 1 {
		t.Errorf("everywhere %v, witnesses %q", snap.WitnessesEverywhere, witnessNames(snap))
	}
	want := []string{"hook: v1 ServiceAccount shop/child-1", "hooked: v1 ServiceAccount desk/child"}
	if diff := cmp.Diff(want, dependentsOf(snap)); diff != "" {
		t.Errorf("dependents (-want +got):\n%s", diff)
	}
	if slices.Contains(objectNames(snap), "desk/far") {
		t.Error("a hook object of another namespace is there")
	}
	wantGaps(t, snap)
}

// Whether a namespace is being deleted is asked by name where the list is not
// allowed or not wanted, and not known where that is not allowed either.
func TestTerminatingByName(t *testing.T) {
	list, get := pathIs("/api/v1/namespaces"), pathIs("/api/v1/namespaces/desk")
	for _, tt := range []struct {
		name  string
		kinds []string
		fault func(*http.Request) *metav1.Status
		want  []string
		gaps  []snapshot.Gap
	}{
		{"listed", nil, nil, []string{"desk"}, nil},
		{"list forbidden", nil, forbid(list), []string{"desk"}, []snapshot.Gap{{What: "namespaces", Why: "forbidden"}}},
		{"of some kinds", []string{"pods"}, nil, []string{"desk"}, nil},
		{"of some kinds, forbidden", []string{"pods"}, forbid(get), nil, nil},
		{"of some kinds, broken", []string{"pods"}, func(r *http.Request) *metav1.Status {
			if !get(r) {
				return nil
			}
			return failure(http.StatusTooManyRequests, metav1.StatusReasonTooManyRequests, "busy")
		}, nil, []snapshot.Gap{{What: "whether namespaces are being deleted", Namespace: "desk", Why: "the server is overloaded"}}},
	} {
		f := town(t)
		f.fault = tt.fault
		snap := gatherQuery(t, f, Query{Namespace: "desk", Kinds: tt.kinds}).Snapshot()
		if diff := cmp.Diff(tt.want, snap.Terminating, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: terminating (-want +got):\n%s", tt.name, diff)
		}
		wantGaps(t, snap, tt.gaps...)
		if tt.fault == nil && len(tt.kinds) > 0 && f.count("GET /api/v1/namespaces?") != 0 {
			t.Errorf("%s: all namespaces are listed for one", tt.name)
		}
	}
}

// What shows witnesses and cannot be read is a gap, once.
func TestWitnessGaps(t *testing.T) {
	everywhere := func(resource string) func(*http.Request) bool { return pathIs("/api/v1/" + resource) }
	f := town(t)
	f.fault = forbid(func(r *http.Request) bool {
		return everywhere("pods")(r) || everywhere("serviceaccounts")(r) || everywhere("namespaces")(r)
	})
	g := gather(t, f, "shop")
	if err := g.ReadWitnesses(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantGaps(t, g.Snapshot(),
		snapshot.Gap{What: "namespaces", Why: "forbidden"},
		snapshot.Gap{What: "pods", Why: "forbidden", Witnesses: true},
		snapshot.Gap{What: "serviceaccounts", Why: "forbidden", Witnesses: true},
	)
	if !g.Snapshot().WitnessesEverywhere {
		t.Error("they are to be read again")
	}
	for _, gap := range g.Snapshot().Gaps {
		if gap.Hides("", "Pod", "shop") {
			t.Errorf("%+v hides what was listed", gap)
		}
	}

	f = town(t)
	f.fault = forbid(everywhere("serviceaccounts"))
	g = gather(t, f, "")
	g.Snapshot().WitnessesEverywhere = false
	if err := g.ReadWitnesses(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantGaps(t, g.Snapshot(), snapshot.Gap{What: "serviceaccounts", Why: "forbidden"})
}

// A list that expires half-way has no signs left of its first try.
func TestSignsOfExpiredLists(t *testing.T) {
	f := town(t)
	expired := false
	f.fault = func(r *http.Request) *metav1.Status {
		if expired || !strings.HasSuffix(r.URL.Path, "/serviceaccounts") || r.URL.Query().Get("continue") != "6" {
			return nil
		}
		expired = true
		s := f.objects["serviceaccounts"]
		f.objects["serviceaccounts"] = slices.DeleteFunc(s, func(s stored) bool { return s.meta.Name == "child-1" })
		return failure(http.StatusGone, metav1.StatusReasonExpired, "too old")
	}
	snap := gather(t, f, "").Snapshot()
	if diff := cmp.Diff([]string{"hook: v1 ServiceAccount shop/child-2"}, dependentsOf(snap)); diff != "" || !expired {
		t.Errorf("expired %v, dependents (-want +got):\n%s", expired, diff)
	}
}
