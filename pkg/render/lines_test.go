package render_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/prune"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/render"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// gapsOfEachKind are what lines tell of what could not be read.
func gapsOfEachKind() []snapshot.Gap {
	widgets := &snapshot.Kind{Group: "example.com", Version: "v1", Resource: "widgets", Kind: "Widget", Namespaced: true}
	record := &snapshot.RecordID{Release: snapshot.ReleaseID{Driver: snapshot.ConfigMaps, Namespace: "shop", Name: "blog"}, Revision: 1}
	gaps := []snapshot.Gap{
		{What: "Helm's records in secrets", Why: snapshot.Forbidden, Records: snapshot.Secrets},
		{What: "release record blog.v1", Namespace: "shop", Why: snapshot.Forbidden, Record: record},
		{What: "widgets.example.com x", Namespace: "shop", Why: snapshot.Forbidden, Kind: widgets, Right: &snapshot.Right{Verb: "get", Group: "example.com", Resource: "widgets"}},
		{What: "API group metrics.k8s.io/v1beta1", Group: "metrics.k8s.io", Why: "timed out"},
		{What: "anything", Namespace: "desk", Why: snapshot.Forbidden, Everything: true},
	}
	for n := range 60 {
		gaps = append(gaps, snapshot.Gap{What: "widgets.example.com", Namespace: fmt.Sprint("team-", n), Why: snapshot.Forbidden, Kind: widgets})
	}
	return gaps
}

func TestLines(t *testing.T) {
	p := plan(t, world())
	p.Items[0].Note = "blocks pre-upgrade (exists)"
	var lines []any
	for i := range p.Left {
		lines = append(lines, render.LeftLine(&p.Left[i], now))
	}
	lines = append(lines, render.PlannedLine(p.Items[0], now))
	for _, o := range prune.Outcomes() {
		lines = append(lines, render.ResultLine(&prune.Result{Item: p.Items[1], Outcome: o, Why: "because"}, now))
	}
	for _, g := range render.GapLines(gapsOfEachKind(), now) {
		lines = append(lines, g)
	}
	summary := render.PruneSummary{
		DryRun: "none", Namespace: "shop", Context: "prod-eu-3", Cluster: "c1", Judged: 7,
		Outcomes: make(map[prune.Outcome]int), Gaps: 6, Backup: "/backup/run", ExitCode: 3, Error: "not all in scope could be judged",
	}
	for n, o := range render.LineOutcomes() {
		summary.Outcomes[o] = n + 1
	}
	lines = append(lines, summary.Clean(now), render.PruneSummary{DryRun: "client", Outcomes: map[prune.Outcome]int{}}.Clean(now))

	s := schema(t)
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	for _, l := range lines {
		if err := e.Encode(l); err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(asJSON(t, l)); err != nil {
			t.Errorf("%+v: %v", l, err)
		}
	}
	golden(t, "lines.jsonl", b.Bytes())
	bad := summary.Clean(now)
	bad.Outcomes["well"] = 1
	if s.Validate(asJSON(t, bad)) == nil {
		t.Error("the schema takes any outcome")
	}
}

// TestMissingRights names a rule once, however many namespaces it lacks in.
func TestMissingRights(t *testing.T) {
	for _, c := range []struct {
		gaps []snapshot.Gap
		want string
	}{
		{nil, ""},
		{gapsOfEachKind()[3:5], ""},
		{gapsOfEachKind()[2:3], `add the rule {apiGroups: ["example.com"], resources: ["widgets"], verbs: ["get"]} in namespace shop`},
		{gapsOfEachKind()[5:], `add the rule {apiGroups: ["example.com"], resources: ["widgets"], verbs: ["list"]} in a ClusterRole`},
		{gapsOfEachKind(), `add the rule {apiGroups: [""], resources: ["secrets"], verbs: ["list"]} in a ClusterRole, and 3 more like it`},
	} {
		if got := render.MissingRights(c.gaps); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}

func TestLinesAreHarmless(t *testing.T) {
	for _, text := range hostileTexts() {
		ref := snapshot.ObjectRef{APIVersion: text, Kind: text, Namespace: text, Name: text, UID: text}
		release := &snapshot.ReleaseID{Driver: snapshot.Secrets, Namespace: text, Name: text}
		lines := []any{
			render.LeftLine(&prune.Left{ObjectRef: ref, Release: release, Verdict: verdict.Unknown, Why: text}, now),
			render.ResultLine(&prune.Result{Item: prune.Item{ObjectRef: ref, Release: release, Note: text}, Why: text}, now),
			render.PruneSummary{Namespace: text, Context: text, Cluster: text, Backup: text, Error: text}.Clean(now),
		}
		for _, g := range render.GapLines([]snapshot.Gap{
			{What: text, Why: text, Namespace: text},
			{What: text, Why: snapshot.Forbidden, Right: &snapshot.Right{Verb: "get", Group: text, Resource: text}},
		}, now) {
			lines = append(lines, g)
		}
		for _, l := range lines {
			wantHarmlessValues(t, asJSON(t, l))
		}
	}
}

// wantHarmlessValues looks at the texts as whoever decodes them sees them.
func wantHarmlessValues(t *testing.T, v any) {
	t.Helper()
	switch v := v.(type) {
	case map[string]any:
		for k, value := range v {
			wantHarmless(t, "key", k)
			wantHarmlessValues(t, value)
		}
	case []any:
		for _, value := range v {
			wantHarmlessValues(t, value)
		}
	case string:
		wantHarmless(t, "line", v)
	}
}
