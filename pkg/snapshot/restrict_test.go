package snapshot_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// A restricted snapshot keeps all records of the releases elsewhere that tell of its objects:
// which of them count their newest says.
func TestRestrictTelling(t *testing.T) {
	job := ref("batch/v1", "Job", "shop", "seed")
	generated := release.Ref{Kind: "Job", Namespace: "shop", GenerateName: "gen-"}
	lists := recordOf("desk", "lists", 1)
	lists.Body.Resources = []release.Ref{job}
	silent := recordOf("desk", "lists", 2)
	silent.Body, silent.Silent = nil, true
	flux := recordOf("flux", "flux", 1, ref("batch/v1", "Job", "", "seed"))
	flux.Body.Namespace = "shop"
	uses := recordOf("desk", "uses", 1)
	s := snapshot.Snapshot{
		Objects: []snapshot.Object{{Kind: "Job", Namespace: "shop", Name: "seed"}, {Kind: "Job", Namespace: "shop", Name: "gen-1", GenerateName: "gen-"}},
		Records: []snapshot.Record{
			recordOf("shop", "blog", 1), silent, lists, recordOf("desk", "declares", 1, job), recordOf("desk", "generates", 1, generated), flux, uses,
			recordOf("desk", "other", 1, ref("batch/v1", "Job", "", "seed")), recordOf("desk", "namesake", 1, ref("batch/v1", "Job", "desk", "seed")),
		},
		Uses: []snapshot.Use{
			{Of: snapshot.ObjectRef{Namespace: "shop", Name: "seed"}, Record: &uses.RecordID},
			{Of: snapshot.ObjectRef{Namespace: "desk", Name: "seed"}, Record: &uses.RecordID},
		},
		Sought: []snapshot.ObjectRef{{Namespace: "shop", Name: "seed"}, {Namespace: "desk", Name: "x"}},
	}
	s.Restrict("shop")
	var kept []string
	for _, r := range s.Records {
		kept = append(kept, fmt.Sprintf("%s.v%d", r.Release.Name, r.Revision))
	}
	if diff := cmp.Diff("blog.v1 lists.v2 lists.v1 declares.v1 generates.v1 flux.v1 uses.v1", strings.Join(kept, " ")); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
	if len(s.Uses) != 1 || s.Uses[0].Of.Namespace != "shop" || len(s.Sought) != 1 || s.Sought[0].Name != "seed" {
		t.Errorf("uses %+v, sought %+v", s.Uses, s.Sought)
	}
	if slices.ContainsFunc(s.Records, func(r snapshot.Record) bool { return r.Silent }) {
		t.Error("a record is silent, of whatever else is in the file")
	}
}

// What could not be read elsewhere counts in a restricted snapshot as far as it did before.
func TestRestrictGaps(t *testing.T) {
	far := snapshot.RecordID{Release: snapshot.ReleaseID{Namespace: "desk", Name: "far"}}
	seed, other := snapshot.ObjectRef{Namespace: "shop", Name: "seed"}, snapshot.ObjectRef{Namespace: "desk", Name: "x"}
	in := func(namespace string, g snapshot.Gap) snapshot.Gap { g.What, g.Namespace = "gap", namespace; return g }
	besides := snapshot.Gap{What: "gap", Records: snapshot.Secrets, Besides: []string{"shop"}}
	unreached := func(g snapshot.Gap) snapshot.Gap { g.Unreached = true; return g }
	lasting := func(g snapshot.Gap) snapshot.Gap { g.Unreached, g.Lasting = true, true; return g }
	manifest := func(of ...snapshot.ObjectRef) snapshot.Gap {
		return in("desk", snapshot.Gap{Manifest: &far, Of: of})
	}
	record := in("desk", snapshot.Gap{Record: &far})
	records := in("desk", snapshot.Gap{Records: snapshot.Secrets})
	anywhere := func(g snapshot.Gap) []snapshot.Gap { g.Namespace, g.Besides = "", nil; return []snapshot.Gap{g} }
	for _, tt := range []struct {
		name     string
		confined bool
		gaps     []snapshot.Gap
		want     []snapshot.Gap
	}{
		{"beside it", false, []snapshot.Gap{in("shop", snapshot.Gap{})}, []snapshot.Gap{in("shop", snapshot.Gap{})}},
		{"objects elsewhere", false, []snapshot.Gap{in("desk", unreached(snapshot.Gap{Everything: true}))}, nil},
		{"records that may not be read", false, []snapshot.Gap{records}, nil},
		{"a record that does not decode", false, []snapshot.Gap{record, manifest()}, nil},
		{"records that the server did not give", false, []snapshot.Gap{unreached(records)}, anywhere(unreached(records))},
		{"records that it will never give", false, []snapshot.Gap{lasting(records)}, nil},
		{"those of all other namespaces", false, []snapshot.Gap{unreached(besides)}, anywhere(unreached(besides))},
		{"a record that it did not give", false, []snapshot.Gap{unreached(record)}, anywhere(unreached(record))},
		{"what was not asked for", true, []snapshot.Gap{unreached(records), unreached(besides)}, []snapshot.Gap{unreached(besides)}},
		{"a manifest that may name anything", false, []snapshot.Gap{manifest()}, []snapshot.Gap{manifest(seed)}},
		{"one that may name it", false, []snapshot.Gap{manifest(seed, other)}, []snapshot.Gap{manifest(seed)}},
		{"one that may name something else", false, []snapshot.Gap{manifest(other)}, nil},
	} {
		s := snapshot.Snapshot{RecordsConfined: tt.confined, Gaps: tt.gaps, Sought: []snapshot.ObjectRef{other, seed}}
		s.Restrict("shop")
		if diff := cmp.Diff(tt.want, s.Gaps); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}
