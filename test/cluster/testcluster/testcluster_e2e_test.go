//go:build e2e

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
)

// tool is the built command in a repository of its own, so that a cluster that
// somebody uses is left alone.
type tool struct {
	path, root string
}

func newTool(t *testing.T) tool {
	t.Helper()
	bin, err := cluster.DefaultBinDir()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(cluster.BinDirVariable, bin)
	tl := tool{path: filepath.Join(t.TempDir(), "testcluster"), root: t.TempDir()}
	if out, err := exec.Command("go", "build", "-o", tl.path, ".").CombinedOutput(); err != nil {
		t.Fatalf("%s: %v", out, err)
	}
	module := "module github.com/kubectl-helmhooks/kubectl-helmhooks\n"
	if err := os.WriteFile(filepath.Join(tl.root, "go.mod"), []byte(module), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tl.run(t, "down") })
	return tl
}

func (tl tool) run(t *testing.T, command string) string {
	t.Helper()
	cmd := exec.Command(tl.path, command)
	cmd.Dir = tl.root
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", command, err, out)
	}
	return string(out)
}

func (tl tool) state(t *testing.T) state {
	t.Helper()
	st, found, err := site{filepath.Join(tl.root, ".cache", "cluster")}.load()
	if err != nil || !found {
		t.Fatalf("state: %t, %v", found, err)
	}
	return st
}

func TestUpAndDownMayBeRepeated(t *testing.T) {
	tl := newTool(t)
	first := tl.run(t, "up")
	kubeconfig, ok := strings.CutPrefix(strings.SplitN(first, "\n", 2)[0], "export KUBECONFIG=")
	if !ok {
		t.Fatalf("printed %q", first)
	}
	if again := tl.run(t, "up"); again != first {
		t.Errorf("the second time it printed %q", again)
	}
	kubectl := exec.Command(filepath.Join(os.Getenv(cluster.BinDirVariable), "kubectl"), "--kubeconfig", kubeconfig, "get", "nodes", "-o", "name")
	kubectl.Env = cluster.Env()
	if out, err := kubectl.CombinedOutput(); err != nil || !bytes.Contains(out, []byte(cluster.NodeName)) {
		t.Errorf("kubectl: %s, %v", out, err)
	}
	if out := tl.run(t, "status"); !strings.Contains(out, "running: supervisor") {
		t.Errorf("status: %q", out)
	}
	st := tl.state(t)
	tl.run(t, "down")
	for name, id := range st.Components {
		if id.Alive() {
			t.Errorf("%s still runs", name)
		}
	}
	for _, command := range []string{"down", "status"} {
		if out := tl.run(t, command); out != "no test cluster is running\n" {
			t.Errorf("%s: %q", command, out)
		}
	}
}

func TestKilledSupervisorIsReplaced(t *testing.T) {
	tl := newTool(t)
	tl.run(t, "up")
	old := tl.state(t)
	if err := syscall.Kill(old.Supervisor.PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	for name, id := range old.Components {
		if !id.WaitGone(10 * time.Second) {
			t.Errorf("%s outlived its supervisor", name)
		}
	}
	tl.run(t, "up")
	if tl.state(t).Supervisor == old.Supervisor {
		t.Error("the state is still that of the killed supervisor")
	}
}

// A stale state whose number now belongs to somebody else must not get them killed.
func TestDownSparesStrangers(t *testing.T) {
	tl := newTool(t)
	stranger := exec.Command("sleep", "60")
	if err := stranger.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- stranger.Wait() }()
	defer stranger.Process.Kill()

	s := site{filepath.Join(tl.root, ".cache", "cluster")}
	if err := os.MkdirAll(s.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	var st state
	st.Supervisor.PID, st.Supervisor.Start = stranger.Process.Pid, "long ago"
	if err := s.save(st); err != nil {
		t.Fatal(err)
	}
	tl.run(t, "down")
	select {
	case err := <-ended:
		t.Errorf("the stranger was ended: %v", err)
	case <-time.After(200 * time.Millisecond):
	}
}
