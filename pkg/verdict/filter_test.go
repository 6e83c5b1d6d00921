package verdict_test

import (
	"testing"
	"time"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

func TestFilter(t *testing.T) {
	now := time.Date(2026, 1, 12, 12, 0, 0, 0, time.UTC)
	old := job("shop", "old")
	old.Created, old.Labels = now.Add(-10*time.Hour), map[string]string{"app": "blog"}
	old.Run = &snapshot.Run{Phase: snapshot.RunFailed, Finished: now.Add(-2 * time.Hour)}
	f := verdict.Finding{
		Object: &old, Live: true, Status: "Failed",
		Declared: hook.Declaration{
			Events: []hook.Event{hook.PreUpgrade, hook.PostUpgrade}, Policy: hook.ParsePolicy("hook-succeeded,never"),
		},
	}
	jobs := snapshot.Kind{Group: "batch", Version: "v1", Resource: "jobs", Kind: "Job", Namespaced: true}
	volcano := snapshot.Kind{Group: "batch.volcano.sh", Version: "v1", Resource: "jobs", Kind: "Job", Namespaced: true}
	none := f
	none.Declared.Policy = hook.Policy{}
	running := f
	young := old
	young.Run = &snapshot.Run{Phase: snapshot.RunRunning}
	running.Object = &young
	ageless := f
	ageless.Object = &snapshot.Object{Kind: "Job", APIVersion: "batch/v1"}
	for _, tt := range []struct {
		name    string
		filter  verdict.Filter
		finding verdict.Finding
		want    bool
	}{
		{"nothing asked", verdict.Filter{}, f, true},
		{"a phase", verdict.Filter{Phases: []hook.Event{hook.Test, hook.PostUpgrade}}, f, true},
		{"another phase", verdict.Filter{Phases: []hook.Event{hook.Test}}, f, false},
		{"a policy", verdict.Filter{Policies: []verdict.PolicyMatch{"hook-succeeded"}}, f, true},
		{"a policy that Helm only assumes", verdict.Filter{Policies: []verdict.PolicyMatch{"before-hook-creation"}}, none, false},
		{"no policy", verdict.Filter{Policies: []verdict.PolicyMatch{verdict.PolicyNone}}, none, true},
		{"no policy, though there is one", verdict.Filter{Policies: []verdict.PolicyMatch{verdict.PolicyNone}}, f, false},
		{"an unknown policy", verdict.Filter{Policies: []verdict.PolicyMatch{verdict.PolicyUnknown}}, f, true},
		{"an unknown policy, where there is none", verdict.Filter{Policies: []verdict.PolicyMatch{verdict.PolicyUnknown}}, none, false},
		{"a kind", verdict.Filter{Kinds: []snapshot.Kind{jobs}}, f, true},
		{"the kind of another group", verdict.Filter{Kinds: []snapshot.Kind{volcano}}, f, false},
		{"a status", verdict.Filter{Statuses: []verdict.Status{"Failed"}}, f, true},
		{"another status", verdict.Filter{Statuses: []verdict.Status{verdict.Present}}, f, false},
		{"labels", verdict.Filter{Labels: func(l map[string]string) bool { return l["app"] == "blog" }}, f, true},
		{"other labels", verdict.Filter{Labels: func(l map[string]string) bool { return l["app"] == "wiki" }}, f, false},
		{"older, since it ended", verdict.Filter{OlderThan: 3 * time.Hour}, f, false},
		{"older, since it was created and runs on", verdict.Filter{OlderThan: 3 * time.Hour}, running, true},
		{"newer, since it ended", verdict.Filter{NewerThan: 3 * time.Hour}, f, true},
		{"newer, since it was created and runs on", verdict.Filter{NewerThan: 3 * time.Hour}, running, false},
		{"between", verdict.Filter{OlderThan: time.Hour, NewerThan: 3 * time.Hour}, f, true},
		{"exactly as old", verdict.Filter{OlderThan: 2 * time.Hour}, f, false},
		{"older, of no known age", verdict.Filter{OlderThan: time.Hour}, ageless, false},
		{"newer, of no known age", verdict.Filter{NewerThan: time.Hour}, ageless, false},
		{"all must hold", verdict.Filter{Kinds: []snapshot.Kind{jobs}, Statuses: []verdict.Status{verdict.Present}}, f, false},
	} {
		tt.filter.Now = now
		if got := tt.filter.Includes(&tt.finding); got != tt.want {
			t.Errorf("%s: Includes = %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestEveryStatusCanBeAskedFor(t *testing.T) {
	seen := make(map[verdict.Status]bool)
	for _, s := range verdict.Statuses() {
		if s == "" || seen[s] {
			t.Errorf("status %q is empty or there twice", s)
		}
		seen[s] = true
	}
	for _, s := range []verdict.Status{verdict.Present, verdict.Absent, verdict.Terminating, verdict.StatusUnknown, "Running", "Failed"} {
		if !seen[s] {
			t.Errorf("status %q cannot be asked for", s)
		}
	}
}
