//go:build e2e

package prunes

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/prune"
)

// reads is the reading of an object that is about to be saved. Jobs are read in full to
// be judged, too.
func reads(r *http.Request) bool {
	return r.Method == http.MethodGet && (strings.Contains(r.URL.Path, "/configmaps/left") || strings.Contains(r.URL.Path, "/serviceaccounts/left"))
}

// TestKilled: whenever prune is killed, all that is gone was saved whole, nothing else
// is gone, and the next run finishes.
func TestKilled(t *testing.T) {
	for _, k := range []struct {
		name  string
		which func(r *http.Request) bool
		nth   int64
		after bool // the server has done it, and prune does not know
	}{
		{"at-second-save", reads, 1, false},
		{"at-sixth-save", reads, 5, false},
		{"before-first-delete", deletion, 1, false},
		{"after-first-delete", deletion, 1, true},
		{"before-fourth-delete", deletion, 4, false},
		{"after-fourth-delete", deletion, 4, true},
		{"before-last-delete", deletion, 9, false},
		{"after-last-delete", deletion, 9, true},
	} {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			namespace := "killed-" + k.name
			n := orphans(t, namespace, 4)
			dir := filepath.Join(t.TempDir(), "backup")
			var s *started
			var seen atomic.Int64
			running := make(chan struct{})
			p := front(t, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				if !k.which(r) || seen.Add(1) != k.nth {
					next.ServeHTTP(w, r)
					return
				}
				if k.after {
					next.ServeHTTP(httptest.NewRecorder(), r)
				}
				<-running
				if err := s.cmd.Process.Kill(); err != nil {
					t.Error(err)
				}
				cut(w)
			})
			s = start(t, p.kubeconfig, eager(namespace, "--backup-dir", dir)...)
			close(running)
			if r := s.wait(t); r.code != -1 {
				t.Fatalf("it was not killed: %+v", r)
			}
			gone := n - hooksLeftAtRest(t, namespace)
			if saved := savedWhole(t, dir); len(saved) < gone {
				t.Errorf("%d objects are gone and %d were saved: %v", gone, len(saved), saved)
			}
			plugin(t, eager(namespace, "--backup-dir", dir)...).exits(t, 0).allAre(t, n-gone, "deleted", "gone")
			wantLeft(t, namespace, 0)
			if saved := savedWhole(t, dir); len(saved) != n {
				t.Errorf("%d objects were saved in the end, want %d: %v", len(saved), n, saved)
			}
			p.proper(t)
		})
	}
}

// savedWhole are the objects in all backups in a directory. Each has a whole manifest
// of its own, and restore takes the backup as it is.
func savedWhole(t *testing.T, dir string) map[string]bool {
	t.Helper()
	saved := make(map[string]bool)
	runs, err := os.ReadDir(dir)
	must(t, err)
	for _, run := range runs {
		run := filepath.Join(dir, run.Name())
		entries, err := prune.Entries(run)
		must(t, err)
		for _, e := range entries {
			text, err := os.ReadFile(filepath.Join(run, e.File))
			must(t, err)
			var o struct {
				Kind     string
				Metadata struct{ Name string }
			}
			must(t, yaml.Unmarshal(text, &o))
			if o.Kind != e.Kind || o.Metadata.Name != e.Name {
				t.Errorf("%s is of %+v", e.File, o)
			}
			saved[fmt.Sprintf("%s/%s", e.Kind, e.Name)] = true
		}
		if len(entries) > 0 {
			plugin(t, "restore", run, "--dry-run=server").exits(t, 0)
		}
	}
	return saved
}
