package live

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

func field(manager, fields string) metav1.ManagedFieldsEntry {
	e := metav1.ManagedFieldsEntry{Manager: manager}
	if fields != "" {
		e.FieldsV1 = &metav1.FieldsV1{}
		e.FieldsV1.SetRawBytes([]byte(fields))
	}
	return e
}

func TestAuthor(t *testing.T) {
	const own = `{"f:metadata":{"f:annotations":{".":{},"f:helm.sh/hook":{}}}}`
	const other = `{"f:metadata":{"f:annotations":{"f:helm.sh/hook-weight":{}}},"f:spec":{}}`
	const template = `{"f:spec":{"f:template":{"f:metadata":{"f:annotations":{"f:helm.sh/hook":{}}}}}}`
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
		if got, _ := authors(tt.fields); got != tt.want {
			t.Errorf("%s: author %q, want %q", tt.name, got, tt.want)
		}
	}
}

// Managers that applied the same annotation own it as well.
func TestCoAuthors(t *testing.T) {
	const own, other = `{"f:metadata":{"f:annotations":{"f:helm.sh/hook":{}}}}`, `{"f:spec":{}}`
	status := field("controller", own)
	status.Subresource = "status"
	nobody := field("", own)
	var many []metav1.ManagedFieldsEntry
	for i := range 100 {
		many = append(many, field(fmt.Sprint("m", i), own))
	}
	for _, tt := range []struct {
		name   string
		fields []metav1.ManagedFieldsEntry
		author string
		want   []string
	}{
		{"one", []metav1.ManagedFieldsEntry{field("helm", own), field("kubectl", other)}, "helm", nil},
		{"two", []metav1.ManagedFieldsEntry{field("argocd-controller", own), field("x", other), field("helm", own)}, "argocd-controller", []string{"helm"}},
		{"each once", []metav1.ManagedFieldsEntry{field("helm", own), field("b", own), field("helm", own), field("b", own), field("a", own)}, "helm", []string{"b", "a"}},
		{"a subresource", []metav1.ManagedFieldsEntry{field("helm", own), status}, "helm", nil},
		{"nobody is no co-author", []metav1.ManagedFieldsEntry{field("helm", own), nobody}, "helm", nil},
		{"nobody may be first", []metav1.ManagedFieldsEntry{nobody, field("helm", own)}, "", []string{"helm"}},
	} {
		author, got := authors(tt.fields)
		if diff := cmp.Diff(tt.want, got); diff != "" || author != tt.author {
			t.Errorf("%s: author %q, want %q; co-authors (-want +got):\n%s", tt.name, author, tt.author, diff)
		}
	}
	if _, got := authors(many); len(got) != maxCoAuthors {
		t.Errorf("of %d managers, %d are kept", len(many), len(got))
	}
}

func TestTellingKeepsNoManifests(t *testing.T) {
	kept := map[string]string{
		"helm.sh/hook": "test", "helm.sh/hook-weight": "1", "helm.sh/resource-policy": "keep", "meta.helm.sh/release-name": "a",
		"argocd.argoproj.io/tracking-id": "b", "objectset.rio.cattle.io/id": "c", "kustomize.toolkit.fluxcd.io/prune": "disabled",
		"argocd.argoproj.io/sync-options": "Prune=false",
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
	got := Object(snapshot.Kind{Group: "batch", Version: "v1", Resource: "jobs", Kind: "Job", Namespaced: true}, m)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("object (-want +got):\n%s", diff)
	}
}

