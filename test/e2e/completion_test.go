//go:build e2e

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
)

// TestCompletionThroughKubectl asks as a shell does: kubectl completes the plugin
// by the program that the plugin installs beside itself.
func TestCompletionThroughKubectl(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	binary, err := os.ReadFile(filepath.Join(stage.Dir, "kubectl-helmhooks"))
	if err != nil {
		t.Fatal(err)
	}
	self := filepath.Join(dir, "kubectl-helmhooks")
	if err := os.WriteFile(self, binary, 0o755); err != nil {
		t.Fatal(err)
	}
	if r := execute(t, stage.Cluster.Kubeconfig, self, "completion", "install"); r.code != 0 {
		t.Fatalf("completion install: %+v", r)
	}
	for _, tt := range []struct {
		args []string
		want []string
	}{
		{[]string{""}, []string{"ls", "snapshot", "version"}},
		{[]string{"ls", "-n", shop, ""}, []string{"blog", "wiki"}},
		{[]string{"ls", "-n", shop, "blog", ""}, []string{"wiki"}},
		{[]string{"ls", "-A", "guest"}, []string{"guestbook"}},
		{[]string{"ls", "--phase", "test,pre-"}, []string{"test,pre-install"}},
		{[]string{"ls", "--policy", ""}, []string{"BHC", "none", "unknown"}},
		{[]string{"ls", "--kind", ""}, []string{"jobs", "persistentvolumeclaims"}},
		{[]string{"ls", "-o", ""}, []string{"tree", "wide", "json"}},
	} {
		cmd := exec.CommandContext(t.Context(), filepath.Join(stage.Cluster.BinDir, "kubectl"),
			slices.Concat([]string{"__complete", "helmhooks"}, tt.args)...)
		path := strings.Join([]string{dir, stage.Cluster.BinDir, os.Getenv("PATH")}, string(os.PathListSeparator))
		cmd.Env = append(cluster.Env(), "KUBECONFIG="+stage.Cluster.Kubeconfig, "PATH="+path)
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("kubectl __complete helmhooks %q: %v", tt.args, err)
		}
		var got []string
		for line := range strings.Lines(string(out)) {
			word, _, _ := strings.Cut(strings.TrimSpace(line), "\t")
			got = append(got, word)
		}
		for _, want := range tt.want {
			if !slices.Contains(got, want) {
				t.Errorf("kubectl helmhooks %q and tab offers %q, want %q too", tt.args, got, want)
			}
		}
		if slices.Contains(tt.args, "blog") && slices.Contains(got, "blog") {
			t.Errorf("blog is offered twice: %q", got)
		}
	}
}
