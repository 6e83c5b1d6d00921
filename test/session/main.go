// Command session records what a terminal shows while the plugin is used on a real
// cluster, as an SVG that plays by itself.
//
//	session -bin DIR -out FILE.svg
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/story"
)

func main() {
	bin := flag.String("bin", "", "directory of the built plugin")
	out := flag.String("out", "", "the file to write")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, *bin, *out)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "session:", err)
		os.Exit(1)
	}
}

// shown is what is typed, one after the other; answers follow questions.
func shown() []step {
	return []step{
		{typed: "kubectl helmhooks ls -n shop", look: 5 * time.Second},
		{typed: "kubectl helmhooks why pvc/guestbook-redis-backup-2 -n shop", look: 9 * time.Second},
		{typed: "helm3 uninstall everyhook -n lab", look: 3 * time.Second},
		{typed: "kubectl helmhooks ls -n lab", look: 7 * time.Second},
		{typed: "kubectl helmhooks prune -n lab --min-age=0s", answer: "y\n", look: 7 * time.Second},
		{typed: "kubectl helmhooks ls -n lab", look: 5 * time.Second},
	}
}

func run(ctx context.Context, bin, out string) (err error) {
	if bin, err = filepath.Abs(bin); err != nil {
		return err
	}
	c, err := cluster.Start(ctx, cluster.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Stop()) }()
	if err := play(ctx, c); err != nil {
		return err
	}
	path := strings.Join([]string{bin, c.BinDir, os.Getenv("PATH")}, string(os.PathListSeparator))
	t := &terminal{env: append(cluster.Env(), "KUBECONFIG="+c.Kubeconfig, "PATH="+path, "TERM=xterm-256color")}
	for _, s := range shown() {
		if err := t.run(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", s.typed, err)
		}
	}
	return os.WriteFile(out, []byte(draw(t.frames)), 0o644)
}

// play has charts leave their hooks behind.
func play(ctx context.Context, c *cluster.Cluster) error {
	for _, namespace := range []string{"shop", "lab", "lab-shared"} {
		create := exec.CommandContext(ctx, filepath.Join(c.BinDir, "kubectl"), "--kubeconfig", c.Kubeconfig, "create", "namespace", namespace)
		if text, err := create.CombinedOutput(); err != nil {
			return fmt.Errorf("%w: %s", err, text)
		}
	}
	home := filepath.Join(c.Dir, "helm")
	if err := story.Guestbook(ctx, story.NewHelm(4, c.BinDir, c.Kubeconfig, "shop", home), "guestbook"); err != nil {
		return err
	}
	return story.Everyhook(ctx, story.NewHelm(3, c.BinDir, c.Kubeconfig, "lab", home), "everyhook", "otherNamespace=lab-shared")
}
