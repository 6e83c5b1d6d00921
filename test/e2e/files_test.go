//go:build e2e

package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/render"
)

// TestFilesSayWhatTheClusterSays takes a namespace that nobody touches to files,
// in three ways, and lists it from there.
func TestFilesSayWhatTheClusterSays(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	want := list(t, "-n", guestbook4)

	saved := filepath.Join(dir, "snapshot.json")
	if r := plugin(t, "snapshot", "-n", guestbook4, saved); r.code != 0 || !strings.Contains(r.stderr, "hook objects") {
		t.Fatalf("snapshot: %+v", r)
	}
	if info, err := os.Stat(saved); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the snapshot's mode is %v, %v; want 0600", info.Mode(), err)
	}
	if diff := cmp.Diff(want, fromFile(t, saved)); diff != "" {
		t.Errorf("from a snapshot (-cluster +file):\n%s", diff)
	}

	// Of all namespaces: a List does not say that there are none of a kind in this one.
	for _, format := range []string{"json", "yaml"} {
		dump := dumped(t, filepath.Join(dir, "dump."+format), "-A", "-o", format)
		if diff := cmp.Diff(want, fromFile(t, dump)); diff != "" {
			t.Errorf("from kubectl's %s (-cluster +file):\n%s", format, diff)
		}
	}
	// Of this one: a hook Job may run, for all that the file says, and need the claim.
	for i := range want {
		if v := want[i].Verdict; v.Verdict == "orphan" {
			*v = render.Verdict{Verdict: "unknown", Reason: "IncompleteEvidence", Guards: []render.Guard{}, Blocks: v.Blocks}
		}
	}
	if diff := cmp.Diff(want, fromFile(t, dumped(t, filepath.Join(dir, "narrow.json"), "-n", guestbook4, "-o", "json"))); diff != "" {
		t.Errorf("from kubectl's List of one namespace (-cluster, but for orphans +file):\n%s", diff)
	}
}

// dumped writes what kubectl says of the kinds that hooks and those who use them are of.
func dumped(t *testing.T, path string, args ...string) string {
	t.Helper()
	const kinds = "secrets,configmaps,persistentvolumeclaims,jobs,pods,serviceaccounts,roles,rolebindings,deployments,services"
	kubectl := filepath.Join(stage.Cluster.BinDir, "kubectl")
	r := execute(t, stage.Cluster.Kubeconfig, kubectl, append([]string{"get", kinds, "--show-managed-fields"}, args...)...).must(t)
	if err := os.WriteFile(path, []byte(r.stdout), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func fromFile(t *testing.T, path string) []render.HookObject {
	t.Helper()
	r := plugin(t, "ls", "-f", path, "-n", guestbook4, "-o", "json")
	if r.code != 0 {
		t.Fatalf("ls -f %s: %+v", path, r)
	}
	var l render.HookObjectList
	if err := json.Unmarshal([]byte(r.stdout), &l); err != nil {
		t.Fatal(err)
	}
	return l.Items
}

// TestSnapshotsHoldNoSecrets looks for what Secrets hold in a snapshot of all.
func TestSnapshotsHoldNoSecrets(t *testing.T) {
	t.Parallel()
	text := plugin(t, "snapshot").stdout
	if !strings.Contains(text, `"kind":"Snapshot"`) {
		t.Fatalf("snapshot printed %.200s", text)
	}
	kubectl := filepath.Join(stage.Cluster.BinDir, "kubectl")
	out := execute(t, stage.Cluster.Kubeconfig, kubectl, "get", "secrets", "-A", "-o", "json").must(t).stdout
	var secrets struct {
		Items []struct {
			Metadata struct{ Namespace, Name string }
			Data     map[string][]byte
		}
	}
	if err := json.Unmarshal([]byte(out), &secrets); err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, s := range secrets.Items {
		for key, value := range s.Data {
			checked++
			if len(value) >= 8 && strings.Contains(text, string(value)) {
				t.Errorf("the snapshot holds %s of Secret %s/%s", key, s.Metadata.Namespace, s.Metadata.Name)
			}
		}
	}
	if checked < 10 {
		t.Errorf("only %d values of Secrets looked for", checked)
	}
	// A hook Secret's manifest is in a record; its data must not be.
	for _, h := range list(t, "-A", "--kind", "secret") {
		if !slices.Contains([]string{everyhook3, everyhook4}, h.Metadata.Namespace) {
			continue
		}
		if !strings.Contains(text, h.Metadata.Name) {
			t.Errorf("the snapshot does not know the hook Secret %s", h.Metadata.Name)
		}
	}
}
