package cluster

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"
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
		objects, gaps, requests := len(s.Objects), len(s.Gaps), f.count("GET ")
		if err := g.ReadRuns(t.Context(), []snapshot.DeclaredRun{tt.run}); err != nil {
			t.Fatal(err)
		}
		if len(s.Runs) != 1 || s.Runs[0].DeclaredRun != tt.run || len(s.Objects) != objects || f.count("GET ")-requests != tt.requests {
			t.Fatalf("%s: runs %+v, %d objects, requests %v", tt.name, s.Runs, len(s.Objects), f.requests)
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

// TestReadManyRuns: a record may declare very many. Those of a namespace are in one list, what
// may not be read is not asked for, and there is an end to namespaces.
func TestReadManyRuns(t *testing.T) {
	var many, wide []snapshot.DeclaredRun
	for i := range 300 {
		many = append(many, snapshot.DeclaredRun{Kind: "Job", Namespace: "yard", Name: fmt.Sprintf("seed-%03d", i)})
		wide = append(wide, snapshot.DeclaredRun{Kind: "Job", Namespace: fmt.Sprintf("yard-%03d", i), Name: "seed"})
	}
	get := func(verbs ...string) *rights {
		return &rights{known: true, rules: []authorizationv1.ResourceRule{{Verbs: verbs, APIGroups: []string{"batch"}, Resources: []string{"jobs"}}}}
	}
	for _, tt := range []struct {
		name                  string
		runs                  []snapshot.DeclaredRun
		rights                *rights
		found, gaps, requests int
	}{
		{"many in one namespace", many, get("get", "list"), 2, 0, 3}, // the list, one that bears no annotation, and the state of the other
		{"which may not be listed", many, get("get"), 0, 300, 0},
		{"few, which may not be read", many[:3], get("list"), 0, 3, 0},
		{"few", many[:3], get("get"), 2, 0, 3},
		{"in many namespaces", wide, nil, 0, 100, maxRunPlaces},
	} {
		f := newFakeAPI(t)
		f.job("yard", "seed-000", "pre-upgrade")
		f.job("yard", "seed-001", "")
		c := f.client(DefaultOptions())
		if tt.rights != nil {
			c.rights.Store("yard", *tt.rights)
		}
		g, err := c.Gather(t.Context(), Query{Namespace: "shop"})
		if err != nil {
			t.Fatal(err)
		}
		before := f.count("GET ")
		if err := g.ReadRuns(t.Context(), tt.runs); err != nil {
			t.Fatal(err)
		}
		found, gaps := 0, 0
		for _, k := range g.Snapshot().Runs {
			if found += len(k.Objects); k.Gap != nil {
				gaps++
			}
			for _, o := range k.Objects {
				if o.Name != k.Name || o.Run == nil {
					t.Errorf("%s: %+v for %+v", tt.name, o, k.DeclaredRun)
				}
			}
		}
		if requests := f.count("GET ") - before; found != tt.found || gaps != tt.gaps || requests != tt.requests {
			t.Errorf("%s: %d found, %d gaps, %d requests; want %d, %d, %d", tt.name, found, gaps, requests, tt.found, tt.gaps, tt.requests)
		}
	}
}
