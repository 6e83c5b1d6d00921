package render_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/prune"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/render"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

func everything(*verdict.Finding) bool { return true }

func plan(t *testing.T, s *snapshot.Snapshot) *prune.Plan {
	t.Helper()
	findings := judged(t, s)
	for i := range findings {
		if findings[i].Object.Kind == "PersistentVolumeClaim" { // as after the hook that runs
			findings[i].Verdict, findings[i].Reason = verdict.Orphan, verdict.ReasonDropped
			findings[i].Refusals = []verdict.Refusal{{Guard: verdict.GuardSupporting, Why: "a"}, {Guard: verdict.GuardHoldsData, Why: "b"}}
		}
	}
	p := prune.New(findings, everything)
	p.Cluster, p.Context, p.Time = "c1", "prod-eu-3", now
	return p
}

func TestPreview(t *testing.T) {
	p := plan(t, world())
	p.Items[0].Note = "blocks pre-upgrade (exists)"
	var b bytes.Buffer
	if err := render.Preview(&b, p); err != nil {
		t.Fatal(err)
	}
	b.WriteString(render.PlanSummary(p) + "\n\n")
	if err := render.PlanNames(&b, p); err != nil {
		t.Fatal(err)
	}
	golden(t, "preview.txt", b.Bytes())
	if err := schema(t).Validate(asJSON(t, render.CleanPlan(p))); err != nil {
		t.Errorf("the plan: %v", err)
	}
}

// report is what becomes of a plan when nothing is there any more.
func report(t *testing.T, p *prune.Plan) *prune.Report {
	t.Helper()
	a := &prune.Actor{
		Judge: func(context.Context, map[string]bool) ([]verdict.Finding, *snapshot.Snapshot, error) {
			return nil, &snapshot.Snapshot{}, nil
		},
		Concurrency: 1, Fresh: time.Hour, Now: time.Now,
	}
	r, err := a.Act(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestReport(t *testing.T) {
	r := report(t, plan(t, world()))
	r.Items[0].Outcome = prune.Deleted
	r.Items[1].Outcome, r.Items[1].Why = prune.Held, "finalizer example.com/hold holds it"
	var b bytes.Buffer
	if err := render.Report(&b, r); err != nil {
		t.Fatal(err)
	}
	b.WriteString(render.ReportSummary(r) + "\n\n")
	if err := render.ReportNames(&b, r); err != nil {
		t.Fatal(err)
	}
	golden(t, "report.txt", b.Bytes())
	s := schema(t)
	for _, o := range prune.Outcomes() {
		r.Items[0].Outcome = o
		if err := s.Validate(asJSON(t, render.CleanReport(r))); err != nil {
			t.Errorf("%s: %v", o, err)
		}
	}
	r.Items[0].Outcome = "well"
	if s.Validate(asJSON(t, render.CleanReport(r))) == nil {
		t.Error("the schema takes any outcome")
	}
}

func TestPlansAreHarmless(t *testing.T) {
	for _, text := range hostileTexts() {
		findings, _ := verdict.Judge(hostileWorld(text), verdict.Options{})
		for i := range findings {
			findings[i].Verdict, findings[i].Refusals = verdict.Orphan, nil
			if i%2 == 0 {
				findings[i].Refusals = []verdict.Refusal{{Guard: verdict.GuardKeep, Why: text}}
			}
		}
		p := prune.New(findings, everything)
		p.Context = text
		r := report(t, p)
		var b bytes.Buffer
		for _, write := range []func() error{
			func() error { return render.Preview(&b, p) },
			func() error { return render.PlanNames(&b, p) },
			func() error { return render.Report(&b, r) },
		} {
			if err := write(); err != nil {
				t.Fatal(err)
			}
		}
		b.WriteString(render.PlanSummary(p))
		for _, i := range p.Items {
			b.WriteString(render.Name(i.ObjectRef))
		}
		wantHarmless(t, "plan", strings.ReplaceAll(b.String(), "\n", ""))
	}
}
