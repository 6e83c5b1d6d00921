//go:build e2e

package twins

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
)

// TestShellScript: the shell script of a life does what the life did, also where the
// pruned twin fares worse.
func TestShellScript(t *testing.T) {
	t.Parallel()
	policy, never := "hook-failed", "never"
	account := item{Kind: "ServiceAccount", Name: "a", Hook: "pre-install", Policy: &policy}
	stays := []item{
		{Kind: "Job", Name: "a", Hook: "pre-delete", Uses: map[string]string{"ServiceAccount": "a"}},
		{Kind: "ConfigMap", Name: "a", In: far, Hook: "pre-install", Policy: &never},
		{Kind: "List", Name: "a", Items: []item{{Kind: "ConfigMap", Name: "b"}, {Kind: "Role", Name: "b"}}},
	}
	s := &script{Storage: "configmap", Found: "exit: an uninstall needs an account\nthat is gone", Ops: []op{
		{Do: doInstall, Helm: 3, Chart: append([]item{account}, stays...)},
		{Do: doUpgrade, Helm: 4, Chart: stays, Flags: []string{"--history-max=1"}},
		{Do: doRollback, Helm: 4},
		{Do: doPrune, Flags: []string{"--allow=referenced,not-recreated,supporting,author-choice"}},
		{Do: doUninstall, Helm: 3},
	}}
	l, err := live(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if !l.shows("exit") || len(l.exits) != 4 {
		t.Fatalf("the life has faults %v, and ended so: %v", l.faults, l.exits)
	}
	dir := t.TempDir()
	if _, err := s.save(filepath.Join(dir, "life.yaml")); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "sh", filepath.Join(dir, "life.sh"), "shell-a", "shell-b")
	cmd.Dir = dir
	cmd.Env = append(cluster.Env(), "KUBECONFIG="+stage.Cluster.Kubeconfig, "HOME="+dir, "TMPDIR="+dir,
		"PATH="+strings.Join([]string{stage.Cluster.BinDir, stage.Dir, os.Getenv("PATH")}, string(os.PathListSeparator)))
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState.ExitCode() != 1 {
		t.Errorf("it ended with %v, not with 1", err)
	}
	if got := shellExits(string(out)); !slices.Equal(got, l.exits) {
		t.Errorf("commands ended %v, in the life %v", got, l.exits)
	}
	if !strings.Contains(string(out), "\n< ServiceAccount/a\n") {
		t.Error("it does not say which object is gone")
	}
	if t.Failed() {
		t.Logf("it printed:\n%s", out)
	}
}

// TestShellSyntax: the shell scripts of lives that have anything are scripts.
func TestShellSyntax(t *testing.T) {
	t.Parallel()
	for seed := range uint64(30) {
		file := filepath.Join(t.TempDir(), "life.yaml")
		if _, err := write(seed, lifetime).save(file); err != nil {
			t.Fatal(err)
		}
		out, err := exec.CommandContext(t.Context(), "sh", "-n", strings.TrimSuffix(file, ".yaml")+".sh").CombinedOutput()
		if err != nil {
			t.Errorf("seed %d: %v: %s", seed, err, out)
		}
	}
}

// shellExits are how commands ended, by what a script prints.
func shellExits(out string) [][2]bool {
	var exits [][2]bool
	for line := range strings.Lines(out) {
		var n, a, b int
		if _, err := fmt.Sscanf(line, "%d: %d %d\n", &n, &a, &b); err == nil {
			exits = append(exits, [2]bool{a == 0, b == 0})
		}
	}
	return exits
}
