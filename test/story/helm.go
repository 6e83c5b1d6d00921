// Package story plays what the charts in testdata tell, with the real Helm:
// for end-to-end tests and for the demo.
package story

import (
	"context"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
)

// Helm is a Helm binary, aimed at a cluster and a namespace.
type Helm struct {
	// Major is 3 or 4.
	Major int
	// Bin is the path of the binary.
	Bin        string
	Kubeconfig string
	Namespace  string
	// Home is a directory for Helm's own files, so that it does not use the
	// developer's.
	Home string
	// Env is added to the environment, such as HELM_DRIVER=configmap.
	Env []string
	// Log, if set, is told each command as a person would type it.
	Log io.Writer
}

// NewHelm returns the Helm of a major version, 3 or 4, among the cluster's programs.
func NewHelm(major int, binDir, kubeconfig, namespace, home string) Helm {
	return Helm{
		Major:      major,
		Bin:        filepath.Join(binDir, fmt.Sprintf("helm%d", major)),
		Kubeconfig: kubeconfig,
		Namespace:  namespace,
		Home:       home,
	}
}

// Command is the command that Run runs, for those who want to kill it.
func (h Helm) Command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, h.Bin, append(args, "--namespace", h.Namespace)...)
	cmd.Env = append(cluster.Env(),
		"KUBECONFIG="+h.Kubeconfig,
		"HELM_CACHE_HOME="+filepath.Join(h.Home, "cache"),
		"HELM_CONFIG_HOME="+filepath.Join(h.Home, "config"),
		"HELM_DATA_HOME="+filepath.Join(h.Home, "data"),
	)
	cmd.Env = append(cmd.Env, h.Env...)
	return cmd
}

// Run runs Helm. An error holds all that Helm said.
func (h Helm) Run(ctx context.Context, args ...string) error {
	if h.Log != nil {
		line := fmt.Sprintf("$ helm%d %s -n %s\n", h.Major, strings.Join(args, " "), h.Namespace)
		if root, err := cluster.RepositoryRoot(); err == nil {
			line = strings.ReplaceAll(line, root+string(filepath.Separator), "")
		}
		fmt.Fprint(h.Log, line)
	}
	out, err := h.Command(ctx, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("helm%d %s: %w\n%s", h.Major, strings.Join(args, " "), err, out)
	}
	return nil
}

// Steps runs several commands, and stops at the first that fails.
func (h Helm) Steps(ctx context.Context, steps ...[]string) error {
	for _, args := range steps {
		if err := h.Run(ctx, args...); err != nil {
			return err
		}
	}
	return nil
}