func TestWrittenIsTheLastTimeOfAll(t *testing.T) {
	at := func(s int) *metav1.Time { v := metav1.NewTime(time.Unix(int64(s), 0)); return &v }
	m := &metav1.ObjectMeta{CreationTimestamp: *at(5)}
	if got := Written(m); !got.Equal(at(5).Time) {
		t.Errorf("written %v, want the creation", got)
	}
	m.ManagedFields = []metav1.ManagedFieldsEntry{{Time: at(4)}, {}, {Time: at(9)}, {Time: at(7)}}
	if got := Written(m); !got.Equal(at(9).Time) || got.Location() != time.UTC {
		t.Errorf("written %v, want the newest, in UTC", got)
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
		{
			"suspended",
			batchv1.Job{Spec: batchv1.JobSpec{Suspend: &yes}, Status: batchv1.JobStatus{Conditions: conditions{condition(batchv1.JobSuspended, "True")}}},
			snapshot.Run{Phase: snapshot.RunSuspended},
		},
		{"complete", batchv1.Job{Status: batchv1.JobStatus{StartTime: at(1), CompletionTime: at(6), Conditions: conditions{
			condition(batchv1.JobSuccessCriteriaMet, "True"), condition(batchv1.JobComplete, "True"),
		}}}, snapshot.Run{Phase: snapshot.RunSucceeded, Finished: at(6).UTC()}},
		{
			"complete, without a time of completion",
			batchv1.Job{Status: batchv1.JobStatus{Conditions: conditions{condition(batchv1.JobComplete, "True")}}},
			snapshot.Run{Phase: snapshot.RunSucceeded, Finished: at(7).UTC()},
		},
		{"failed", batchv1.Job{Status: batchv1.JobStatus{Failed: 1, Conditions: conditions{
			condition(batchv1.JobFailureTarget, "True"), condition(batchv1.JobFailed, "True"),
		}}}, snapshot.Run{Phase: snapshot.RunFailed, Finished: at(7).UTC()}},
		{
			"failed, then resumed",
			batchv1.Job{Status: batchv1.JobStatus{Active: 1, StartTime: at(1), Conditions: conditions{condition(batchv1.JobFailed, "False")}}},
			snapshot.Run{Phase: snapshot.RunRunning},
		},
		{
			"about to fail: its pods still end",
			batchv1.Job{Status: batchv1.JobStatus{StartTime: at(1), Conditions: conditions{condition(batchv1.JobFailureTarget, "True")}}},
			snapshot.Run{Phase: snapshot.RunRunning},
		},
		{
			"complete though suspended",
			batchv1.Job{Spec: batchv1.JobSpec{Suspend: &yes}, Status: batchv1.JobStatus{Conditions: conditions{condition(batchv1.JobComplete, "True")}}},
			snapshot.Run{Phase: snapshot.RunSucceeded, Finished: at(7).UTC()},
		},
	} {
		if diff := cmp.Diff(tt.want, Job(&tt.job)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// Kubernetes deletes finished Jobs when their time to live has passed since the
// condition came.
func TestJobExpires(t *testing.T) {
	at := func(s int) metav1.Time { return metav1.NewTime(time.Unix(int64(s), 0)) }
	ttl, zero, done := int32(100), int32(0), at(6)
	ended := func(c batchv1.JobConditionType, s int) batchv1.JobStatus {
		return batchv1.JobStatus{CompletionTime: &done, Conditions: []batchv1.JobCondition{{Type: c, Status: "True", LastTransitionTime: at(s)}}}
	}
	timeless := ended(batchv1.JobComplete, 0)
	timeless.Conditions[0].LastTransitionTime = metav1.Time{}
	for _, tt := range []struct {
		name   string
		ttl    *int32
		status batchv1.JobStatus
		want   time.Time
	}{
		{"complete", &ttl, ended(batchv1.JobComplete, 7), time.Unix(107, 0).UTC()},
		{"failed", &ttl, ended(batchv1.JobFailed, 8), time.Unix(108, 0).UTC()},
		{"at once", &zero, ended(batchv1.JobComplete, 7), time.Unix(7, 0).UTC()},
		{"never", nil, ended(batchv1.JobComplete, 7), time.Time{}},
		{"running", &ttl, batchv1.JobStatus{Active: 1}, time.Time{}},
		{"nobody knows since when", &ttl, timeless, time.Time{}},
	} {
		job := batchv1.Job{Spec: batchv1.JobSpec{TTLSecondsAfterFinished: tt.ttl}, Status: tt.status}
		if got := Job(&job).Expires; got != tt.want {
			t.Errorf("%s: expires %v, want %v", tt.name, got, tt.want)
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
		{
			"succeeded",
			corev1.PodStatus{Phase: corev1.PodSucceeded, ContainerStatuses: statuses{ended(3), ended(9), ended(5)}},
			snapshot.Run{Phase: snapshot.RunSucceeded, Finished: time.Unix(9, 0).UTC()},
		},
		{
			"failed",
			corev1.PodStatus{Phase: corev1.PodFailed, ContainerStatuses: statuses{ended(3)}},
			snapshot.Run{Phase: snapshot.RunFailed, Finished: time.Unix(3, 0).UTC()},
		},
		{
			"failed while preparing",
			corev1.PodStatus{Phase: corev1.PodFailed, InitContainerStatuses: statuses{ended(4)}, ContainerStatuses: statuses{waiting}},
			snapshot.Run{Phase: snapshot.RunFailed, Finished: time.Unix(4, 0).UTC()},
		},
		{"evicted", corev1.PodStatus{Phase: corev1.PodFailed, Reason: "Evicted"}, snapshot.Run{Phase: snapshot.RunFailed}},
	} {
		if diff := cmp.Diff(tt.want, Pod(&corev1.Pod{Status: tt.status})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}
