package snapshot_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/internal/filltest"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

func TestReleases(t *testing.T) {
	blog := snapshot.ReleaseID{Driver: snapshot.Secrets, Namespace: "shop", Name: "blog"}
	maps, desk := blog, blog
	maps.Driver, desk.Namespace = snapshot.ConfigMaps, "desk"
	s := &snapshot.Snapshot{}
	for _, id := range []snapshot.RecordID{{blog, 2}, {maps, 1}, {blog, 10}, {desk, 7}, {blog, 9}} {
		s.Records = append(s.Records, snapshot.Record{RecordID: id})
	}
	got := make(map[snapshot.ReleaseID][]int)
	for id, records := range s.Releases() {
		for _, r := range records {
			if r.Release != id {
				t.Errorf("%v is among the records of %v", r.RecordID, id)
			}
			got[id] = append(got[id], r.Revision)
		}
	}
	want := map[snapshot.ReleaseID][]int{blog: {10, 9, 2}, maps: {1}, desk: {7}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("releases (-want +got):\n%s", diff)
	}
	if s.Records[0].Revision != 2 || s.Records[4].Revision != 9 {
		t.Errorf("the snapshot's own order has changed: %v", s.Records)
	}
	s.Releases()[blog][0].Status = release.StatusFailed
	if s.Records[2].Status != release.StatusFailed {
		t.Error("the records are copies of the snapshot's")
	}
}

func TestReleaseOrder(t *testing.T) {
	want := []snapshot.ReleaseID{
		{Driver: "secret", Namespace: "a", Name: "z"},
		{Driver: "configmap", Namespace: "b", Name: "a"},
		{Driver: "secret", Namespace: "b", Name: "a"},
		{Driver: "configmap", Namespace: "b", Name: "b"},
	}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, snapshot.ReleaseID.Compare)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

func TestKind(t *testing.T) {
	for _, tt := range []struct {
		kind             snapshot.Kind
		apiVersion, name string
	}{
		{snapshot.Kind{Version: "v1", Resource: "pods"}, "v1", "pods"},
		{snapshot.Kind{Group: "batch", Version: "v1", Resource: "jobs"}, "batch/v1", "jobs.batch"},
	} {
		if tt.kind.APIVersion() != tt.apiVersion || tt.kind.Name() != tt.name {
			t.Errorf("%+v is %s, %s; want %s, %s", tt.kind, tt.kind.APIVersion(), tt.kind.Name(), tt.apiVersion, tt.name)
		}
		if got := snapshot.Group(tt.apiVersion); got != tt.kind.Group {
			t.Errorf("Group(%q) = %q, want %q", tt.apiVersion, got, tt.kind.Group)
		}
	}
}

func TestFinished(t *testing.T) {
	for phase, want := range map[snapshot.RunPhase]bool{
		snapshot.RunSucceeded: true, snapshot.RunFailed: true,
		snapshot.RunPending: false, snapshot.RunRunning: false, snapshot.RunSuspended: false, "": false,
	} {
		if got := phase.Finished(); got != want {
			t.Errorf("%q.Finished() = %v, want %v", phase, got, want)
		}
	}
}

// A snapshot with something in every field comes back from JSON unchanged: it is
// what a bug report holds.
func TestSnapshotRoundTrips(t *testing.T) {
	var full snapshot.Snapshot
	filltest.Fill(reflect.ValueOf(&full).Elem())
	if full.Records[0].Body.Hooks[0].Declared.Policy.Words[0] == "" || full.Gaps[0].Record == nil || full.Objects[0].Run.Finished.IsZero() {
		t.Fatal("the test fills not every field")
	}
	text, err := json.Marshal(full)
	if err != nil {
		t.Fatal(err)
	}
	var back snapshot.Snapshot
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(full, back); diff != "" {
		t.Errorf("from JSON and back (-want +got):\n%s", diff)
	}
}

// Zero values stay what they are, and differ from values that only look alike.
func TestSnapshotKeepsAbsence(t *testing.T) {
	s := snapshot.Snapshot{
		Records: []snapshot.Record{{}, {Body: &release.Body{}}, {Body: &release.Body{Hooks: []release.Hook{
			{Declared: hook.Declaration{}},
			{Declared: hook.Declaration{Keep: true, Policy: hook.Policy{Set: true, Words: []hook.DeletePolicy{""}}}},
		}}}},
		Objects: []snapshot.Object{{}, {Run: &snapshot.Run{}}, {Annotations: map[string]string{hook.DeletePolicyAnnotation: ""}}},
	}
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var back snapshot.Snapshot
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(s, back); diff != "" {
		t.Errorf("from JSON and back (-want +got):\n%s", diff)
	}
}

func TestConcerns(t *testing.T) {
	for _, tt := range []struct {
		name string
		gap  snapshot.Gap
		want bool
	}{
		{"there", snapshot.Gap{Namespace: "shop"}, true},
		{"elsewhere", snapshot.Gap{Namespace: "desk"}, false},
		{"everywhere", snapshot.Gap{}, true},
		{"everywhere else", snapshot.Gap{Besides: []string{"desk", "shop"}}, false},
		{"everywhere but in another", snapshot.Gap{Besides: []string{"desk"}}, true},
	} {
		if got := tt.gap.Concerns("shop"); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}
