package cluster

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

func record(driver snapshot.Driver, namespace, name string, revision int) snapshot.Record {
	return snapshot.Record{RecordID: snapshot.RecordID{
		Release: snapshot.ReleaseID{Driver: driver, Namespace: namespace, Name: name}, Revision: revision,
	}}
}

func pointers(records []snapshot.Record) []*snapshot.Record {
	var out []*snapshot.Record
	for i := range records {
		out = append(out, &records[i])
	}
	return out
}

// answered counts the stored records that a batch's request is answered with.
func answered(t *testing.T, b *batch, stored []snapshot.Record) int {
	t.Helper()
	selector, err := labels.Parse(b.selector())
	if err != nil {
		t.Fatalf("the selector %q is none: %v", b.selector(), err)
	}
	n := 0
	for _, r := range stored {
		set := labels.Set{"owner": "helm", "name": r.Release.Name, "version": strconv.Itoa(r.Revision)}
		if r.Release.Driver == b.driver && (b.namespace == "" || b.namespace == r.Release.Namespace) && selector.Matches(set) {
			n++
		}
	}
	return n
}

// Whatever is stored and wanted: each wanted record is in one batch, which its
// request finds, and no answer is larger than the bound.
func TestBatches(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for world := range 80 {
		var stored []snapshot.Record
		used := make(map[snapshot.RecordID]bool)
		namespaces, releases, revisions := 1+random.IntN(60), 1+random.IntN(40), 1+random.IntN(30)
		for range random.IntN(400) {
			driver := snapshot.Secrets
			if random.IntN(4) == 0 {
				driver = snapshot.ConfigMaps
			}
			r := record(driver, fmt.Sprintf("n%d", random.IntN(namespaces)), fmt.Sprintf("r%d", random.IntN(releases)), 1+random.IntN(revisions))
			if !used[r.RecordID] {
				used[r.RecordID] = true
				stored = append(stored, r)
			}
		}
		share := random.IntN(4)
		wanted := slices.DeleteFunc(pointers(stored), func(*snapshot.Record) bool { return random.IntN(4) < share })
		var known *namesakes
		if world%2 == 0 {
			known = countNamesakes(wanted, stored, len(stored)*(1+random.IntN(300)))
		}
		seen := make(map[*snapshot.Record]int)
		for _, b := range batches(wanted, known) {
			if len(b.records) == 0 || len(b.records) > batchSize {
				t.Fatalf("world %d: a batch has %d records, want 1 to %d", world, len(b.records), batchSize)
			}
			if n := answered(t, b, stored); n > batchSize || n < len(b.records) {
				t.Fatalf("world %d: %d records are asked for in %q, and %d answered, want at most %d", world, len(b.records), b.namespace, n, batchSize)
			}
			if known == nil && b.namespace == "" {
				t.Fatalf("world %d: a batch spans namespaces", world)
			}
			for _, r := range b.records {
				seen[r]++
				if !slices.Contains(b.revisions, r.Revision) || r.Release.Driver != b.driver || (b.namespace != "" && r.Release.Namespace != b.namespace) {
					t.Fatalf("world %d: %+v is in the batch of revisions %v, driver %s, namespace %q", world, r.RecordID, b.revisions, b.driver, b.namespace)
				}
			}
		}
		for _, r := range wanted {
			if seen[r] != 1 {
				t.Fatalf("world %d: %+v is in %d batches, want 1", world, r.RecordID, seen[r])
			}
		}
		if len(seen) != len(wanted) {
			t.Fatalf("world %d: %d records are asked for, want %d", world, len(seen), len(wanted))
		}
	}
}

func TestBatchesAreFew(t *testing.T) {
	var apart, together, tenants, history, histories []snapshot.Record
	for i := range 100 {
		history = append(history, record(snapshot.Secrets, "n", "r", 1+i))
		histories = append(histories, record(snapshot.Secrets, "n", fmt.Sprintf("r%d", i/10), 1+i%10))
		apart = append(apart, record(snapshot.Secrets, fmt.Sprintf("n%d", i), fmt.Sprintf("r%d", i), 1))
		together = append(together, record(snapshot.Secrets, "n", fmt.Sprintf("r%d", i), 1))
		tenants = append(tenants, record(snapshot.Secrets, fmt.Sprintf("n%d", i), "app", 1))
	}
	for _, tt := range []struct {
		name      string
		records   []snapshot.Record
		known     bool
		stored    int // in all, if there are more
		want      int
		namespace string // of the first
	}{
		{"one in each namespace", apart, true, 0, 5, ""},
		{"one in each namespace, among many", apart, true, wideCost, 5, ""},
		{"one in each namespace, among very many", apart, true, wideCost + 1, 100, "n0"},
		{"one in each namespace, one by one", apart, false, 0, 100, "n0"},
		{"a crowd", together, true, 0, 5, "n"},
		{"each tenant the same", tenants, true, 0, 100, "n0"},
		{"few namesakes", tenants[:crowd], true, 0, 1, ""},
		{"the history of a release", history, true, 0, 5, "n"},
		{"the histories of many", histories, true, 0, 5, "n"},
		{"none", nil, true, 0, 0, ""},
	} {
		var known *namesakes
		if tt.known {
			known = countNamesakes(pointers(tt.records), tt.records, max(tt.stored, len(tt.records)))
		}
		got := batches(pointers(tt.records), known)
		if len(got) != tt.want {
			t.Errorf("%s: %d batches, want %d", tt.name, len(got), tt.want)
			continue
		}
		if len(got) > 0 && got[0].namespace != tt.namespace {
			t.Errorf("%s: the first asks in namespace %q, want %q", tt.name, got[0].namespace, tt.namespace)
		}
	}
}

