//go:build e2e

package twins

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
)

// plugin runs the plugin in one of the twin's namespaces, and returns its exit code and what
// it printed.
func (t *twin) plugin(ctx context.Context, space string, args ...string) (stdout []byte, said string, code int, err error) {
	args = append(args, "-n", t.space(space), "--stale-after=1s", "-o", "json")
	cmd := exec.CommandContext(ctx, stage.Plugin, args...)
	cmd.Env = append(cluster.Env(), "KUBECONFIG="+stage.Cluster.Kubeconfig)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err = cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return nil, "", 0, err
	}
	return out.Bytes(), errs.String(), cmd.ProcessState.ExitCode(), ctx.Err()
}

// pruned is what became of an object in a prune.
type pruned struct{ Kind, Namespace, Name, Reason, Outcome, Why string }

// prune has the plugin delete what it deletes by default, or with flags, in each of the
// twin's namespaces. Named is what somebody names before.
func (t *twin) prune(ctx context.Context, flags []string, named map[string]bool) ([]pruned, error) {
	var deleted []pruned
	for _, space := range t.script.spaces() {
		out, said, code, err := t.plugin(ctx, space, append([]string{"prune", "--yes", "--min-age=0s"}, flags...)...)
		if err != nil {
			return nil, err
		}
		// 3 says that something could not be judged, and 1 that a deletion failed.
		if code != 0 && code != 3 {
			return nil, fmt.Errorf("prune ended with %d: %s%s", code, out, said)
		}
		var report struct{ Items []pruned }
		if err := json.Unmarshal(out, &report); err != nil {
			return nil, fmt.Errorf("prune printed %q: %w", out, err)
		}
		for _, i := range report.Items {
			if i.Outcome == "deleted" {
				t.deeds.note(t.key(i.Kind, i.Namespace, i.Name), i.Reason, named)
				deleted = append(deleted, i)
			}
		}
	}
	return deleted, nil
}
