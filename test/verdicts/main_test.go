//go:build e2e

package verdicts

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
)

// stage is what all tests look at: a cluster on which the scenes were played, and
// what the plugin said of it. TestMain sets it, and the tests only read.
var stage struct {
	cluster *cluster.Cluster
	// plugin is the binary, built from this tree.
	plugin string
	dir    string
	// shown is what ls showed without thresholds, by the names of judgings.
	shown map[judging]output
	// judged is what it said with those of the judging.
	judged map[judging]output
	// scoped is what it said of each scene's namespace alone, and saved what it said of
	// a snapshot, both at the late judging.
	scoped map[string]output
	saved  output
	// reader is what it said to who may only read, and tenants what it said to who may
	// only read one scene's namespace, by namespace; both at the late judging.
	reader  output
	tenants map[string]output
	// after is how what happened next went, by namespace; nil is well.
	after map[string]error
	// left are the Helms that still wait for a hook.
	left sync.WaitGroup
}

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "verdicts:", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	ctx, stop := context.WithCancel(context.Background())
	// Whoever is still waiting for a hook when the tests are over is killed.
	defer stage.left.Wait()
	defer stop()
	if stage.dir, err = os.MkdirTemp("", "helmhooks-verdicts-"); err != nil {
		return 1, err
	}
	defer os.RemoveAll(stage.dir)
	stage.plugin = filepath.Join(stage.dir, "kubectl-helmhooks")
	build := exec.CommandContext(ctx, "go", "build", "-o", stage.plugin,
		"github.com/kubectl-helmhooks/kubectl-helmhooks/cmd/kubectl-helmhooks")
	if out, err := build.CombinedOutput(); err != nil {
		return 1, fmt.Errorf("build the plugin: %w\n%s", err, out)
	}
	if stage.cluster, err = cluster.Start(ctx, cluster.Options{}); err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, stage.cluster.Stop()) }()
	if err := playAndJudge(ctx); err != nil {
		return 1, err
	}
	return m.Run(), nil
}
