package cluster

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

func gather(t *testing.T, f *fakeAPI, namespace string) *Gathering {
	t.Helper()
	g, err := f.client(Options{Concurrency: 4, ChunkSize: 3}).Gather(t.Context(), Query{Namespace: namespace})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func objectNames(s *snapshot.Snapshot) []string {
	names := []string{}
	for _, o := range s.Objects {
		names = append(names, o.Namespace+"/"+o.Name)
	}
	return names
}

func wantGaps(t *testing.T, s *snapshot.Snapshot, want ...snapshot.Gap) {
	t.Helper()
	if diff := cmp.Diff(want, s.Gaps, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(snapshot.Gap{}, "Kind", "Group", "Right")); diff != "" {
		t.Errorf("gaps (-want +got):\n%s", diff)
	}
	for _, g := range s.Gaps {
		isKind := slices.ContainsFunc(s.Kinds, func(k snapshot.Kind) bool { return k.Name() == g.What })
		if isKind != (g.Kind != nil) || (isKind && g.Kind.Name() != g.What) {
			t.Errorf("gap %q has kind %+v", g.What, g.Kind)
		}
	}
}

func ids(s *snapshot.Snapshot) []snapshot.RecordID {
	var out []snapshot.RecordID
	for _, r := range s.Records {
		out = append(out, r.RecordID)
	}
	return out
}

func TestGather(t *testing.T) {
	f := newFakeAPI(t)
	for i := range 10 {
		f.job("shop", fmt.Sprintf("plain-%d", i), "")
		f.job("shop", fmt.Sprintf("hook-%d", i), "pre-upgrade")
	}
	f.job("desk", "far", "test")
	f.secretRecord("shop", "blog", 1, text("shop", "blog", 1, "hook-0", "plain-3", "gone"))
	f.configMapRecord("shop", "wiki", 4, text("shop", "wiki", 4, "plain-5"))
	f.secretRecord("desk", "blog", 2, text("desk", "blog", 2))
	other := metaOf("shop", "owner-is-helm-too")
	other.Labels = map[string]string{"owner": "helm"}
	f.add("configmaps", stored{meta: other})

	g := gather(t, f, "shop")
	snap := g.Snapshot()
	var want []string
	for i := range 10 {
		want = append(want, fmt.Sprintf("shop/hook-%d", i))
	}
	if diff := cmp.Diff(want, objectNames(snap)); diff != "" {
		t.Errorf("objects (-want +got):\n%s", diff)
	}
	for _, o := range snap.Objects {
		if o.Run == nil || o.Run.Phase != snapshot.RunSucceeded {
			t.Errorf("%s: run %+v, want one that succeeded", o.Name, o.Run)
		}
	}
	if snap.RecordsEverywhere || len(snap.Records) != 2 || snap.Time.IsZero() {
		t.Errorf("records %v, everywhere %v, time %v", ids(snap), snap.RecordsEverywhere, snap.Time)
	}
	if f.count("plain-") != 0 {
		t.Error("objects that nobody declares were asked for")
	}

	// Bodies bring the objects that they declare, hooks without an annotation.
	if err := g.ReadBodies(t.Context(), ids(snap)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"shop/plain-3", "shop/plain-5"}, objectNames(snap)[10:], cmpopts.SortSlices(strings.Compare)); diff != "" {
		t.Errorf("declared objects (-want +got):\n%s", diff)
	}
	for _, o := range snap.Objects[10:] {
		if o.Run == nil {
			t.Errorf("%s has no run", o.Name)
		}
	}
	if f.count("/jobs/gone") != 0 {
		t.Error("an object that no list showed was asked for")
	}

	// And all records, each once.
	if err := g.ReadRecords(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	if !snap.RecordsEverywhere || len(snap.Records) != 3 {
		t.Errorf("records %v, everywhere %v; want 3 of all namespaces", ids(snap), snap.RecordsEverywhere)
	}
	wantGaps(t, snap)
}

// A list that expires between two pages starts anew: nothing is missed, nothing double.
func TestExpiredListsStartAnew(t *testing.T) {
	for _, tt := range []struct {
		name, resource string
		expire         int32 // how many times
		gaps           []snapshot.Gap
	}{
		{"objects", "/jobs", 1, nil},
		{"objects, again and again", "/jobs", expiries, nil},
		{"records", "/secrets", 2, nil},
		{"for ever", "/jobs", 1000, []snapshot.Gap{{What: "jobs.batch", Why: "The provided continue parameter is too old"}}},
	} {
		f := newFakeAPI(t)
		for i := range 8 {
			f.job("shop", fmt.Sprintf("hook-%d", i), "pre-upgrade")
			f.job("shop", fmt.Sprintf("plain-%d", i), "")
			f.secretRecord("shop", fmt.Sprintf("r%d", i), 1, text("shop", fmt.Sprintf("r%d", i), 1, fmt.Sprintf("plain-%d", i)))
		}
		var times atomic.Int32
		f.fault = func(r *http.Request) *metav1.Status {
			if !strings.HasSuffix(r.URL.Path, tt.resource) || r.URL.Query().Get("continue") != "6" || times.Add(1) > tt.expire {
				return nil
			}
			// What is deleted before the list starts anew is not in it.
			f.objects["jobs"] = slices.DeleteFunc(f.objects["jobs"], func(s stored) bool { return s.meta.Name == "hook-0" })
			return failure(http.StatusGone, metav1.StatusReasonExpired, "The provided continue parameter is too old")
		}
		g := gather(t, f, "")
		snap := g.Snapshot()
		wantGaps(t, snap, tt.gaps...)
		if tt.gaps != nil {
			continue
		}
		if got := times.Load(); got <= tt.expire {
			t.Errorf("%s: the list expired %d times, want %d: this test tests nothing", tt.name, got, tt.expire)
		}
		var hooks, releases []string
		for i := range 8 {
			if i > 0 || tt.resource != "/jobs" {
				hooks = append(hooks, fmt.Sprintf("shop/hook-%d", i))
			}
			releases = append(releases, fmt.Sprintf("r%d", i))
		}
		if diff := cmp.Diff(hooks, objectNames(snap)); diff != "" {
			t.Errorf("%s: objects (-want +got):\n%s", tt.name, diff)
		}
		var got []string
		for _, r := range snap.Records {
			got = append(got, r.Release.Name)
		}
		if diff := cmp.Diff(releases, got); diff != "" {
			t.Errorf("%s: records (-want +got):\n%s", tt.name, diff)
		}
		if err := g.ReadBodies(t.Context(), ids(snap)); err != nil {
			t.Fatal(err)
		}
		if len(snap.Objects) != len(hooks)+8 {
			t.Errorf("%s: %d objects with the declared ones, want %d", tt.name, len(snap.Objects), len(hooks)+8)
		}
	}
}

func forbid(match func(*http.Request) bool) func(*http.Request) *metav1.Status {
	return func(r *http.Request) *metav1.Status {
		if match(r) {
			return failure(http.StatusForbidden, metav1.StatusReasonForbidden, "no")
		}
		return nil
	}
}

func pathIs(path string) func(*http.Request) bool {
	return func(r *http.Request) bool { return r.URL.Path == path }
}

func TestForbiddenKindIsOneGap(t *testing.T) {
	for _, tt := range []struct {
		namespace, path string
		gap             snapshot.Gap
		objects         int
		records         int
	}{
		{"", "/api/v1/serviceaccounts", snapshot.Gap{What: "serviceaccounts", Why: "forbidden"}, 1, 1},
		{"shop", "/api/v1/namespaces/shop/serviceaccounts", snapshot.Gap{What: "serviceaccounts", Namespace: "shop", Why: "forbidden"}, 1, 1},
		{"shop", "/api/v1/namespaces", snapshot.Gap{What: "namespaces", Why: "forbidden"}, 1, 1},
		{"shop", "/apis/batch/v1/namespaces/shop/jobs", snapshot.Gap{What: "jobs.batch", Namespace: "shop", Why: "forbidden"}, 0, 1},
		{"shop", "/api/v1/namespaces/shop/secrets", snapshot.Gap{What: "Helm's records in secrets", Namespace: "shop", Why: "forbidden", Records: snapshot.Secrets}, 1, 0},
		// Who may list and not get has the list.
		{"shop", "/apis/batch/v1/namespaces/shop/jobs/a", snapshot.Gap{}, 1, 1},
	} {
		f := newFakeAPI(t)
		f.job("shop", "a", "test")
		f.secretRecord("shop", "blog", 1, text("shop", "blog", 1))
		f.fault = forbid(pathIs(tt.path))
		snap := gather(t, f, tt.namespace).Snapshot()
		var gaps []snapshot.Gap
		if tt.gap.What != "" {
			gaps = append(gaps, tt.gap)
		}
		wantGaps(t, snap, gaps...)
		for _, o := range snap.Objects {
			if o.Run == nil {
				t.Errorf("%s: the state of %s is not known", tt.path, o.Name)
			}
		}
		if len(snap.Objects) != tt.objects || len(snap.Records) != tt.records {
			t.Errorf("%s: %d objects and %d records, want %d and %d", tt.path, len(snap.Objects), len(snap.Records), tt.objects, tt.records)
		}
	}
}

func TestForbiddenGroupIsOneGap(t *testing.T) {
	f := newFakeAPI(t)
	f.fault = forbid(pathIs("/apis/batch/v1"))
	wantGaps(t, gather(t, f, "").Snapshot(), snapshot.Gap{What: "API group batch/v1", Why: "forbidden"})
}

func TestUnauthorizedIsFatal(t *testing.T) {
	for _, path := range []string{"/api", "/apis/batch/v1/jobs", "/apis/batch/v1/namespaces/shop/jobs/a", "/api/v1/secrets"} {
		f := newFakeAPI(t)
		f.job("shop", "a", "test")
		f.fault = func(r *http.Request) *metav1.Status {
			if r.URL.Path != path {
				return nil
			}
			return failure(http.StatusUnauthorized, metav1.StatusReasonUnauthorized, "Unauthorized")
		}
		_, err := f.client(DefaultOptions()).Gather(t.Context(), Query{})
		if !apierrors.IsUnauthorized(err) {
			t.Errorf("%s: error is %v, want the server's refusal", path, err)
		}
	}
	f := newFakeAPI(t)
	f.secretRecord("shop", "blog", 1, text("shop", "blog", 1))
	g := gather(t, f, "")
	f.fault = func(*http.Request) *metav1.Status {
		return failure(http.StatusUnauthorized, metav1.StatusReasonUnauthorized, "Unauthorized")
	}
	if err := g.ReadBodies(t.Context(), ids(g.Snapshot())); !apierrors.IsUnauthorized(err) {
		t.Errorf("bodies: error is %v, want the server's refusal", err)
	}
	wantGaps(t, g.Snapshot())
}

// Who gives up waits for no request, not even for the first.
func TestCancelledWhereverItWaits(t *testing.T) {
	for _, path := range []string{"/api", "/apis/batch/v1/jobs", "/api/v1/configmaps"} {
		ctx, cancel := context.WithCancel(t.Context())
		f := newFakeAPI(t)
		server := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == path {
				cancel()
				<-r.Context().Done()
				return
			}
			f.ServeHTTP(w, r)
		})
		_, err := clientOf(t, server).Gather(ctx, Query{})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: error is %v, want the cancellation", path, err)
		}
	}
}

