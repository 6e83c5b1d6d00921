//go:build e2e

package twins

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/story"
)

// told holds that Helm tells the same of a life's releases in the end, in both twins.
func (p *pair) told(ctx context.Context, s *script) error {
	for _, other := range []bool{false, true} {
		if !slices.ContainsFunc(s.Ops, func(o op) bool { return o.Do != doPrune && o.Other == other }) {
			continue
		}
		var g errgroup.Group
		var status, hooks [2]string
		for i, t := range []*twin{p.plain, p.pruned} {
			g.Go(func() error { status[i], _ = t.ask(ctx, other, "status"); return nil })
			g.Go(func() error { _, hooks[i] = t.ask(ctx, other, "get", "hooks"); return nil })
		}
		if err := g.Wait(); err != nil {
			return err
		}
		if status[0] != status[1] || hooks[0] != hooks[1] {
			p.faults = append(p.faults, fault{"told", fmt.Sprintf("without prune %s\n%s\nwith prune %s\n%s", status[0], hooks[0], status[1], hooks[1])})
		}
	}
	return ctx.Err()
}

// ask has Helm tell something of a release: how that ended, and what it said.
func (t *twin) ask(ctx context.Context, other bool, args ...string) (ended, said string) {
	h := story.NewHelm(3, stage.Cluster.BinDir, stage.Cluster.Kubeconfig, t.of(other), filepath.Join(stage.Dir, "helm"))
	h.Env = t.env()
	out, err := h.Command(ctx, append(args, t.release(other))...).CombinedOutput()
	return fmt.Sprint(err), t.plain(string(out))
}
