// Command demo shows the plugin on a real cluster: it starts one, plays two
// charts with the real Helm, lists what their hooks have left, and cleans up.
//
//	demo -bin DIR [-keep]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sync/errgroup"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/story"
)

func main() {
	bin := flag.String("bin", "", "directory of the built plugin")
	keep := flag.Bool("keep", false, "keep the cluster until interrupted")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Stdout, *bin, *keep)
	interrupted := ctx.Err() != nil
	stop()
	if err != nil && !interrupted {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, bin string, keep bool) (err error) {
	bin, err = filepath.Abs(bin)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "Starting a cluster: etcd, API server, controllers, scheduler and one fake node …")
	c, err := cluster.Start(ctx, cluster.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Stop()) }()

	if err := play(ctx, out, c); err != nil {
		return err
	}
	path := strings.Join([]string{bin, c.BinDir, os.Getenv("PATH")}, string(os.PathListSeparator))
	fmt.Fprintln(out, "\n$ kubectl helmhooks ls -A")
	if err := kubectl(ctx, out, c, path, "helmhooks", "ls", "-A"); err != nil {
		return err
	}
	return goOn(ctx, out, c, bin, keep)
}

// play runs both stories at once, each Helm in a namespace of its own.
func play(ctx context.Context, out io.Writer, c *cluster.Cluster) error {
	for _, ns := range []string{"shop", "lab", "lab-shared"} {
		if err := kubectl(ctx, io.Discard, c, c.BinDir, "create", "namespace", ns); err != nil {
			return err
		}
	}
	home := filepath.Join(c.Dir, "helm")
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		h := story.NewHelm(4, c.BinDir, c.Kubeconfig, "shop", home)
		h.Log = out
		return story.Guestbook(ctx, h, "guestbook")
	})
	g.Go(func() error {
		h := story.NewHelm(3, c.BinDir, c.Kubeconfig, "lab", home)
		h.Log = out
		return story.Everyhook(ctx, h, "everyhook", "otherNamespace=lab-shared", "generateName=true")
	})
	return g.Wait()
}

func kubectl(ctx context.Context, out io.Writer, c *cluster.Cluster, path string, args ...string) error {
	cmd := exec.CommandContext(ctx, filepath.Join(c.BinDir, "kubectl"), args...)
	cmd.Env = append(cluster.Env(), "KUBECONFIG="+c.Kubeconfig, "PATH="+path)
	cmd.Stdout, cmd.Stderr = out, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("kubectl %s: %w", strings.Join(args, " "), err)
	}
	return nil
}

// goOn tells how to go on playing, and waits if the cluster is to be kept.
func goOn(ctx context.Context, out io.Writer, c *cluster.Cluster, bin string, keep bool) error {
	if !keep {
		fmt.Fprintln(out, "\nTo go on playing: make demo KEEP=1 keeps this cluster until you press Ctrl-C.")
		return nil
	}
	fmt.Fprintf(out, `
To go on playing, in another terminal:

  export KUBECONFIG=%s
  export PATH=%s:%s:$PATH
  kubectl helmhooks ls -n shop -o wide
  helm4 upgrade guestbook testdata/charts/guestbook -n shop    # leaves one more backup
  helm3 uninstall everyhook -n lab; kubectl helmhooks ls -n lab

Ctrl-C here stops the cluster and removes it.
`, c.Kubeconfig, bin, c.BinDir)
	return c.Wait(ctx)
}