func TestSelectorNamesEachReleaseOnce(t *testing.T) {
	records := []snapshot.Record{record("secret", "n1", "a", 7), record("secret", "n2", "a", 7), record("secret", "n1", "b.c", 7)}
	b := &batch{revisions: []int{7}, records: pointers(records)}
	if got, want := b.selector(), "owner=helm,version in (7),name in (a,b.c)"; got != want {
		t.Errorf("selector is %q, want %q", got, want)
	}
}

func TestNewestVersion(t *testing.T) {
	for _, tt := range []struct {
		versions []string
		want     string
	}{
		{[]string{"9", "10", "8"}, "10"},
		{[]string{"18446744073709551615"}, "18446744073709551615"},
		{[]string{"9", "x"}, ""},
		{[]string{"9", ""}, ""},
		{[]string{"-1"}, ""},
		{[]string{"18446744073709551616", "1"}, ""},
	} {
		var records []snapshot.Record
		for _, v := range tt.versions {
			records = append(records, snapshot.Record{ResourceVersion: v})
		}
		if got := newestVersion(pointers(records)); got != tt.want {
			t.Errorf("newestVersion of %q is %q, want %q", tt.versions, got, tt.want)
		}
	}
}

func TestCandidate(t *testing.T) {
	all := metav1.Verbs{"get", "list", "create", "delete"}
	for _, tt := range []struct {
		gv   schema.GroupVersion
		r    metav1.APIResource
		want bool
	}{
		{schema.GroupVersion{Version: "v1"}, metav1.APIResource{Name: "pods", Kind: "Pod", Verbs: all}, true},
		{schema.GroupVersion{Version: "v1"}, metav1.APIResource{Name: "pods/exec", Kind: "PodExecOptions", Verbs: all}, false},
		{schema.GroupVersion{Version: "v1"}, metav1.APIResource{Name: "componentstatuses", Kind: "ComponentStatus", Verbs: metav1.Verbs{"get", "list"}}, false},
		{schema.GroupVersion{Group: "authorization.k8s.io", Version: "v1"}, metav1.APIResource{Name: "subjectaccessreviews", Kind: "SubjectAccessReview", Verbs: metav1.Verbs{"create"}}, false},
		{schema.GroupVersion{Version: "v1"}, metav1.APIResource{Name: "events", Kind: "Event", Verbs: all}, false},
		{schema.GroupVersion{Group: "events.k8s.io", Version: "v1"}, metav1.APIResource{Name: "events", Kind: "Event", Verbs: all}, false},
		{schema.GroupVersion{Group: "tickets.example.com", Version: "v1"}, metav1.APIResource{Name: "events", Kind: "Event", Verbs: all}, true},
		{schema.GroupVersion{Version: "v1"}, metav1.APIResource{Name: "x", Kind: "Y"}, false},
	} {
		if _, got := candidate(tt.gv, tt.r); got != tt.want {
			t.Errorf("candidate(%s %s) = %v, want %v", tt.gv, tt.r.Name, got, tt.want)
		}
	}
	got, _ := candidate(schema.GroupVersion{Group: "a", Version: "v1"}, metav1.APIResource{Name: "xs", Kind: "X", Group: "b", Version: "v2", Namespaced: true})
	want := snapshot.Kind{Group: "b", Version: "v2", Resource: "xs", Kind: "X", Namespaced: true}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("a resource with a group of its own (-want +got):\n%s", diff)
	}
}

