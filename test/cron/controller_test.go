//go:build e2e

package cron

import (
	"strings"
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// TestController: the CronJob's own controller makes a Job of it, and a Pod that fails
// fails the Job at once. The namespace that is printed enforces the restricted policy, so
// the API server would have refused the Pod.
func TestController(t *testing.T) {
	printed := manifests(t, flags("-A", "--name=helmhooks-minutely")...)
	kubectl(t, strings.Replace(printed, "schedule: 17 3 * * *", "schedule: '* * * * *'", 1), "apply", "-f", "-")
	kubectl(t, "", "patch", "cronjob/helmhooks-minutely", "-n", "helmhooks", "--type=merge",
		`--patch={"spec":{"jobTemplate":{"spec":{"template":{"metadata":{"labels":{"helmhooks.test/outcome":"fail"}}}}}}}`)
	defer kubectl(t, "", "delete", "cronjob/helmhooks-minutely", "-n", "helmhooks")
	var made *batchv1.Job
	must(t, eventually(t.Context(), "a Job of the CronJob that failed", func() (bool, error) {
		jobs, err := stage.client.BatchV1().Jobs("helmhooks").List(t.Context(), metav1.ListOptions{})
		if err != nil {
			return false, err
		}
		for i := range jobs.Items {
			j := &jobs.Items[i]
			owned := len(j.OwnerReferences) == 1 && j.OwnerReferences[0].Name == "helmhooks-minutely"
			for _, c := range j.Status.Conditions {
				if owned && c.Type == batchv1.JobFailed && c.Status == corev1.ConditionTrue {
					made = j
				}
			}
		}
		return made != nil, nil
	}))
	if made.Status.Failed != 1 || *made.Spec.BackoffLimit != 0 || made.Annotations["batch.kubernetes.io/cronjob-scheduled-timestamp"] == "" {
		t.Errorf("the Job: %+v", made)
	}
	jobOf(t, "helmhooks", "batch.kubernetes.io/job-name="+made.Name).run(t).exits(t, 0)
}
