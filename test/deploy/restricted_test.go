package deploy

import (
	"encoding/json"
	"slices"
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

// flagSets are ways to use the command that make a difference to the manifests.
func flagSets() map[string][]string {
	return map[string][]string{
		"report":         {"-A"},
		"prune":          {"-A", "--yes"},
		"with a backup":  {"-A", "--yes", "--backup-claim=saved"},
		"everything":     {"-A", "--yes", "--allow=holds-data,takes-effect"},
		"one namespace":  {"-n", "shop", "--yes"},
		"one kind":       {"-n", "shop", "--yes", "--kind=job"},
		"report on all":  {"-A", "--allow=holds-data,takes-effect"},
		"elsewhere":      {"-n", "shop", "--job-namespace=platform", "--name=helmhooks-nightly"},
		"with a timeout": {"-A", "--yes", "--timeout=1h", "--max-delete=10%"},
	}
}

// TestRestricted holds Pods of the job by the code of Kubernetes' own admission.
func TestRestricted(t *testing.T) {
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	must(t, err)
	level := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	check := func(pod *batchv1.CronJob) policy.AggregateCheckResult {
		template := &pod.Spec.JobTemplate.Spec.Template
		return policy.AggregateCheckResults(evaluator.EvaluatePod(level, &template.ObjectMeta, &template.Spec))
	}
	for name, flags := range flagSets() {
		job := cronJob(t, flags)
		if r := check(job); !r.Allowed {
			t.Errorf("%s: %s", name, r.ForbiddenDetail())
		}
		job.Spec.JobTemplate.Spec.Template.Spec.HostPID = true
		if check(job).Allowed {
			t.Error("the check takes anything")
		}
		spec := &job.Spec.JobTemplate.Spec
		if job.Spec.ConcurrencyPolicy != batchv1.ForbidConcurrent || *spec.BackoffLimit != 0 || *spec.ActiveDeadlineSeconds < 600 {
			t.Errorf("%s: %+v", name, spec)
		}
	}
}

func cronJob(t *testing.T, flags []string) *batchv1.CronJob {
	t.Helper()
	job := new(batchv1.CronJob)
	must(t, json.Unmarshal(documents(t, printed(t, flags...))["CronJob"], job))
	return job
}

// TestRules: no rule has a wildcard; only what deletes has delete, and only on what its
// flags let go.
func TestRules(t *testing.T) {
	standard := []string{
		"clusterrolebindings", "clusterroles", "configmaps", "jobs", "pods", "rolebindings", "roles", "secrets", "serviceaccounts",
	}
	namespaced := slices.DeleteFunc(slices.Clone(standard), func(r string) bool { return r == "clusterroles" || r == "clusterrolebindings" })
	want := map[string][]string{
		"report": nil, "report on all": nil, "elsewhere": nil, "one kind": {"jobs"},
		"prune": standard, "with a backup": standard, "with a timeout": standard, "one namespace": namespaced,
	}
	for name, flags := range flagSets() {
		objects := documents(t, printed(t, flags...))
		var deleted []string
		for _, kind := range []string{"Role", "ClusterRole"} {
			var role rbacv1.ClusterRole
			if objects[kind] == nil {
				continue
			}
			must(t, json.Unmarshal(objects[kind], &role))
			for _, r := range role.Rules {
				if slices.Contains(slices.Concat(r.APIGroups, r.Resources, r.Verbs), "*") || slices.Contains(r.Verbs, "deletecollection") {
					t.Errorf("%s: %+v", name, r)
				}
				logs := slices.Contains(r.Resources, "pods/log")
				if logs && (name != "with a backup" || len(r.Verbs) != 1) {
					t.Errorf("%s: %+v", name, r)
				}
				if slices.Contains(r.Verbs, "delete") {
					deleted = append(deleted, r.Resources...)
				}
			}
		}
		slices.Sort(deleted)
		if name == "everything" {
			for _, never := range []string{"namespaces", "persistentvolumeclaims", "persistentvolumes", "statefulsets", "customresourcedefinitions", "events"} {
				if slices.Contains(deleted, never) {
					t.Errorf("%s may delete %s, which have to be named", name, never)
				}
			}
			if !slices.Contains(deleted, "services") {
				t.Errorf("%s: %q", name, deleted)
			}
			continue
		}
		if !slices.Equal(deleted, want[name]) {
			t.Errorf("%s may delete %q, want %q", name, deleted, want[name])
		}
	}
}
