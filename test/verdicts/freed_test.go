//go:build e2e

package verdicts

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
)

// freed runs the very command that why prints for a release that is stuck, as people
// paste it.
func freed(ctx context.Context, h *hand) error {
	why := exec.CommandContext(ctx, stage.Plugin, "why", h.release, "-n", h.Namespace, "--stale-after=1s")
	why.Env = append(cluster.Env(), "KUBECONFIG="+h.Kubeconfig)
	said, err := why.Output()
	if err != nil {
		return fmt.Errorf("why %s: %w\n%s", h.release, err, said)
	}
	command := regexp.MustCompile(`never ended; (helm .*) frees it`).FindSubmatch(said)
	if command == nil {
		return fmt.Errorf("why %s does not say that it is stuck:\n%s", h.release, said)
	}
	// Under its usual name.
	bin := filepath.Join(h.dir, "bin")
	if err := os.MkdirAll(bin, 0o700); err != nil {
		return err
	}
	if err := os.Symlink(h.Bin, filepath.Join(bin, "helm")); err != nil {
		return err
	}
	paste := exec.CommandContext(ctx, "sh", "-c", string(command[1]))
	paste.Env = h.Command(ctx).Env
	paste.Env = append(paste.Env, "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	if out, err := paste.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", command[1], err, out)
	}
	return nil
}
