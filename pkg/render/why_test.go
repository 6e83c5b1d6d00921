package render_test

import (
	"bytes"
	"strings"
	"testing"

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
