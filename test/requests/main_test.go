//go:build e2e

package requests

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
)

var update = flag.Bool("update", false, "write the table in docs/performance.md anew")

// stage is the cluster, which nobody else uses: `ls -A` asks for all that is on it.
var stage struct {
	cluster *cluster.Cluster
	client  kubernetes.Interface
	plugin  string
}

func TestMain(m *testing.M) {
	flag.Parse()
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "requests:", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "helmhooks-requests-")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(dir)
	stage.plugin = filepath.Join(dir, "kubectl-helmhooks")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", stage.plugin, // as it is shipped
		"github.com/kubectl-helmhooks/kubectl-helmhooks/cmd/kubectl-helmhooks")
	if out, err := build.CombinedOutput(); err != nil {
		return 1, fmt.Errorf("build the plugin: %w\n%s", err, out)
	}
	if stage.cluster, err = cluster.Start(ctx, cluster.Options{}); err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, stage.cluster.Stop()) }()
	config := stage.cluster.Config()
	config.QPS, config.WarningHandler = -1, rest.NoWarnings{}
	stage.client = kubernetes.NewForConfigOrDie(config)
	return m.Run(), nil
}
