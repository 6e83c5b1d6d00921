// Command testcluster keeps a test cluster running for a demo or for trying
// things out. Its state is in .cache/cluster of the repository.
//
//	go run ./test/cluster/testcluster up      # start it, print how to use it
//	go run ./test/cluster/testcluster status
//	go run ./test/cluster/testcluster down    # stop it
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "testcluster:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	if len(args) != 1 {
		return errors.New("usage: testcluster up|down|status")
	}
	root, err := cluster.RepositoryRoot()
	if err != nil {
		return err
	}
	s := site{dir: filepath.Join(root, ".cache", "cluster")}
	switch args[0] {
	case "up":
		return s.locked(ctx, func() error { return up(ctx, s, out) })
	case "down":
		return s.locked(ctx, func() error { return down(s, out) })
	case "status":
		return status(s, out)
	case superviseCommand:
		return supervise(ctx, s)
	}
	return fmt.Errorf("unknown command %q; there are up, down and status", args[0])
}