func TestReason(t *testing.T) {
	secrets := schema.GroupResource{Resource: "secrets"}
	for _, tt := range []struct {
		err  error
		want string
	}{
		{apierrors.NewForbidden(secrets, "", errors.New("no")), "forbidden"},
		{fmt.Errorf("wrapped: %w", apierrors.NewForbidden(secrets, "", errors.New("no"))), "forbidden"},
		{apierrors.NewUnauthorized("no"), "unauthorized"},
		{apierrors.NewNotFound(secrets, "x"), "the server does not serve it any more"},
		{apierrors.NewMethodNotSupported(secrets, "list"), "the server does not serve it any more"},
		{apierrors.NewTooManyRequests("slow", 1), "the server is overloaded"},
		{apierrors.NewTimeoutError("slow", 1), "timed out"},
		{apierrors.NewServerTimeout(secrets, "list", 1), "timed out"},
		{fmt.Errorf("get: %w", context.DeadlineExceeded), "timed out"},
		{errors.New("first\nsecond"), "first"},
	} {
		if got := reason(tt.err); got != tt.want {
			t.Errorf("reason(%v) = %q, want %q", tt.err, got, tt.want)
		}
	}
}

func TestFatal(t *testing.T) {
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	forbidden := apierrors.NewForbidden(schema.GroupResource{}, "", errors.New("no"))
	if fatal(t.Context(), forbidden) || !fatal(t.Context(), apierrors.NewUnauthorized("no")) || !fatal(cancelled, forbidden) {
		t.Error("only a cancelled reading and missing credentials end everything")
	}
}

func TestUnreachable(t *testing.T) {
	refused := &url.Error{Op: "Get", URL: "https://user:hunter2@10.0.0.1:6443/api?timeout=32s", Err: &net.OpError{Op: "dial", Err: errors.New("connection refused")}}
	for _, tt := range []struct {
		err  error
		want string
	}{
		{fmt.Errorf("discovery: %w", refused), "cannot reach the API server at https://10.0.0.1:6443: dial: connection refused"},
		{apierrors.NewUnauthorized("Unauthorized"), "does not accept your credentials"},
		{errors.New("odd"), "cannot ask the API server which kinds it has: odd"},
	} {
		got := unreachable(tt.err)
		if !strings.Contains(got.Error(), tt.want) || strings.Contains(got.Error(), "hunter2") || !errors.Is(got, errors.Unwrap(got)) {
			t.Errorf("unreachable(%v) = %q, want one with %q", tt.err, got, tt.want)
		}
	}
}

func TestDiscoveryGaps(t *testing.T) {
	forbidden := apierrors.NewForbidden(schema.GroupResource{}, "", errors.New("no"))
	partial := &discovery.ErrGroupDiscoveryFailed{Groups: map[schema.GroupVersion]error{
		{Group: "metrics.k8s.io", Version: "v1beta1"}: errors.New("stale GroupVersion discovery: x\ny"),
		{Group: "a.example.com", Version: "v1"}:       forbidden,
	}}
	gaps, err := discoveryGaps(fmt.Errorf("wrapped: %w", partial))
	if err != nil {
		t.Fatal(err)
	}
	want := []snapshot.Gap{
		{What: "API group a.example.com/v1", Group: "a.example.com", Why: "forbidden"},
		{What: "API group metrics.k8s.io/v1beta1", Group: "metrics.k8s.io", Why: "stale GroupVersion discovery: x"},
	}
	if diff := cmp.Diff(want, gaps); diff != "" {
		t.Errorf("gaps (-want +got):\n%s", diff)
	}
	for _, err := range []error{nil, errors.New("all of it")} {
		if gaps, got := discoveryGaps(err); !errors.Is(got, err) || gaps != nil {
			t.Errorf("discoveryGaps(%v) = %v, %v; want no gaps and the error", err, gaps, got)
		}
	}
}

func TestFillTrustsNoOtherRelease(t *testing.T) {
	d := release.NewDecoder(release.DefaultLimits())
	for text, want := range map[string]string{
		`{"name":"blog","version":3}`: "",
		`{"name":"wiki","version":3}`: "it says that it is wiki, revision 3",
		`{"name":"blog","version":2}`: "it says that it is blog, revision 2",
		`{"name":"blog"}`:             "no name or no version",
	} {
		r := record(snapshot.Secrets, "shop", "blog", 3)
		r.Status = release.StatusPendingUpgrade
		st := storedRecord{status: release.StatusDeployed, resourceVersion: "9", payload: encode(text)}
		err := st.fill(&r, d)
		switch {
		case want == "" && (err != nil || r.Body == nil || r.Status != release.StatusDeployed || r.ResourceVersion != "9"):
			t.Errorf("%s: %+v, %v; want the body and what was stored with it", text, r, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want) || r.Body != nil || r.Status != release.StatusPendingUpgrade):
			t.Errorf("%s: %+v, %v; want an error with %q and nothing filled in", text, r, err, want)
		}
	}
}
