package render_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/render"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

func TestWhy(t *testing.T) {
	s := world()
	findings := judged(t, s)
	var b bytes.Buffer
	stories := render.ReleaseStories(s, verdict.ReleaseName{Name: "guestbook"})
	if err := render.Why(&b, stories, findings, s); err != nil {
		t.Fatal(err)
	}
	golden(t, "why.txt", b.Bytes())
	if err := schema(t).Validate(asJSON(t, render.Explained(findings, s))); err != nil {
		t.Errorf("explained: %v", err)
	}
}

// Every reason has words of its own.
func TestSentences(t *testing.T) {
	said := make(map[string]verdict.Reason)
	for _, r := range verdict.Reasons() {
		o := snapshot.Object{Kind: "Job", Name: "a"}
		text := render.Sentence(&verdict.Finding{Object: &o, Live: true, Verdict: r.Verdict(), Reason: r})
		words := strings.TrimSuffix(text, "("+string(r)+").")
		if other, ok := said[words]; ok {
			t.Errorf("%s and %s are told alike: %s", r, other, text)
		}
		said[words] = r
	}
}

func TestSummary(t *testing.T) {
	for _, tt := range []struct {
		findings []verdict.Finding
		want     string
	}{
		{nil, "0 hook objects: no orphans"},
		{judged(t, world())[:1], "1 hook object: no orphans, 1 unknown"},
		{judged(t, world()), "11 hook objects: 3 orphans (2 could be pruned), 3 unknown"},
		{[]verdict.Finding{{Live: true, Verdict: verdict.Tracked, Leaks: true}, {Status: verdict.Absent}}, "1 hook object: no orphans, 1 will leak at uninstall"},
	} {
		if got := render.Summary(tt.findings); got != tt.want {
			t.Errorf("Summary = %q, want %q", got, tt.want)
		}
	}
}

func TestExplanationsAreHarmless(t *testing.T) {
	for _, text := range hostileTexts() {
		s := hostileWorld(text)
		findings, _ := verdict.Judge(s, verdict.Options{})
		var b bytes.Buffer
		if err := render.Why(&b, nil, findings, s); err != nil {
			t.Fatal(err)
		}
		wantHarmless(t, "why", strings.ReplaceAll(b.String(), "\n", ""))
	}
}

// TestDeclaredBy: whoever declares the object is named, as a hook or as an ordinary resource.
func TestDeclaredBy(t *testing.T) {
	own, far := snapshot.ReleaseID{Namespace: "shop", Name: "blog"}, snapshot.ReleaseID{Namespace: "desk", Name: "far"}
	record := func(id snapshot.ReleaseID, revision int) *snapshot.Record {
		return &snapshot.Record{RecordID: snapshot.RecordID{Release: id, Revision: revision}, Status: release.StatusDeployed}
	}
	claim := func(r *snapshot.Record) verdict.Claim { return verdict.Claim{Record: r, Hook: &release.Hook{}} }
	for _, tt := range []struct {
		name   string
		listed *snapshot.Record
		claims []verdict.Claim
		want   []string
	}{
		{"its release", nil, []verdict.Claim{claim(record(own, 2))}, []string{"revision 2"}},
		{"another one, too", nil, []verdict.Claim{claim(record(own, 2)), claim(record(far, 1))}, []string{"revision 2", "revision 1 of far in desk"}},
		{"another one in its manifest", record(far, 3), []verdict.Claim{claim(record(own, 2))}, []string{"revision 3 of far in desk", "revision 2"}},
		{"nobody", nil, nil, []string{"on the object"}},
	} {
		f := verdict.Finding{
			Object: &snapshot.Object{Kind: "Job", Name: "a"}, Live: true, Release: &own, Claims: tt.claims,
			Evidence: verdict.Evidence{Listed: tt.listed},
		}
		var got []string
		for _, fact := range render.Explain(&f, &snapshot.Snapshot{}) {
			if fact.Topic == "declared" {
				got = append(got, fact.Fact)
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}
