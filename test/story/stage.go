package story

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"

	"k8s.io/client-go/rest"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
)

// Stage is what the tests of a package need: a cluster, and the plugin.
type Stage struct {
	Cluster *cluster.Cluster
	// Dir is a directory that goes with the stage, and Plugin the binary in it, built from
	// this tree as it is shipped.
	Dir, Plugin string
	// Left is what has to end before the stage is torn down.
	Left sync.WaitGroup
}

// Perform sets a stage, has it prepared, runs the tests and tears the stage down. It
// returns the exit code for TestMain, and says on stderr what went wrong. The context ends
// with the tests.
func Perform(name string, tests interface{ Run() int }, prepare func(context.Context, *Stage) error) int {
	code, err := perform(name, tests, prepare)
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		return 1
	}
	return code
}

func perform(name string, tests interface{ Run() int }, prepare func(context.Context, *Stage) error) (code int, err error) {
	s := new(Stage)
	ctx, stop := context.WithCancel(context.Background())
	defer s.Left.Wait()
	defer stop()
	if s.Dir, err = os.MkdirTemp("", "helmhooks-"+name+"-"); err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(s.Dir)) }()
	if err := s.build(ctx); err != nil {
		return 1, err
	}
	if s.Cluster, err = cluster.Start(ctx, cluster.Options{}); err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, s.Cluster.Stop()) }()
	if err := prepare(ctx, s); err != nil {
		return 1, err
	}
	return tests.Run(), nil
}

func (s *Stage) build(ctx context.Context) error {
	s.Plugin = filepath.Join(s.Dir, "kubectl-helmhooks")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", s.Plugin,
		"github.com/kubectl-helmhooks/kubectl-helmhooks/cmd/kubectl-helmhooks")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build the plugin: %w\n%s", err, out)
	}
	return nil
}

// Config is the administrator's, without client-go's own brakes.
func (s *Stage) Config() *rest.Config {
	c := s.Cluster.Config()
	c.QPS = -1
	c.WarningHandler = rest.NoWarnings{} // about kinds that are listed because all are
	return c
}
