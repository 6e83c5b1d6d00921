//go:build e2e

package cron

import (
	"slices"
	"testing"
)

// prunable are the orphans, and the Job of the living release that nothing deletes.
func prunable() []string {
	all := append(namesOf(orphans()), "Job/seed")
	slices.Sort(all)
	return all
}

// young lifts the ages that no test can wait for.
var young = []string{"--min-age=0s", "--stale-after=1s", "--timeout=30s"}

func flags(more ...string) []string {
	return append(append([]string{"--schedule=17 3 * * *"}, young...), more...)
}

// TestWholeCluster: with -A the rights are enough to see all there is. Without --yes
// the job changes nothing and could not; with it exactly the orphans go.
func TestWholeCluster(t *testing.T) {
	must(t, restock(t.Context()))
	install(t, team)
	report := apply(t, "helmhooks", "helmhooks", flags("-A")...)
	for range 2 {
		l := report.run(t).exits(t, 0)
		equal(t, "planned", l.with("planned"), prunable())
		if len(l.gaps) > 0 || l.stderr != "" || l.summary.Cluster == "" || l.summary.DryRun != "client" {
			t.Errorf("a report: %+v", l.result)
		}
		equal(t, "there after a report", there(t, orphans()), namesOf(orphans()))
	}
	if l := report.run(t, "--dry-run=none", "--yes"); l.code != 1 || len(l.with("deleted")) > 0 {
		t.Errorf("the report's rights let it delete: %+v", l.result)
	}

	deletes := apply(t, "helmhooks", "helmhooks", flags("-A", "--yes")...)
	l := deletes.run(t).exits(t, 0)
	equal(t, "deleted", l.with("deleted"), prunable())
	equal(t, "orphans there after a prune", there(t, orphans()), nil)
	equal(t, "guarded there after a prune", there(t, guarded()), namesOf(guarded()))
	if l := deletes.run(t).exits(t, 0); len(l.with("deleted")) > 0 || len(l.with("left alone")) == 0 {
		t.Errorf("a second run: %+v", l.result)
	}
}

// TestTooMany: what is more than a person expected stays, and the Job fails.
func TestTooMany(t *testing.T) {
	must(t, restock(t.Context()))
	j := apply(t, "helmhooks", "helmhooks", flags("-A", "--yes", "--max-delete=3")...)
	l := j.run(t).exits(t, 4)
	if got := l.with("planned"); len(got) < len(orphans()) {
		t.Errorf("planned: %q", got)
	}
	equal(t, "there", there(t, orphans()), namesOf(orphans()))
}
