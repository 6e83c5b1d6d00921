//go:build e2e

package prunes

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// asMade are objects without what a server writes.
func asMade(t *testing.T, namespace string, names ...string) []map[string]any {
	t.Helper()
	var list struct{ Items []map[string]any }
	must(t, json.Unmarshal([]byte(kubectl(t, namespace, append([]string{"get", "-o", "json"}, names...)...)), &list))
	for _, o := range list.Items {
		if m, ok := o["metadata"].(map[string]any); ok {
			for _, field := range []string{"uid", "resourceVersion", "creationTimestamp", "managedFields"} {
				delete(m, field)
			}
		}
	}
	return list.Items
}

// oneRun is the only run's directory in a backup.
func oneRun(t *testing.T, dir string) string {
	t.Helper()
	runs, err := os.ReadDir(dir)
	must(t, err)
	if len(runs) != 1 {
		t.Fatalf("%d runs in %s, want one", len(runs), dir)
	}
	return filepath.Join(dir, runs[0].Name())
}

// TestBackup: what was deleted comes back as it was, but for what would run again; and
// nobody else can read what was saved.
func TestBackup(t *testing.T) {
	t.Parallel()
	p := playerFor(t, 3, "backup")
	supporting := []string{"serviceaccount/account", "configmap/settings", "secret/password"}
	must(t, p.leaves(t.Context(),
		manifest("ServiceAccount", "account", hook("pre-install")), manifest("ConfigMap", "settings", hook("pre-install")),
		manifest("Secret", "password", hook("pre-install")), manifest("Job", "seed", hook("post-install")),
		manifest("Pod", "check", hook("post-install"))))
	before := asMade(t, p.Namespace, supporting...)
	dir := filepath.Join(t.TempDir(), "new", "backup")
	plugin(t, eager(p.Namespace, "--allow=holds-data", "--backup-dir", dir)...).exits(t, 0).allAre(t, 5, "deleted")
	private(t, dir)
	run := oneRun(t, dir)

	// On the server first, which changes nothing.
	trial := front(t, nil)
	through(t, trial.kubeconfig, "restore", run, "--dry-run=server").exits(t, 0)
	for _, c := range trial.made(func(c *call) bool { return c.method != "GET" }) {
		if c.query.Get("dryRun") != "All" {
			t.Errorf("%s %s?%s", c.method, c.path, c.query.Encode())
		}
	}
	// A name that is taken stays as it is.
	kubectl(t, p.Namespace, "create", "configmap", "settings", "--from-literal=key=another")
	plugin(t, "restore", dir).exits(t, 0)
	if v := kubectl(t, p.Namespace, "get", "configmap", "settings", "-o", "jsonpath={.data.key}"); v != "another" {
		t.Errorf("the object that was there says %q now", v)
	}
	kubectl(t, p.Namespace, "delete", "configmap", "settings")
	plugin(t, "restore", run).exits(t, 0)
	if diff := cmp.Diff(before, asMade(t, p.Namespace, supporting...)); diff != "" {
		t.Errorf("restored (-before +after):\n%s", diff)
	}
	if runs := kubectl(t, p.Namespace, "get", "jobs,pods", "-o", "name"); runs != "" {
		t.Errorf("these would run again: %s", runs)
	}
}

// private holds that nobody but the owner can read a directory or what is in it.
func private(t *testing.T, dir string) {
	t.Helper()
	files := 0
	must(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		want := fs.FileMode(0o600)
		if d.IsDir() {
			want = 0o700
		} else {
			files++
		}
		if err == nil && info.Mode().Perm() != want {
			t.Errorf("%s has mode %o, want %o", path, info.Mode().Perm(), want)
		}
		return err
	}))
	if files < 6 {
		t.Errorf("%d files were saved", files)
	}
}

// TestRestoreRefused: where the server would refuse one object, none is made.
func TestRestoreRefused(t *testing.T) {
	t.Parallel()
	const namespace = "restore-refused"
	n := orphans(t, namespace, 2)
	dir := t.TempDir()
	plugin(t, eager(namespace, "--backup-dir", dir)...).exits(t, 0).allAre(t, n, "deleted")
	file := filepath.Join(oneRun(t, dir), "")
	manifests, err := filepath.Glob(filepath.Join(file, "configmap_*left-1*.yaml"))
	must(t, err)
	text, err := os.ReadFile(manifests[0])
	must(t, err)
	must(t, os.WriteFile(manifests[0], []byte(strings.Replace(string(text), "key: value", "key: {no: string}", 1)), 0o600))
	r := plugin(t, "restore", dir).exits(t, 1)
	if !strings.Contains(r.stderr, "nothing restored") {
		t.Errorf("stderr %q", r.stderr)
	}
	wantLeft(t, namespace, 0)
}

// TestNoBackupNoDeletion: what cannot be saved stays.
func TestNoBackupNoDeletion(t *testing.T) {
	t.Parallel()
	const namespace = "no-backup"
	n := orphans(t, namespace, 2)
	file := filepath.Join(t.TempDir(), "file")
	must(t, os.WriteFile(file, nil, 0o600))
	if r := plugin(t, eager(namespace, "--backup-dir", filepath.Join(file, "below"))...).exits(t, 1); !strings.Contains(r.stderr, "nothing deleted") {
		t.Errorf("stderr %q", r.stderr)
	}
	wantLeft(t, namespace, n)

	// It can be made, and is taken away before anything is in it.
	dir := filepath.Join(t.TempDir(), "backup")
	g := newGate(looksAgain)
	p := front(t, g.interfere)
	r := g.pass(t, p, func() { must(t, os.RemoveAll(dir)) }, eager(namespace, "--backup-dir", dir)...).exits(t, 1)
	r.allAre(t, n, "failed")
	if len(p.made(deletes)) > 0 {
		t.Error("something was deleted that had not been saved")
	}
	wantLeft(t, namespace, n)
}