func TestBodiesThatCannotBeReadAreGaps(t *testing.T) {
	f := newFakeAPI(t)
	f.secretRecord("shop", "good", 1, text("shop", "good", 1))
	f.secretRecord("shop", "liar", 1, text("shop", "good", 1))
	f.secretRecord("shop", "broken", 1, `{"name":"broken",`)
	f.secretRecord("shop", "gone", 1, text("shop", "gone", 1))
	f.configMapRecord("shop", "good", 2, text("shop", "good", 2))
	f.configMapRecord("shop", "older", 2, text("shop", "older", 1))
	g := gather(t, f, "shop")
	snap := g.Snapshot()
	if len(snap.Records) != 6 {
		t.Fatalf("%d records, want 6", len(snap.Records))
	}
	f.remove("secrets", "sh.helm.release.v1.gone.v1")
	if err := g.ReadBodies(t.Context(), ids(snap)); err != nil {
		t.Fatal(err)
	}
	got := make(map[string]string)
	for _, gap := range snap.Gaps {
		if gap.Record == nil || gap.Namespace != "shop" {
			t.Errorf("a gap of no record: %+v", gap)
			continue
		}
		got[string(gap.Record.Release.Driver)+" "+gap.Record.Release.Name+" "+gap.What] = gap.Why
	}
	const key = "release record sh.helm.release.v1."
	want := map[string]string{
		"secret liar " + key + "liar.v1":      "it says that it is good, revision 1",
		"secret broken " + key + "broken.v1":  "not a release record that Helm could have written: ends too soon: unexpected EOF",
		"configmap older " + key + "older.v2": "it says that it is older, revision 1",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("gaps (-want +got):\n%s", diff)
	}
	for _, r := range snap.Records {
		if (r.Body != nil) != (r.Release.Name == "good") {
			t.Errorf("%v has a body: %v", r.RecordID, r.Body != nil)
		}
		if r.Release.Name == "gone" {
			t.Error("a record that is not there any more is still taken for one")
		}
	}
}

