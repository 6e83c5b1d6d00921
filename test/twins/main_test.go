//go:build e2e

package twins

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
)

// stage is the cluster that all lives are lived on. TestMain sets it, and the tests only
// read.
var stage struct {
	cluster *cluster.Cluster
	client  dynamic.Interface
	// plugin is the binary, built from this tree.
	plugin string
	dir    string
}

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "twins:", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	ctx := context.Background()
	if stage.dir, err = os.MkdirTemp("", "helmhooks-twins-"); err != nil {
		return 1, err
	}
	defer os.RemoveAll(stage.dir)
	stage.plugin = filepath.Join(stage.dir, "kubectl-helmhooks")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", stage.plugin,
		"github.com/kubectl-helmhooks/kubectl-helmhooks/cmd/kubectl-helmhooks")
	if out, err := build.CombinedOutput(); err != nil {
		return 1, fmt.Errorf("build the plugin: %w\n%s", err, out)
	}
	if stage.cluster, err = cluster.Start(ctx, cluster.Options{}); err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, stage.cluster.Stop()) }()
	stage.client = dynamic.NewForConfigOrDie(config())
	return m.Run(), nil
}

// config is the administrator's, without client-go's own brakes.
func config() *rest.Config {
	c := stage.cluster.Config()
	c.QPS = -1
	c.WarningHandler = rest.NoWarnings{}
	return c
}
