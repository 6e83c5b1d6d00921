//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/render"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
)

// result is what a run of a program left.
type result struct {
	stdout, stderr string
	code           int
}

// plugin runs the plugin as kubectl does, by its binary.
func plugin(t *testing.T, args ...string) result {
	t.Helper()
	return execute(t, stage.Cluster.Kubeconfig, pluginPath(), args...)
}

func pluginPath() string { return filepath.Join(stage.Dir, "kubectl-helmhooks") }

func execute(t *testing.T, kubeconfig, program string, args ...string) result {
	t.Helper()
	r, err := launch(t.Context(), kubeconfig, program, args...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func launch(ctx context.Context, kubeconfig, program string, args ...string) (result, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	path := strings.Join([]string{stage.Dir, stage.Cluster.BinDir, os.Getenv("PATH")}, string(os.PathListSeparator))
	cmd.Env = append(cluster.Env(), "KUBECONFIG="+kubeconfig, "PATH="+path)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return result{}, fmt.Errorf("%s: %w", program, err)
	}
	return result{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}, nil
}

// must fails the test unless the run ended well and said nothing on stderr.
func (r result) must(t *testing.T) result {
	t.Helper()
	if r.code != 0 || r.stderr != "" {
		t.Fatalf("exit code %d, stderr:\n%s", r.code, r.stderr)
	}
	return r
}

// closing is the line on stderr that ends each list for people.
var closing = regexp.MustCompile(`^\d+ hook objects?: (no orphans|\d+ orphans? \(\d+ could be pruned\))(, \d+ unknown)?(, \d+ will leak at uninstall)?\n$`)

// closed is as must, of a list for people: its closing line is all that stderr has.
func (r result) closed(t *testing.T) result {
	t.Helper()
	if r.code != 0 || !closing.MatchString(r.stderr) {
		t.Fatalf("exit code %d, stderr:\n%s", r.code, r.stderr)
	}
	return r
}

// list runs ls -o json.
func list(t *testing.T, args ...string) []render.HookObject {
	t.Helper()
	r := plugin(t, append([]string{"ls", "-o", "json"}, args...)...).must(t)
	var l render.HookObjectList
	if err := json.Unmarshal([]byte(r.stdout), &l); err != nil {
		t.Fatalf("ls -o json: %v\n%s", err, r.stdout)
	}
	if l.APIVersion != render.APIVersion || l.Kind != "HookObjectList" {
		t.Fatalf("ls -o json is a %s %s", l.APIVersion, l.Kind)
	}
	return l.Items
}

// id is kind/namespace/name.
func id(h render.HookObject) string {
	return strings.Join([]string{h.Object.Kind, h.Metadata.Namespace, h.Metadata.Name}, "/")
}

func ids(items []render.HookObject) []string {
	var out []string
	for _, h := range items {
		out = append(out, id(h))
	}
	return out
}
