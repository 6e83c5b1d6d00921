package render_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/render"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// schema is the documented one.
func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	s, err := c.Compile("../../docs/schema/v1.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func asJSON(t *testing.T, v any) any {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func TestOutputIsWhatTheSchemaSays(t *testing.T) {
	s := schema(t)
	all, _ := verdict.Judge(world(), verdict.Options{Declared: true})
	if len(all) <= len(world().Objects) {
		t.Fatal("the world has nothing that is declared and not there")
	}
	for name, findings := range map[string][]verdict.Finding{"none": nil, "live": judged(t, world()), "declared": all} {
		if err := s.Validate(asJSON(t, render.List(findings))); err != nil {
			t.Errorf("list of %s: %v", name, err)
		}
		for _, by := range render.CountBys() {
			if err := s.Validate(asJSON(t, render.Count(findings, by))); err != nil {
				t.Errorf("%s by %s: %v", name, by, err)
			}
		}
	}
	// The schema must be able to fail.
	bad := render.List(all)
	bad.Items[0].Status.State = "Fine"
	if s.Validate(asJSON(t, bad)) == nil {
		t.Error("the schema takes any state")
	}
	extra, _ := asJSON(t, render.List(all)).(map[string]any)
	extra["more"] = true
	if s.Validate(extra) == nil {
		t.Error("the schema takes any field")
	}
}

func TestTree(t *testing.T) {
	findings, _ := verdict.Judge(world(), verdict.Options{Declared: true})
	var b bytes.Buffer
	if err := render.Tree(&b, findings, now); err != nil {
		t.Fatal(err)
	}
	golden(t, "tree.txt", b.Bytes())
}

func TestCount(t *testing.T) {
	findings := judged(t, world())
	var b bytes.Buffer
	for _, by := range render.CountBys() {
		counts := render.Count(findings, by)
		b.Write(printed(t, counts.Table(), false))
		total := 0
		for _, c := range counts.Items {
			total += c.Count
		}
		if by != render.ByPhase && total != len(findings) {
			t.Errorf("by %s %d are counted of %d", by, total, len(findings))
		}
	}
	golden(t, "counts.txt", b.Bytes())
}

func TestTreesAndCountsAreHarmless(t *testing.T) {
	for _, s := range hostileTexts() {
		findings, _ := verdict.Judge(hostileWorld(s), verdict.Options{Declared: true})
		var b bytes.Buffer
		if err := render.Tree(&b, findings, now); err != nil {
			t.Fatal(err)
		}
		wantHarmless(t, "tree", strings.ReplaceAll(b.String(), "\n", ""))
		for _, by := range render.CountBys() {
			for _, c := range render.Count(findings, by).Items {
				wantHarmless(t, "count by "+string(by), c.Name)
			}
		}
	}
}
