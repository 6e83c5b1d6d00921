package dump

import (
	"testing"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// TestReadRuns: files answer for the namespaces that they are of, and for no others.
func TestReadRuns(t *testing.T) {
	job := snapshot.Object{APIVersion: "batch/v1", Kind: "Job", Namespace: "yard", Name: "worker", UID: "1"}
	jobs := &snapshot.Kind{Group: "batch", Version: "v1", Resource: "jobs", Kind: "Job", Namespaced: true}
	for _, tt := range []struct {
		name string
		snap snapshot.Snapshot
		run  string
		why  string
		n    int
	}{
		{"it is there", snapshot.Snapshot{Objects: []snapshot.Object{job}}, "worker", "", 1},
		{"it is not there", snapshot.Snapshot{Objects: []snapshot.Object{job}}, "other", "", 0},
		{"Jobs could not be read", snapshot.Snapshot{Gaps: []snapshot.Gap{{Namespace: "yard", Why: "broken", Kind: jobs}}}, "worker", "broken", 0},
		{"the file is of another namespace", snapshot.Snapshot{Namespace: "shop", Namespaces: []string{"shop"}}, "worker", "not in file", 0},
		{"it is there all the same", snapshot.Snapshot{Namespace: "shop", Namespaces: []string{"shop"}, Objects: []snapshot.Object{job}}, "worker", "", 1},
	} {
		e := &Evidence{snap: &tt.snap, files: "file"}
		gaps := len(tt.snap.Gaps)
		if err := e.ReadRuns(t.Context(), []snapshot.DeclaredRun{{Kind: "Job", Namespace: "yard", Name: tt.run}}); err != nil {
			t.Fatal(err)
		}
		if len(tt.snap.Runs) != 1 || len(tt.snap.Runs[0].Objects) != tt.n {
			t.Errorf("%s: %+v", tt.name, tt.snap.Runs)
			continue
		}
		gap := tt.snap.Runs[0].Gap
		if (gap != nil) != (tt.why != "") || gap != nil && (gap.Why != tt.why || len(tt.snap.Gaps) != gaps+1) {
			t.Errorf("%s: gap %+v", tt.name, gap)
		}
	}
}
