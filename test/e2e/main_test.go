//go:build e2e

package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
)

// stage is what all tests look at: a cluster on which the charts were played.
// TestMain sets it, and the tests only read.
var stage struct {
	cluster *cluster.Cluster
	// bin holds the plugin, built from this tree.
	bin string
	// lifecycles are what each Helm's whole life of a release looked like.
	lifecycles [5][]act
}

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "helmhooks-e2e-")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(dir)
	stage.bin = dir
	build := exec.CommandContext(ctx, "go", "build", "-o", filepath.Join(dir, "kubectl-helmhooks"),
		"github.com/kubectl-helmhooks/kubectl-helmhooks/cmd/kubectl-helmhooks")
	if out, err := build.CombinedOutput(); err != nil {
		return 1, fmt.Errorf("build the plugin: %w\n%s", err, out)
	}
	if stage.cluster, err = cluster.Start(ctx, cluster.Options{}); err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, stage.cluster.Stop()) }()
	if err := play(ctx); err != nil {
		return 1, err
	}
	return m.Run(), nil
}
