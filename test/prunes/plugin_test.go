//go:build e2e

package prunes

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os/exec"
	"testing"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
)

// result is what a run of the plugin left.
type result struct {
	stdout, stderr string
	code           int
}

// command is a run of the plugin that has not begun.
func command(ctx context.Context, kubeconfig string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, stage.Plugin, args...)
	cmd.Env = append(cluster.Env(), "KUBECONFIG="+kubeconfig)
	return cmd
}

// started is a run of the plugin that may not have ended.
type started struct {
	cmd            *exec.Cmd
	stdout, stderr bytes.Buffer
}

func start(t *testing.T, kubeconfig string, args ...string) *started {
	t.Helper()
	s := &started{cmd: command(t.Context(), kubeconfig, args...)}
	s.cmd.Stdout, s.cmd.Stderr = &s.stdout, &s.stderr
	must(t, s.cmd.Start())
	return s
}

// wait returns how it ended; one that a signal killed has code -1.
func (s *started) wait(t *testing.T) result {
	t.Helper()
	err := s.cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return result{s.stdout.String(), s.stderr.String(), s.cmd.ProcessState.ExitCode()}
}

// through runs the plugin against the server that the kubeconfig names.
func through(t *testing.T, kubeconfig string, args ...string) result {
	t.Helper()
	return start(t, kubeconfig, args...).wait(t)
}

func plugin(t *testing.T, args ...string) result {
	t.Helper()
	return through(t, stage.Cluster.Kubeconfig, args...)
}

// eager are the flags of a prune for which nothing is too young, and no operation
// still under way.
func eager(namespace string, more ...string) []string {
	return append([]string{"prune", "-n", namespace, "--yes", "--min-age=0s", "--stale-after=1s", "-o", "json"}, more...)
}

// liftable are all guards that --allow takes.
func liftable() string {
	var list []byte
	for _, g := range verdict.Guards() {
		if g.Liftable() {
			list = append(append(list, g...), ',')
		}
	}
	return string(bytes.TrimSuffix(list, []byte(",")))
}

// exits fails the test unless the run ended with that code.
func (r result) exits(t *testing.T, code int) result {
	t.Helper()
	if r.code != code {
		t.Fatalf("exit code %d, want %d\nstdout: %s\nstderr: %s", r.code, code, r.stdout, r.stderr)
	}
	return r
}

// outcomes are those of a report, by kind/name. Where nothing was planned there is a
// plan instead, with no items.
func (r result) outcomes(t *testing.T) map[string]string {
	t.Helper()
	var report struct {
		Kind  string
		Items []struct{ Kind, Name, Outcome, Why string }
	}
	if err := json.Unmarshal([]byte(r.stdout), &report); err != nil {
		t.Fatalf("%v: %+v", err, r)
	}
	if report.Kind == "PrunePlan" && len(report.Items) > 0 {
		t.Fatalf("a plan was made and not carried out: %s", r.stdout)
	}
	found := make(map[string]string)
	for _, i := range report.Items {
		found[i.Kind+"/"+i.Name] = i.Outcome
	}
	return found
}

// allAre holds that so many objects had that outcome, and no others were planned.
func (r result) allAre(t *testing.T, n int, outcomes ...string) {
	t.Helper()
	got := r.outcomes(t)
	wanted := make(map[string]bool)
	for _, o := range outcomes {
		wanted[o] = true
	}
	for name, o := range got {
		if !wanted[o] {
			t.Errorf("%s was %q, want one of %q", name, o, outcomes)
		}
	}
	if len(got) != n {
		t.Errorf("%d objects were planned, want %d: %v\n%s", len(got), n, got, r.stderr)
	}
}
