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
	"time"

	"github.com/google/go-cmp/cmp"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
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
		namespaces, releases, revisions := 1+random.IntN(60), 1+random.IntN(40), 1+random.IntN(3)
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
		var known namesakes
		if world%2 == 0 {
			known = countNamesakes(stored)
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
				if r.Revision != b.revision || r.Release.Driver != b.driver || (b.namespace != "" && r.Release.Namespace != b.namespace) {
					t.Fatalf("world %d: %+v is in the batch of revision %d, driver %s, namespace %q", world, r.RecordID, b.revision, b.driver, b.namespace)
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
	var apart, together, tenants []snapshot.Record
	for i := range 100 {
		apart = append(apart, record(snapshot.Secrets, fmt.Sprintf("n%d", i), fmt.Sprintf("r%d", i), 1))
		together = append(together, record(snapshot.Secrets, "n", fmt.Sprintf("r%d", i), 1))
		tenants = append(tenants, record(snapshot.Secrets, fmt.Sprintf("n%d", i), "app", 1))
	}
	for _, tt := range []struct {
		name      string
		records   []snapshot.Record
		known     bool
		want      int
		namespace string // of the first
	}{
		{"one in each namespace", apart, true, 5, ""},
		{"one in each namespace, one by one", apart, false, 100, "n0"},
		{"a crowd", together, true, 5, "n"},
		{"each tenant the same", tenants, true, 100, "n0"},
		{"few namesakes", tenants[:crowd], true, 1, ""},
		{"none", nil, true, 0, ""},
	} {
		var known namesakes
		if tt.known {
			known = countNamesakes(tt.records)
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
	b := &batch{revision: 7, records: pointers(records)}
	if got, want := b.selector(), "owner=helm,version=7,name in (a,b.c)"; got != want {
		t.Errorf("selector is %q, want %q", got, want)
	}
}

func TestNewestVersion(t *testing.T) {
	for _, tt := range []struct {
		versions []string
		want     string
	}{
		{[]string{"9", "10", "8"}, "10"}, {[]string{"18446744073709551615"}, "18446744073709551615"},
		{[]string{"9", "x"}, ""}, {[]string{"9", ""}, ""}, {[]string{"-1"}, ""}, {[]string{"18446744073709551616", "1"}, ""},
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

func TestAuthor(t *testing.T) {
	const own = `{"f:metadata":{"f:annotations":{".":{},"f:helm.sh/hook":{}}}}`
	const other = `{"f:metadata":{"f:annotations":{"f:helm.sh/hook-weight":{}}},"f:spec":{}}`
	const template = `{"f:spec":{"f:template":{"f:metadata":{"f:annotations":{"f:helm.sh/hook":{}}}}}}`
	field := func(manager, fields string) metav1.ManagedFieldsEntry {
		e := metav1.ManagedFieldsEntry{Manager: manager}
		if fields != "" {
			e.FieldsV1 = &metav1.FieldsV1{}
			e.FieldsV1.SetRawBytes([]byte(fields))
		}
		return e
	}
	status := field("controller", own)
	status.Subresource = "status"
	for _, tt := range []struct {
		name   string
		fields []metav1.ManagedFieldsEntry
		want   string
	}{
		{"nothing", nil, ""},
		{"helm", []metav1.ManagedFieldsEntry{field("helm", own)}, "helm"},
		{"annotated and applied over since", []metav1.ManagedFieldsEntry{field("kubectl-annotate", other), field("helm", own), field("kubectl", `{"f:spec":{}}`)}, "helm"},
		{"a pod template's annotation is not the object's", []metav1.ManagedFieldsEntry{field("kubectl", template), field("helm", own)}, "helm"},
		{"only a pod template's", []metav1.ManagedFieldsEntry{field("helm", template)}, ""},
		{"a subresource", []metav1.ManagedFieldsEntry{status, field("helm", own)}, "helm"},
		{"no fields", []metav1.ManagedFieldsEntry{field("x", ""), field("helm", own)}, "helm"},
		{"fields that are no JSON", []metav1.ManagedFieldsEntry{field("x", `f:helm.sh/hook`), field("helm", own)}, "helm"},
		{"fields of no shape", []metav1.ManagedFieldsEntry{field("x", `{"f:metadata":["f:helm.sh/hook"]}`)}, ""},
		{"a longer key", []metav1.ManagedFieldsEntry{field("x", `{"f:metadata":{"f:annotations":{"f:helm.sh/hook-x":{}}}}`)}, ""},
		{"a label of the name", []metav1.ManagedFieldsEntry{field("x", `{"f:metadata":{"f:labels":{"f:helm.sh/hook":{}}}}`)}, ""},
	} {
		if got := author(tt.fields); got != tt.want {
			t.Errorf("%s: author %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestTellingKeepsNoManifests(t *testing.T) {
	kept := map[string]string{
		"helm.sh/hook": "test", "helm.sh/hook-weight": "1", "helm.sh/resource-policy": "keep", "meta.helm.sh/release-name": "a",
		"argocd.argoproj.io/tracking-id": "b", "objectset.rio.cattle.io/id": "c", "kustomize.toolkit.fluxcd.io/prune": "disabled",
		"cli-utils.sigs.k8s.io/on-remove": "keep", "client.lifecycle.config.k8s.io/deletion": "detach",
	}
	all := map[string]string{
		"kubectl.kubernetes.io/last-applied-configuration": `{"data":{"password":"hunter2"}}`,
		"objectset.rio.cattle.io/applied":                  "H4sIAAAA",
		"example.com/helm.sh/hook":                         "test",
		"helm.sh":                                          "x",
		"password":                                         "hunter2",
	}
	for k, v := range kept {
		all[k] = v
	}
	if diff := cmp.Diff(kept, telling(all)); diff != "" {
		t.Errorf("telling (-want +got):\n%s", diff)
	}
}

func TestObject(t *testing.T) {
	yes := true
	created := metav1.NewTime(time.Date(2026, 1, 2, 4, 4, 5, 0, time.FixedZone("", 3600)))
	m := &metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{
		Namespace: "shop", Name: "a-x", GenerateName: "a-", UID: "u", ResourceVersion: "9", CreationTimestamp: created, DeletionTimestamp: &created,
		Labels: map[string]string{"l": "1"}, Annotations: map[string]string{"helm.sh/hook": "test", "x": "y"},
		OwnerReferences: []metav1.OwnerReference{{Kind: "Job", Name: "j", UID: "1"}, {Kind: "CronJob", Name: "c", UID: "2", Controller: &yes}},
	}}
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	want := snapshot.Object{
		APIVersion: "batch/v1", Kind: "Job", Namespace: "shop", Name: "a-x", GenerateName: "a-", UID: "u", ResourceVersion: "9",
		Created: at, Deleting: at, Labels: map[string]string{"l": "1"}, Annotations: map[string]string{"helm.sh/hook": "test"},
		Owners: []snapshot.Owner{{Kind: "Job", Name: "j", UID: "1"}, {Kind: "CronJob", Name: "c", UID: "2", Controller: true}},
	}
	got := object(snapshot.Kind{Group: "batch", Version: "v1", Resource: "jobs", Kind: "Job", Namespaced: true}, m)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("object (-want +got):\n%s", diff)
	}
}

func TestWrittenIsTheLastTimeOfAll(t *testing.T) {
	at := func(s int) *metav1.Time { v := metav1.NewTime(time.Unix(int64(s), 0)); return &v }
	m := &metav1.ObjectMeta{CreationTimestamp: *at(5)}
	if got := written(m); !got.Equal(at(5).Time) {
		t.Errorf("written %v, want the creation", got)
	}
	m.ManagedFields = []metav1.ManagedFieldsEntry{{Time: at(4)}, {}, {Time: at(9)}, {Time: at(7)}}
	if got := written(m); !got.Equal(at(9).Time) || got.Location() != time.UTC {
		t.Errorf("written %v, want the newest, in UTC", got)
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

func TestJobRun(t *testing.T) {
	at := func(s int) *metav1.Time { v := metav1.NewTime(time.Unix(int64(s), 0)); return &v }
	yes := true
	condition := func(c batchv1.JobConditionType, s corev1.ConditionStatus) batchv1.JobCondition {
		return batchv1.JobCondition{Type: c, Status: s, LastTransitionTime: *at(7)}
	}
	type conditions = []batchv1.JobCondition
	for _, tt := range []struct {
		name string
		job  batchv1.Job
		want snapshot.Run
	}{
		{"new", batchv1.Job{}, snapshot.Run{Phase: snapshot.RunPending}},
		{"started", batchv1.Job{Status: batchv1.JobStatus{StartTime: at(1)}}, snapshot.Run{Phase: snapshot.RunRunning}},
		{"active", batchv1.Job{Status: batchv1.JobStatus{Active: 1}}, snapshot.Run{Phase: snapshot.RunRunning}},
		{"suspended", batchv1.Job{Spec: batchv1.JobSpec{Suspend: &yes}, Status: batchv1.JobStatus{Conditions: conditions{condition(batchv1.JobSuspended, "True")}}},
			snapshot.Run{Phase: snapshot.RunSuspended}},
		{"complete", batchv1.Job{Status: batchv1.JobStatus{StartTime: at(1), CompletionTime: at(6), Conditions: conditions{
			condition(batchv1.JobSuccessCriteriaMet, "True"), condition(batchv1.JobComplete, "True"),
		}}}, snapshot.Run{Phase: snapshot.RunSucceeded, Finished: at(6).UTC()}},
		{"complete, without a time of completion", batchv1.Job{Status: batchv1.JobStatus{Conditions: conditions{condition(batchv1.JobComplete, "True")}}},
			snapshot.Run{Phase: snapshot.RunSucceeded, Finished: at(7).UTC()}},
		{"failed", batchv1.Job{Status: batchv1.JobStatus{Failed: 1, Conditions: conditions{
			condition(batchv1.JobFailureTarget, "True"), condition(batchv1.JobFailed, "True"),
		}}}, snapshot.Run{Phase: snapshot.RunFailed, Finished: at(7).UTC()}},
		{"failed, then resumed", batchv1.Job{Status: batchv1.JobStatus{Active: 1, StartTime: at(1), Conditions: conditions{condition(batchv1.JobFailed, "False")}}},
			snapshot.Run{Phase: snapshot.RunRunning}},
		{"about to fail: its pods still end", batchv1.Job{Status: batchv1.JobStatus{StartTime: at(1), Conditions: conditions{condition(batchv1.JobFailureTarget, "True")}}},
			snapshot.Run{Phase: snapshot.RunRunning}},
		{"complete though suspended", batchv1.Job{Spec: batchv1.JobSpec{Suspend: &yes}, Status: batchv1.JobStatus{Conditions: conditions{condition(batchv1.JobComplete, "True")}}},
			snapshot.Run{Phase: snapshot.RunSucceeded, Finished: at(7).UTC()}},
	} {
		if diff := cmp.Diff(tt.want, jobRun(&tt.job)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestPodRun(t *testing.T) {
	ended := func(s int) corev1.ContainerStatus {
		return corev1.ContainerStatus{State: corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{FinishedAt: metav1.NewTime(time.Unix(int64(s), 0))}}}
	}
	waiting := corev1.ContainerStatus{State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{}}}
	type statuses = []corev1.ContainerStatus
	for _, tt := range []struct {
		name   string
		status corev1.PodStatus
		want   snapshot.Run
	}{
		{"new", corev1.PodStatus{}, snapshot.Run{Phase: snapshot.RunPending}},
		{"pending", corev1.PodStatus{Phase: corev1.PodPending}, snapshot.Run{Phase: snapshot.RunPending}},
		{"running", corev1.PodStatus{Phase: corev1.PodRunning, ContainerStatuses: statuses{ended(3)}}, snapshot.Run{Phase: snapshot.RunRunning}},
		{"lost", corev1.PodStatus{Phase: corev1.PodUnknown}, snapshot.Run{Phase: snapshot.RunRunning}},
		{"succeeded", corev1.PodStatus{Phase: corev1.PodSucceeded, ContainerStatuses: statuses{ended(3), ended(9), ended(5)}},
			snapshot.Run{Phase: snapshot.RunSucceeded, Finished: time.Unix(9, 0).UTC()}},
		{"failed", corev1.PodStatus{Phase: corev1.PodFailed, ContainerStatuses: statuses{ended(3)}},
			snapshot.Run{Phase: snapshot.RunFailed, Finished: time.Unix(3, 0).UTC()}},
		{"failed while preparing", corev1.PodStatus{Phase: corev1.PodFailed, InitContainerStatuses: statuses{ended(4)}, ContainerStatuses: statuses{waiting}},
			snapshot.Run{Phase: snapshot.RunFailed, Finished: time.Unix(4, 0).UTC()}},
		{"evicted", corev1.PodStatus{Phase: corev1.PodFailed, Reason: "Evicted"}, snapshot.Run{Phase: snapshot.RunFailed}},
	} {
		if diff := cmp.Diff(tt.want, podRun(&corev1.Pod{Status: tt.status})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
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
		{What: "API group a.example.com/v1", Why: "forbidden"},
		{What: "API group metrics.k8s.io/v1beta1", Why: "stale GroupVersion discovery: x"},
	}
	if diff := cmp.Diff(want, gaps); diff != "" {
		t.Errorf("gaps (-want +got):\n%s", diff)
	}
	for _, err := range []error{nil, errors.New("all of it")} {
		if gaps, got := discoveryGaps(err); got != err || gaps != nil {
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
		st := storedRecord{status: release.StatusDeployed, uid: "u", resourceVersion: "9", payload: encode(text)}
		err := st.fill(&r, d)
		switch {
		case want == "" && (err != nil || r.Body == nil || r.Status != release.StatusDeployed || r.UID != "u" || r.ResourceVersion != "9"):
			t.Errorf("%s: %+v, %v; want the body and what was stored with it", text, r, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want) || r.Body != nil || r.Status != release.StatusPendingUpgrade):
			t.Errorf("%s: %+v, %v; want an error with %q and nothing filled in", text, r, err, want)
		}
	}
}