func TestForbiddenBodiesAreGaps(t *testing.T) {
	f := newFakeAPI(t)
	f.secretRecord("shop", "blog", 1, text("shop", "blog", 1))
	f.configMapRecord("shop", "wiki", 1, text("shop", "wiki", 1))
	g := gather(t, f, "shop")
	snap := g.Snapshot()
	f.fault = forbid(func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/secrets") })
	if err := g.ReadBodies(t.Context(), ids(snap)); err != nil {
		t.Fatal(err)
	}
	id := snapshot.RecordID{Release: snapshot.ReleaseID{Driver: "secret", Namespace: "shop", Name: "blog"}, Revision: 1}
	wantGaps(t, snap, snapshot.Gap{What: "release record sh.helm.release.v1.blog.v1", Namespace: "shop", Why: "forbidden", Record: &id})
}

// Where each tenant has a release of one name, no body is read twice.
func TestBodiesOfNamesakesAreReadOnce(t *testing.T) {
	f := newFakeAPI(t)
	for i := range 30 {
		namespace := fmt.Sprintf("tenant-%d", i)
		f.secretRecord(namespace, "app", 1, text(namespace, "app", 1))
		f.secretRecord(namespace, fmt.Sprintf("own-%d", i), 1, text(namespace, fmt.Sprintf("own-%d", i), 1))
	}
	g := gather(t, f, "")
	snap := g.Snapshot()
	if err := g.ReadBodies(t.Context(), ids(snap)); err != nil {
		t.Fatal(err)
	}
	for _, r := range snap.Records {
		if r.Body == nil || r.Body.Namespace != r.Release.Namespace {
			t.Errorf("%v has body %+v", r.RecordID, r.Body)
		}
	}
	wantGaps(t, snap)
	if n := f.count("version+in+%281%29"); n != 30+2 {
		t.Errorf("%d requests for bodies, want one a tenant, and 2 for the others", n)
	}
}

// One odd Secret must not spoil the reading of others.
func TestOverlongNamesSpoilNoBatch(t *testing.T) {
	f := newFakeAPI(t)
	f.secretRecord("shop", "blog", 1, text("shop", "blog", 1))
	f.secretRecord("shop", strings.Repeat("x", 64), 1, text("shop", "x", 1))
	f.objects["secrets"][1].meta.Labels["name"] = "x" // the server takes no longer one
	g := gather(t, f, "")
	snap := g.Snapshot()
	if err := g.ReadBodies(t.Context(), ids(snap)); err != nil {
		t.Fatal(err)
	}
	wantGaps(t, snap)
	if len(snap.Records) != 1 || snap.Records[0].Body == nil {
		t.Errorf("records %v, want blog's, read", ids(snap))
	}
}

// Whoever may read only one namespace sees the states of all Jobs in it.
func TestStatesOfDeclaredJobsNeedNoOtherNamespace(t *testing.T) {
	f := newFakeAPI(t)
	var jobs []string
	for i := range 20 {
		jobs = append(jobs, fmt.Sprintf("child-%d", i))
		f.job("shop", jobs[i], "")
	}
	f.secretRecord("shop", "blog", 1, text("shop", "blog", 1, jobs...))
	f.fault = forbid(pathIs("/apis/batch/v1/jobs"))
	g := gather(t, f, "shop")
	snap := g.Snapshot()
	if err := g.ReadBodies(t.Context(), ids(snap)); err != nil {
		t.Fatal(err)
	}
	wantGaps(t, snap)
	if len(snap.Objects) != len(jobs) || slices.ContainsFunc(snap.Objects, func(o snapshot.Object) bool { return o.Run == nil }) {
		t.Errorf("%d objects, want %d, all with their states", len(snap.Objects), len(jobs))
	}
}

// A Job that was replaced by one of the same name has no state of the first's.
func TestStateOfAnotherObjectOfTheName(t *testing.T) {
	f := newFakeAPI(t)
	f.job("shop", "a", "test")
	f.objects["jobs"][0].meta.UID = "older"
	snap := gather(t, f, "shop").Snapshot()
	if len(snap.Objects) != 1 || snap.Objects[0].Run != nil {
		t.Errorf("objects %+v, want one without a state", snap.Objects)
	}
	wantGaps(t, snap)
}

// Many states are read page by page, and by list only where that costs less.
func TestStatesByListOrOneByOne(t *testing.T) {
	for _, tt := range []struct{ hooks, others, single int }{{3, 0, 3}, {10, 5, 0}, {5, 150, 5}} {
		f := newFakeAPI(t)
		for i := range tt.hooks {
			f.job("shop", fmt.Sprintf("hook-%d", i), "test")
		}
		for i := range tt.others {
			f.job("shop", fmt.Sprintf("other-%d", i), "")
		}
		snap := gather(t, f, "shop").Snapshot()
		for _, o := range snap.Objects {
			if o.Run == nil {
				t.Errorf("%+v: %s has no state", tt, o.Name)
			}
		}
		if got := f.count("/jobs/"); got != tt.single {
			t.Errorf("%+v: %d Jobs were asked for one by one", tt, got)
		}
	}
}

// TestRefusals: what the server says when it refuses reaches whoever asked, with its
// reason, and is no unexpected answer.
func TestRefusals(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusConflict)
		fmt.Fprint(w, `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Conflict","message":"the webhook said no","code":409}`)
	}))
	defer server.Close()
	c, err := New(&rest.Config{Host: server.URL}, DefaultOptions())
	if err != nil {
		t.Fatal(err)
	}
	jobs := snapshot.Kind{Group: "batch", Version: "v1", Resource: "jobs", Kind: "Job", Namespaced: true}
	_, got := c.Get(t.Context(), jobs, "shop", "warm")
	_, deleted := c.Delete(t.Context(), jobs, snapshot.ObjectRef{Namespace: "shop", Name: "warm", UID: "u"}, "1", false)
	for _, err := range []error{got, deleted} {
		if !apierrors.IsConflict(err) || apierrors.IsUnexpectedServerError(err) || !strings.Contains(err.Error(), "the webhook said no") {
			t.Errorf("%v", err)
		}
	}
}

