//go:build e2e

package prunes

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// planned writes the plan of a namespace to a file.
func planned(t *testing.T, namespace string, flags ...string) string {
	t.Helper()
	r := plugin(t, append([]string{"prune", "-n", namespace, "--min-age=0s", "--stale-after=1s", "--dry-run=client", "-o", "yaml"}, flags...)...)
	file := filepath.Join(t.TempDir(), "plan.yaml")
	must(t, os.WriteFile(file, []byte(r.exits(t, 0).stdout), 0o600))
	return file
}

// TestPlan: what is deleted is what was planned and still may go.
func TestPlan(t *testing.T) {
	t.Parallel()
	const namespace = "plans"
	n := orphans(t, namespace, 3)
	plan := planned(t, namespace)
	kubectl(t, namespace, "annotate", "configmap", "left-0", "helm.sh/resource-policy=keep")
	kubectl(t, namespace, "delete", "serviceaccount", "left-0")
	makeConfigMap(t, namespace, "came-later")
	p := front(t, nil)
	r := through(t, p.kubeconfig, "prune", "--plan", plan, "--yes", "-o", "json").exits(t, 0)
	r.allAre(t, n-2, "deleted")
	p.proper(t)
	kubectl(t, namespace, "get", "configmap", "left-0", "came-later")
	wantLeft(t, namespace, 2)
	// Again, there is nothing left to do.
	plugin(t, "prune", "--plan", plan, "--yes", "-o", "json").exits(t, 0).allAre(t, 0)
	wantLeft(t, namespace, 2)
}

// TestPlanOfNamed: a plan holds what was named when it was made.
func TestPlanOfNamed(t *testing.T) {
	t.Parallel()
	p := playerFor(t, 4, "plan-claim")
	must(t, p.leaves(t.Context(), manifest("PersistentVolumeClaim", "data", hook("pre-install")), manifest("PersistentVolumeClaim", "other", hook("pre-install"))))
	plan := planned(t, p.Namespace, "pvc/data", "--allow=holds-data")
	plugin(t, "prune", "--plan", plan, "--yes", "-o", "json").exits(t, 0).allAre(t, 1, "deleted")
	if left := kubectl(t, p.Namespace, "get", "pvc", "-o", "name"); left != "persistentvolumeclaim/other" {
		t.Errorf("left: %s", left)
	}
}

// TestRefusedPlans: who changed a plan, or kept it for too long, deletes nothing.
func TestRefusedPlans(t *testing.T) {
	t.Parallel()
	const namespace = "refused-plans"
	n := orphans(t, namespace, 1)
	text, err := os.ReadFile(planned(t, namespace))
	must(t, err)
	old := time.Now().Add(-2 * time.Hour).UTC().Format(time.RFC3339)
	replace := func(pattern, with string) func(string) string {
		return func(plan string) string {
			changed := regexp.MustCompile("(?m)"+pattern).ReplaceAllString(plan, with)
			if changed == plan {
				t.Errorf("the plan has no %s", pattern)
			}
			return changed
		}
	}
	for name, c := range map[string]struct {
		change func(plan string) string
		flags  []string
		says   string
	}{
		"cluster":  {replace("^cluster: .*", "cluster: 11111111-1111-1111-1111-111111111111"), nil, "for another cluster"},
		"old":      {replace(`^time: .*`, `time: "`+old+`"`), []string{"--plan-max-age=1h"}, "--plan-max-age"},
		"to-come":  {replace(`^time: .*`, `time: "2101-01-01T00:00:00Z"`), nil, "yet to come"},
		"unknown":  {replace("^kind: .*", "kind: PrunePlan\nforce: true"), nil, "force"},
		"kind":     {replace("^kind: .*", "kind: PruneReport"), nil, "PruneReport"},
		"keep":     {replace("^judgement:", "judgement:\n  allow: [keep]"), nil, "nobody can"},
		"shared":   {replace("^judgement:", "judgement:\n  allow: [shared]"), nil, "nobody can"},
		"owner":    {replace("^judgement:", "judgement:\n  allow: [owner]"), nil, "nobody can"},
		"young":    {replace("^judgement:", "judgement:\n  allow: [too-young]"), nil, "nobody can"},
		"nonsense": {replace("^judgement:", "judgement:\n  allow: [all]"), nil, "that there is not"},
		"no-uid":   {replace("uid: .*", `uid: ""`), nil, "uid"},
		"broken":   {func(plan string) string { return plan[:len(plan)/2] + "\n\t{" }, nil, "no plan"},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "plan.yaml")
			must(t, os.WriteFile(file, []byte(c.change(string(text))), 0o600))
			r := plugin(t, append([]string{"prune", "--plan", file, "--yes"}, c.flags...)...).exits(t, 1)
			if !strings.Contains(r.stderr, c.says) || r.stdout != "" {
				t.Errorf("stderr %q, want %q; stdout %q", r.stderr, c.says, r.stdout)
			}
		})
	}
	wantLeft(t, namespace, n)
}

// TestMaxDelete: over the limit nothing is deleted, and a plan at it is carried out.
func TestMaxDelete(t *testing.T) {
	t.Parallel()
	const namespace = "max-delete"
	n := orphans(t, namespace, 2)
	for _, limit := range []string{"0", "4", "99%"} {
		plugin(t, eager(namespace, "--max-delete="+limit)...).exits(t, 4)
		wantLeft(t, namespace, n)
	}
	plugin(t, eager(namespace, "--max-delete=5")...).exits(t, 0).allAre(t, n, "deleted")
}
