//go:build e2e

package verdicts

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
)

// lookOtherwise asks for the same verdicts in other ways.
func lookOtherwise(ctx context.Context) error {
	stage.scoped = make(map[string]output)
	var mu sync.Mutex
	if err := eachHand(ctx, func(ctx context.Context, _ scene, h *hand) error {
		o, err := ls(ctx, append(whenLate.flags(), "-n", h.Namespace)...)
		mu.Lock()
		defer mu.Unlock()
		stage.scoped[h.Namespace] = o
		return err
	}); err != nil {
		return err
	}
	file := filepath.Join(stage.Dir, "snapshot.json")
	cmd := exec.CommandContext(ctx, stage.Plugin, "snapshot", file)
	cmd.Env = append(cluster.Env(), "KUBECONFIG="+stage.Cluster.Kubeconfig)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("snapshot: %w\n%s", err, out)
	}
	var err error
	stage.saved, err = ls(ctx, append(whenLate.flags(), "-A", "-f", file)...)
	return err
}

// seen is all that must not depend on the way.
type seen struct {
	Told                 told
	Attribution, Release string
	Status               string
}

func seenOf(f finding) seen {
	s := seen{Told: said(f), Status: f.Status.State}
	if f.Release != nil {
		s.Attribution, s.Release = f.Release.Attribution, f.Release.Namespace+"/"+f.Release.Name
	}
	return s
}

// byID are an output's findings, of one namespace or of all.
func (o output) byID(t *testing.T, namespace string) map[string]seen {
	t.Helper()
	found, err := o.findings()
	if err != nil {
		t.Fatal(err)
	}
	all := make(map[string]seen)
	for id, f := range found {
		if namespace == "" || f.Metadata.Namespace == namespace {
			all[id] = seenOf(f)
		}
	}
	return all
}

// TestScopeIsNoEvidence: who looks at one namespace is told the same of its objects as
// who looks at all.
func TestScopeIsNoEvidence(t *testing.T) {
	for _, s := range scenes() {
		for _, major := range s.helms {
			namespace := namespaceOf(s, major)
			t.Run(namespace, func(t *testing.T) {
				want := stage.judged[whenLate].byID(t, namespace)
				if diff := cmp.Diff(want, stage.scoped[namespace].byID(t, namespace)); diff != "" {
					t.Errorf("(-everywhere +here):\n%s", diff)
				}
			})
		}
	}
}

// TestSnapshotIsEvidenceEnough: a snapshot tells what its cluster told.
func TestSnapshotIsEvidenceEnough(t *testing.T) {
	want := stage.judged[whenLate].byID(t, "")
	if diff := cmp.Diff(want, stage.saved.byID(t, "")); diff != "" {
		t.Errorf("(-cluster +snapshot):\n%s", diff)
	}
	if len(want) < len(scenes()) {
		t.Errorf("only %d hook objects of %d scenes", len(want), len(scenes()))
	}
}
