package cluster

import (
	"net/http"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// TestReadRuns: Jobs and Pods of namespaces that were not listed are read by their names, or
// by what their names begin with, and what cannot be read is a gap of nothing else.
func TestReadRuns(t *testing.T) {
	run := func(kind, namespace, name string) snapshot.DeclaredRun {
		return snapshot.DeclaredRun{Kind: kind, Namespace: namespace, Name: name}
	}
	begins := func(d snapshot.DeclaredRun) snapshot.DeclaredRun { d.Generated = true; return d }
	for _, tt := range []struct {
		name     string
		run      snapshot.DeclaredRun
		found    string
		why      string
		requests int
	}{
		{"one that is there", run("Job", "yard", "worker"), "worker", "", 1},
		{"one that is not", run("Job", "yard", "other"), "", "", 1},
		{"a Pod that is not", run("Pod", "yard", "worker"), "", "", 1},
		{"one that may not be read", run("Job", "lab", "worker"), "", "forbidden", 1},
		{"generated ones", begins(run("Job", "yard", "gen-")), "gen-1 gen-2", "", 3},
		{"generated ones that may not be listed", begins(run("Job", "lab", "gen-")), "", "forbidden", 1},
	} {
		f := newFakeAPI(t)
		f.job("yard", "worker", "pre-upgrade")
		for _, name := range []string{"gen-1", "gen-2", "gen-other"} {
			f.job("yard", name, "pre-upgrade")
			if s := &f.objects["jobs"][len(f.objects["jobs"])-1]; name != "gen-other" {
				s.meta.GenerateName = "gen-"
			}
		}
		f.job("shop", "worker", "pre-upgrade")
		f.fault = func(r *http.Request) *metav1.Status {
			if !strings.Contains(r.URL.Path, "/lab/") {
				return nil
			}
			return failure(http.StatusForbidden, metav1.StatusReasonForbidden, "no")
		}
		g, err := f.client(DefaultOptions()).Gather(t.Context(), Query{Namespace: "shop"})
		if err != nil {
			t.Fatal(err)
		}
		s := g.Snapshot()
		objects, gaps, requests := len(s.Objects), len(s.Gaps), len(f.requests)
		if err := g.ReadRuns(t.Context(), []snapshot.DeclaredRun{tt.run}); err != nil {
			t.Fatal(err)
		}
		if len(s.Runs) != 1 || s.Runs[0].DeclaredRun != tt.run || len(s.Objects) != objects || len(f.requests)-requests != tt.requests {
			t.Fatalf("%s: runs %+v, %d objects, requests %v", tt.name, s.Runs, len(s.Objects), f.requests[requests:])
		}
		var found []string
		for _, o := range s.Runs[0].Objects {
			found = append(found, o.Name)
			if o.Namespace != "yard" || o.Run == nil || o.Run.Phase != snapshot.RunSucceeded {
				t.Errorf("%s: %+v", tt.name, o)
			}
		}
		gap := s.Runs[0].Gap
		if got := strings.Join(found, " "); got != tt.found || (gap != nil) != (tt.why != "") || len(s.Gaps) != gaps+strings.Count(tt.why, "forbidden") {
			t.Errorf("%s: found %q, gap %+v", tt.name, got, gap)
		}
		if gap != nil && (gap.Why != tt.why || gap.Kind != nil || gap.Namespace != "lab") {
			t.Errorf("%s: %+v", tt.name, gap)
		}
	}
}
