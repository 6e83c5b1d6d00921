package verdict_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// worker is a hook Job that blog has in the namespace yard, and its declaration.
func worker(changes ...func(*snapshot.Object)) (snapshot.Object, release.Hook) {
	o := made("Job", "worker", "pre-upgrade", changes...)
	h := declaring(o)
	h.Objects[0].Namespace, o.Namespace = "yard", "yard"
	return o, h
}

// TestRunsElsewhere: where one namespace is read, what a release's Jobs and Pods in others
// may still need is no orphan.
func TestRunsElsewhere(t *testing.T) {
	plan := account(policy("hook-succeeded"))
	running, declared := worker(ran(snapshot.RunRunning))
	finished, _ := worker()
	bare, _ := worker(ran(snapshot.RunRunning), unannotated)
	copied, _ := worker(ran(snapshot.RunRunning), controlled)
	stateless, _ := worker(func(o *snapshot.Object) { o.Run = nil })
	current := declare(2, release.StatusDeployed, declaring(plan), declared)
	older := []snapshot.Record{declare(2, release.StatusDeployed, declaring(plan)), declare(1, release.StatusSuperseded, declared)}
	known := snapshot.DeclaredRun{Kind: "Job", Namespace: "yard", Name: "worker"}
	missed, still, hidden := verdict.ReasonPolicyMissed, verdict.ReasonHookStillRunning, verdict.ReasonIncompleteEvidence
	for _, tt := range []struct {
		name    string
		records []snapshot.Record
		run     snapshot.KnownRun
		want    verdict.Reason
	}{
		{"it runs", []snapshot.Record{current}, snapshot.KnownRun{DeclaredRun: known, Objects: objects(running)}, still},
		{"it runs since an older revision", older, snapshot.KnownRun{DeclaredRun: known, Objects: objects(running)}, still},
		{"it runs, and bears no annotation", []snapshot.Record{current}, snapshot.KnownRun{DeclaredRun: known, Objects: objects(bare)}, still},
		{"nobody knows its state", []snapshot.Record{current}, snapshot.KnownRun{DeclaredRun: known, Objects: objects(stateless)}, still},
		{"one of two runs", []snapshot.Record{current}, snapshot.KnownRun{DeclaredRun: known, Objects: objects(finished, running)}, still},
		{"it has finished", []snapshot.Record{current}, snapshot.KnownRun{DeclaredRun: known, Objects: objects(finished)}, missed},
		{"a controller has copied it", []snapshot.Record{current}, snapshot.KnownRun{DeclaredRun: known, Objects: objects(copied)}, missed},
		{"it is not there", []snapshot.Record{current}, snapshot.KnownRun{DeclaredRun: known}, missed},
		{"it may not be read", []snapshot.Record{current}, snapshot.KnownRun{DeclaredRun: known, Gap: &snapshot.Gap{What: "it", Why: "test", Namespace: "yard"}}, hidden},
		{"it may not be read, of an older revision", older, snapshot.KnownRun{DeclaredRun: known, Gap: &snapshot.Gap{What: "it", Why: "test", Namespace: "yard"}}, hidden},
	} {
		s := only(plan, tt.records...)
		s.Namespace, s.Namespaces = "shop", []string{"shop"}
		if _, lacks := verdict.Judge(complete(s), verdict.Options{}); !cmp.Equal(lacks.Runs, []snapshot.DeclaredRun{known}) {
			t.Errorf("%s: before it is read it lacks %+v", tt.name, describe(lacks))
		}
		s.Runs = []snapshot.KnownRun{tt.run}
		f := judgedFirst(t, s, verdict.Options{})
		if f.Reason != tt.want || (f.Evidence.Unfinished != nil) != (tt.want == still) {
			t.Errorf("%s: %s, still running: %v", tt.name, f.Reason, f.Evidence.Unfinished)
		}
	}
}

// TestRunsThatNobodyAsksFor: only what supports waits for others, and only what was not
// listed has to be looked for.
func TestRunsThatNobodyAsksFor(t *testing.T) {
	plan := account(policy("hook-succeeded"))
	running, declared := worker(ran(snapshot.RunRunning))
	kept := account(policy("keep"))
	one := func(s *snapshot.Snapshot) { s.Namespace, s.Namespaces = "shop", []string{"shop"} }
	for _, tt := range []struct {
		name string
		snap snapshot.Snapshot
		want verdict.Reason
	}{
		{"it runs itself", also(only(seed(), declare(1, release.StatusDeployed, declaring(seed()), declared)), one), verdict.ReasonNoDeletePolicy},
		{"it is no orphan", also(only(kept, declare(1, release.StatusDeployed, declaring(kept), declared)), one), verdict.ReasonAuthorKeeps},
		{"it was asked for", also(only(plan, declare(1, release.StatusDeployed, declaring(plan), declared)), func(s *snapshot.Snapshot) {
			one(s)
			s.Objects = append(s.Objects, running)
		}), verdict.ReasonHookStillRunning},
		{"it was asked for, and is not there", also(only(plan, declare(1, release.StatusDeployed, declaring(plan), declared)), func(s *snapshot.Snapshot) {
			one(s)
			s.Missing = []snapshot.Missing{{Group: "batch", Kind: "Job", Namespace: "yard", Name: "worker"}}
		}), verdict.ReasonPolicyMissed},
	} {
		if f := judgedFirst(t, tt.snap, verdict.Options{}); f.Reason != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, f.Reason, tt.want)
		}
	}
}

// TestRunsInAllNamespaces: where all are read, a namespace that could not be hides what
// runs there, and a List's child that runs counts as it does where it is asked for.
func TestRunsInAllNamespaces(t *testing.T) {
	plan := account(policy("hook-succeeded"))
	bare, declared := worker(ran(snapshot.RunRunning), unannotated)
	jobs := &snapshot.Kind{Group: "batch", Version: "v1", Kind: "Job", Resource: "jobs", Namespaced: true}
	for _, tt := range []struct {
		name string
		gap  snapshot.Gap
		more []snapshot.Object
		want verdict.Reason
	}{
		{"Jobs there", snapshot.Gap{Namespace: "yard", Kind: jobs}, nil, verdict.ReasonIncompleteEvidence},
		{"everything there", snapshot.Gap{Namespace: "yard", Everything: true}, nil, verdict.ReasonIncompleteEvidence},
		{"Jobs in another namespace", snapshot.Gap{Namespace: "hall", Kind: jobs}, nil, verdict.ReasonPolicyMissed},
		{"nothing", snapshot.Gap{}, objects(bare), verdict.ReasonHookStillRunning},
	} {
		s := only(plan, declare(1, release.StatusDeployed, declaring(plan), declared))
		s.Objects, s.Gaps = append(s.Objects, tt.more...), []snapshot.Gap{tt.gap}
		if f := judgedFirst(t, s, verdict.Options{}); f.Reason != tt.want {
			t.Errorf("unread is %s: %s, want %s", tt.name, f.Reason, tt.want)
		}
	}
}
