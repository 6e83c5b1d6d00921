//go:build e2e

package cron

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
)

// stage is the cluster that all tests share, one after the other.
var stage struct {
	cluster *cluster.Cluster
	client  kubernetes.Interface
	// bin holds the plugin, built from this tree.
	bin string
}

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "cron:", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	ctx := context.Background()
	if stage.bin, err = os.MkdirTemp("", "helmhooks-cron-"); err != nil {
		return 1, err
	}
	defer os.RemoveAll(stage.bin)
	build := exec.CommandContext(ctx, "go", "build", "-o", filepath.Join(stage.bin, "kubectl-helmhooks"),
		"github.com/kubectl-helmhooks/kubectl-helmhooks/cmd/kubectl-helmhooks")
	if out, err := build.CombinedOutput(); err != nil {
		return 1, fmt.Errorf("build the plugin: %w\n%s", err, out)
	}
	if stage.cluster, err = cluster.Start(ctx, cluster.Options{}); err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, stage.cluster.Stop()) }()
	stage.client = kubernetes.NewForConfigOrDie(config())
	if err := play(ctx); err != nil {
		return 1, err
	}
	return m.Run(), nil
}

// config is the administrator's, without client-go's own brakes.
func config() *rest.Config {
	c := stage.cluster.Config()
	c.QPS = -1
	c.WarningHandler = rest.NoWarnings{}
	return c
}
