//go:build e2e

package cluster_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster/internal/procid"
)

// childVariable holds the data directory of a test process that only starts a
// cluster and waits to be killed.
const childVariable = "HELMHOOKS_TEST_CHILD"

func runChild() int { //nolint:unparam // an exit code
	c, err := cluster.Start(context.Background(), cluster.Options{Dir: os.Getenv(childVariable)})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if err := json.NewEncoder(os.Stdout).Encode(c.Processes()); err != nil {
		return 1
	}
	// Work the scheduler of the runtime: it must not end the thread that forked.
	for {
		runtime.GC()
		time.Sleep(10 * time.Millisecond)
	}
}

func identities(t *testing.T, processes []cluster.Process) map[string]procid.ID {
	t.Helper()
	ids := map[string]procid.ID{}
	for _, p := range processes {
		id, err := procid.Of(p.PID)
		if err != nil {
			t.Fatalf("%s does not run: %v", p.Name, err)
		}
		ids[p.Name] = id
	}
	if len(ids) != 5 {
		t.Fatalf("processes %v", processes)
	}
	return ids
}

func TestKilledParentLeavesNothing(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux has a death signal")
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childVariable+"="+filepath.Join(t.TempDir(), "data"))
	cmd.Stderr = os.Stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	defer cmd.Process.Kill()

	var processes []cluster.Process
	if err := json.NewDecoder(bufio.NewReader(stdout)).Decode(&processes); err != nil {
		t.Fatal(err)
	}
	ids := identities(t, processes)
	time.Sleep(3 * time.Second)
	for name, id := range ids {
		if !id.Alive() {
			t.Errorf("%s ended while its parent lived", name)
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for name, id := range ids {
		if !id.WaitGone(10 * time.Second) {
			t.Errorf("%s (pid %d) outlived its parent", name, id.PID)
		}
	}
}

func TestStopEndsEverythingAndMayBeRepeated(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	c, err := cluster.Start(t.Context(), cluster.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	ids := identities(t, c.Processes())
	for range 2 {
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
	}
	for name, id := range ids {
		if id.Alive() {
			t.Errorf("%s still runs", name)
		}
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the data directory is still there: %v", err)
	}
}

func TestWaitNamesAComponentThatEnded(t *testing.T) {
	c, err := cluster.Start(t.Context(), cluster.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Stop() }()
	for _, p := range c.Processes() {
		if p.Name == "kwok" {
			process, err := os.FindProcess(p.PID)
			if err != nil {
				t.Fatal(err)
			}
			if err := process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := c.Wait(ctx); err == nil || !strings.Contains(err.Error(), "kwok: ended unexpectedly") {
		t.Errorf("got %v", err)
	}
}
