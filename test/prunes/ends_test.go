//go:build e2e

package prunes

import (
	"os"
	"strings"
	"testing"
	"time"
)

// TestHeld: an object that a finalizer holds is told of when the time is up, and keeps
// its finalizer.
func TestHeld(t *testing.T) {
	t.Parallel()
	const namespace, finalizer = "held", "helmhooks.test/stays"
	n := orphans(t, namespace, 1)
	kubectl(t, namespace, "patch", "configmap", "left-0", "--type=merge", "-p", `{"metadata":{"finalizers":["`+finalizer+`"]}}`)
	began := time.Now()
	r := plugin(t, eager(namespace, "--timeout=4s")...).exits(t, 1)
	if took := time.Since(began); took < 3*time.Second || took > 7*time.Second {
		t.Errorf("it took %s with --timeout=4s", took)
	}
	if got := r.outcomes(t); got["ConfigMap/left-0"] != "held" || got["ServiceAccount/left-0"] != "deleted" || len(got) != n {
		t.Errorf("outcomes %v", got)
	}
	if !strings.Contains(r.stdout, "finalizer "+finalizer+" holds it") {
		t.Errorf("the finalizer is not named: %s", r.stdout)
	}
	if f := kubectl(t, namespace, "get", "configmap", "left-0", "-o", "jsonpath={.metadata.finalizers[0]} {.metadata.deletionTimestamp}"); !strings.HasPrefix(f, finalizer+" 2") {
		t.Errorf("finalizer and deletion: %q", f)
	}
	// It is on its way, and nobody waits for it again.
	plugin(t, eager(namespace)...).exits(t, 0).allAre(t, 0)
	kubectl(t, namespace, "patch", "configmap", "left-0", "--type=merge", "-p", `{"metadata":{"finalizers":null}}`)
	wantLeft(t, namespace, 0)

	// Without --wait nobody looks.
	makeConfigMap(t, namespace, "left-1")
	kubectl(t, namespace, "patch", "configmap", "left-1", "--type=merge", "-p", `{"metadata":{"finalizers":["`+finalizer+`"]}}`)
	plugin(t, eager(namespace, "--wait=false")...).exits(t, 0).allAre(t, 1, "deleted")
	kubectl(t, namespace, "patch", "configmap", "left-1", "--type=merge", "-p", `{"metadata":{"finalizers":null}}`)
}

// TestInterrupted: Ctrl-C in the middle finishes what is under way and begins nothing
// else, and says how far it came.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	const namespace = "interrupted"
	n := orphans(t, namespace, 5)
	g := newGate(deletionOf("jobs")) // which goes before what it may have used
	p := front(t, g.interfere)
	s := start(t, p.kubeconfig, eager(namespace)...)
	<-g.reached
	must(t, s.cmd.Process.Signal(os.Interrupt))
	time.Sleep(200 * time.Millisecond) // nothing shows that a signal has arrived
	close(g.opened)
	r := s.wait(t).exits(t, 130)
	got := r.outcomes(t)
	for name, o := range got {
		want := "not reached"
		if name == "Job/left" {
			want = "deleted"
		}
		if o != want {
			t.Errorf("%s was %q, want %q", name, o, want)
		}
	}
	if len(got) != n || !strings.Contains(r.stderr, "1 deleted, 10 not reached") {
		t.Errorf("%d outcomes, stderr %q", len(got), r.stderr)
	}
	wantLeft(t, namespace, n-1)
}

// TestInterruptedReading: Ctrl-C before anything is planned deletes nothing.
func TestInterruptedReading(t *testing.T) {
	t.Parallel()
	const namespace = "interrupted-reading"
	n := orphans(t, namespace, 1)
	g := newGate(lists("configmaps"))
	p := front(t, g.interfere)
	s := start(t, p.kubeconfig, eager(namespace)...)
	<-g.reached
	must(t, s.cmd.Process.Signal(os.Interrupt))
	s.wait(t).exits(t, 130)
	wantLeft(t, namespace, n)
}
