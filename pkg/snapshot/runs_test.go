package snapshot_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// recordOf is a record stored in a namespace whose hooks declare objects.
func recordOf(namespace, name string, revision int, refs ...release.Ref) snapshot.Record {
	return snapshot.Record{
		RecordID: snapshot.RecordID{Release: snapshot.ReleaseID{Driver: snapshot.Secrets, Namespace: namespace, Name: name}, Revision: revision},
		Body:     &release.Body{Namespace: namespace, Hooks: []release.Hook{{Objects: refs}}},
	}
}

func ref(apiVersion, kind, namespace, name string) release.Ref {
	return release.Ref{APIVersion: apiVersion, Kind: kind, Namespace: namespace, Name: name}
}

// TestRunsBeyond: Jobs and Pods that releases of a namespace declare in others, once each.
func TestRunsBeyond(t *testing.T) {
	generated := ref("v1", "Pod", "yard", "")
	generated.GenerateName = "gen-"
	s := snapshot.Snapshot{Records: []snapshot.Record{
		recordOf("shop", "blog", 2, ref("batch/v1", "Job", "yard", "worker"), ref("batch/v1", "Job", "", "here"), ref("v1", "ConfigMap", "yard", "map")),
		recordOf("shop", "blog", 1, ref("batch/v1", "Job", "yard", "worker"), ref("example.com/v1", "Job", "yard", "another"), generated),
		recordOf("desk", "far", 1, ref("batch/v1", "Job", "yard", "foreign")),
		{RecordID: snapshot.RecordID{Release: snapshot.ReleaseID{Namespace: "shop"}}},
	}}
	want := []snapshot.DeclaredRun{{Kind: "Job", Namespace: "yard", Name: "worker"}, {Kind: "Pod", Namespace: "yard", Name: "gen-", Generated: true}}
	if diff := cmp.Diff(want, s.RunsBeyond("shop")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestMeans(t *testing.T) {
	named := snapshot.DeclaredRun{Kind: "Job", Namespace: "yard", Name: "worker"}
	generated := snapshot.DeclaredRun{Kind: "Job", Namespace: "yard", Name: "worker", Generated: true}
	job := snapshot.Object{APIVersion: "batch/v1", Kind: "Job", Namespace: "yard", Name: "worker"}
	for _, tt := range []struct {
		name   string
		run    snapshot.DeclaredRun
		change func(*snapshot.Object)
		want   bool
	}{
		{"the Job", named, func(*snapshot.Object) {}, true},
		{"of another version", named, func(o *snapshot.Object) { o.APIVersion = "batch/v1beta1" }, true},
		{"of another group", named, func(o *snapshot.Object) { o.APIVersion = "example.com/v1" }, false},
		{"of another name", named, func(o *snapshot.Object) { o.Name = "other" }, false},
		{"in another namespace", named, func(o *snapshot.Object) { o.Namespace = "shop" }, false},
		{"of another kind", named, func(o *snapshot.Object) { o.Kind, o.APIVersion = "Pod", "v1" }, false},
		{"one that bears the name", generated, func(*snapshot.Object) {}, false},
		{"a generated one", generated, func(o *snapshot.Object) { o.Name, o.GenerateName = "workerx", "worker" }, true},
	} {
		o := job
		tt.change(&o)
		if got := tt.run.Means(&o); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

// A restricted snapshot keeps what is known of the Jobs and Pods that its releases have
// elsewhere, and nothing else of there.
func TestRestrictRuns(t *testing.T) {
	known := func(name string) snapshot.KnownRun {
		return snapshot.KnownRun{DeclaredRun: snapshot.DeclaredRun{Kind: "Job", Namespace: "yard", Name: name}}
	}
	s := snapshot.Snapshot{
		Records: []snapshot.Record{recordOf("shop", "blog", 1, ref("batch/v1", "Job", "yard", "worker")), recordOf("desk", "far", 1, ref("batch/v1", "Job", "yard", "foreign"))},
		Runs:    []snapshot.KnownRun{known("foreign"), known("worker")},
	}
	s.Restrict("shop")
	if diff := cmp.Diff([]snapshot.KnownRun{known("worker")}, s.Runs); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
