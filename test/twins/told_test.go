//go:build e2e

package twins

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/story"
)

// told holds that Helm tells the same of a life's releases in the end, in both twins.
func (p *pair) told(ctx context.Context) error {
	for _, other := range []bool{false, true} {
		for _, args := range [][]string{{"status"}, {"get", "hooks"}, {"get", "manifest"}} {
			var says [2]string
			var ok [2]bool
			for i, t := range []*twin{p.plain, p.pruned} {
				out, err := t.ask(ctx, other, args...)
				says[i], ok[i] = t.plain(out), err == nil
			}
			same := args[0] == "status" || says[0] == says[1] // a status has times
			if ok[0] != ok[1] || !same {
				p.faults = append(p.faults, fault{"told", fmt.Sprintf("helm %v: without prune %s\nwith prune %s", args, says[0], says[1])})
			}
		}
	}
	return ctx.Err()
}

// ask has Helm tell something of a release.
func (t *twin) ask(ctx context.Context, other bool, args ...string) (string, error) {
	h := story.NewHelm(3, stage.cluster.BinDir, stage.cluster.Kubeconfig, t.of(other), filepath.Join(stage.dir, "helm"))
	h.Env = t.env()
	out, err := h.Command(ctx, append(args, t.release(other))...).CombinedOutput()
	return string(out), err
}
