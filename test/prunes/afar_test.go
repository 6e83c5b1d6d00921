//go:build e2e

package prunes

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestRunsElsewhere: what a hook Job needs stays for as long as the Job runs, also where it
// runs in another namespace than is looked at, and where nobody may see whether it does.
func TestRunsElsewhere(t *testing.T) {
	t.Parallel()
	for _, major := range []int{3, 4} {
		p, far := playerFor(t, major, "afar"), playerFor(t, major, "afar-there")
		there := func(o object) { o.in("metadata")["namespace"] = far.Namespace }
		must(t, p.install(t.Context()))
		must(t, p.killedIn(t.Context(), far.Namespace, "worker", "upgrade", []object{
			manifest("ConfigMap", "plan", hook("pre-upgrade", "hook-succeeded"), first),
			manifest("Job", "worker", hook("pre-upgrade"), outcome("hang"), there),
		}))
		time.Sleep(1100 * time.Millisecond) // what was written in the last second is fresh
		one := grant(t, "afar-"+p.Namespace, p.Namespace, may("get,list,delete", "*"))

		list := []string{"ls", "-n", p.Namespace, "--stale-after=1s"}
		r := plugin(t, list...).exits(t, 0)
		if !strings.Contains(r.stdout, " HookStillRunning\n") || strings.Contains(r.stdout, "worker") {
			t.Errorf("Helm %d: ls says %s", major, r.stdout)
		}
		if r := plugin(t, "why", "cm/plan", "-n", p.Namespace, "--stale-after=1s").exits(t, 0); !strings.Contains(r.stdout, "HookStillRunning") || !strings.Contains(r.stdout, "worker") {
			t.Errorf("Helm %d: why says %s", major, r.stdout)
		}
		file := filepath.Join(t.TempDir(), "file.json")
		plugin(t, "snapshot", "-n", p.Namespace, file).exits(t, 0)
		if r := plugin(t, "ls", "-f", file, "--stale-after=1s").exits(t, 0); !strings.Contains(r.stdout, " HookStillRunning\n") || strings.Contains(r.stdout, "worker") {
			t.Errorf("Helm %d: of a file ls says %s", major, r.stdout)
		}
		plugin(t, eager(p.Namespace)...).exits(t, 0).allAre(t, 0)
		plugin(t, eager(p.Namespace, p.release)...).exits(t, 0).allAre(t, 0)
		if r := through(t, one, list...).exits(t, 0); !strings.Contains(r.stdout, " ?IncompleteEvidence\n") {
			t.Errorf("Helm %d: to who may not look there ls says %s", major, r.stdout)
		}
		through(t, one, eager(p.Namespace)...).exits(t, 3).allAre(t, 0)
		kubectl(t, p.Namespace, "get", "configmap/plan")

		kubectl(t, far.Namespace, "delete", "job/worker")
		plugin(t, eager(p.Namespace)...).exits(t, 0).allAre(t, 1, "deleted")
	}
}