// What bears the label of records and is none is found all the same: a hook, what a
// record declares without an annotation, and what a record's owner is.
func TestLabelledAsRecords(t *testing.T) {
	f := newFakeAPI(t)
	f.wide = true
	f.secretRecord("shop", "blog", 1, text("shop", "blog", 1))
	labels := map[string]string{"owner": "helm"}
	add := func(name string, m metav1.ObjectMeta) {
		m.Name, m.Namespace, m.Labels, m.UID = name, "shop", labels, types.UID(name)
		f.add("secrets", stored{meta: m})
	}
	add("hook", metav1.ObjectMeta{Annotations: map[string]string{"helm.sh/hook": "pre-install"}})
	add("plain", metav1.ObjectMeta{OwnerReferences: []metav1.OwnerReference{{APIVersion: "v1", Kind: "Secret", Name: "hook", UID: "secrets/hook"}}})
	for _, namespace := range []string{"", "shop"} {
		snap := gather(t, f, namespace).Snapshot()
		i := slices.IndexFunc(snap.Objects, func(o snapshot.Object) bool { return o.Name == "hook" })
		if i < 0 || len(snap.Objects) != 1 {
			t.Fatalf("the objects of %q are %+v", namespace, snap.Objects)
		}
		if d := snap.Objects[i].Dependent; d == nil || d.Name != "plain" {
			t.Errorf("what depends on the hook is %+v", d)
		}
		if len(snap.Records) != 1 {
			t.Errorf("the records are %+v", snap.Records)
		}
	}
	g := gather(t, f, "")
	for i, k := range g.kinds {
		if k.Name() == "secrets" && !g.listed[i].has(g.seed, "shop", "plain") {
			t.Error("a Secret without annotation was not noticed")
		}
	}
}
