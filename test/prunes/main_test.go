//go:build e2e

package prunes

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"golang.org/x/sync/errgroup"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
)

// stage is the cluster that all tests share. Those that compare everything on it run
// one after the other, before those that run side by side in namespaces of their own.
var stage struct {
	cluster *cluster.Cluster
	client  kubernetes.Interface
	// plugin is the binary, built from this tree.
	plugin string
	dir    string
}

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "prunes:", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	ctx := context.Background()
	if stage.dir, err = os.MkdirTemp("", "helmhooks-prunes-"); err != nil {
		return 1, err
	}
	defer os.RemoveAll(stage.dir)
	stage.plugin = filepath.Join(stage.dir, "kubectl-helmhooks")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", stage.plugin, // as it is shipped
		"github.com/kubectl-helmhooks/kubectl-helmhooks/cmd/kubectl-helmhooks")
	if out, err := build.CombinedOutput(); err != nil {
		return 1, fmt.Errorf("build the plugin: %w\n%s", err, out)
	}
	if stage.cluster, err = cluster.Start(ctx, cluster.Options{}); err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, stage.cluster.Stop()) }()
	stage.client = kubernetes.NewForConfigOrDie(config())
	return m.Run(), nil
}

// config is the administrator's, without client-go's own brakes.
func config() *rest.Config {
	c := stage.cluster.Config()
	c.QPS = -1
	c.WarningHandler = rest.NoWarnings{} // about kinds that are listed because all are
	return c
}

// playGuards plays what the guards are to look at, most of it waiting for pods.
func playGuards(ctx context.Context) error {
	g, playing := errgroup.WithContext(ctx)
	g.SetLimit(6)
	for _, c := range guardCases() {
		for _, major := range []int{3, 4} {
			g.Go(func() error {
				p := newPlayer(major, c.namespace(major))
				if err := p.makeNamespace(playing); err != nil {
					return err
				}
				if err := c.play(playing, p); err != nil {
					return fmt.Errorf("scene of guard %s: %w", p.Namespace, err)
				}
				return nil
			})
		}
	}
	return g.Wait()
}
