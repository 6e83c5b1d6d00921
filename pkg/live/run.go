package live

import (
	"slices"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// Job says how far a Job has come.
func Job(job *batchv1.Job) snapshot.Run {
	for _, c := range job.Status.Conditions {
		if c.Status != corev1.ConditionTrue {
			continue
		}
		switch c.Type {
		case batchv1.JobComplete:
			return finished(job, snapshot.RunSucceeded, utc(job.Status.CompletionTime, c.LastTransitionTime), c.LastTransitionTime)
		case batchv1.JobFailed:
			return finished(job, snapshot.RunFailed, c.LastTransitionTime.UTC(), c.LastTransitionTime)
		}
	}
	switch {
	case job.Spec.Suspend != nil && *job.Spec.Suspend:
		return snapshot.Run{Phase: snapshot.RunSuspended}
	case job.Status.Active == 0 && job.Status.StartTime == nil:
		return snapshot.Run{Phase: snapshot.RunPending}
	default:
		return snapshot.Run{Phase: snapshot.RunRunning}
	}
}

// finished is the state of a Job that ended. Kubernetes counts its
// ttlSecondsAfterFinished from the time of the condition, whenever the last Pod
// ended, and deletes no Job whose condition has no time.
func finished(job *batchv1.Job, phase snapshot.RunPhase, at time.Time, condition metav1.Time) snapshot.Run {
	run := snapshot.Run{Phase: phase, Finished: at}
	if ttl := job.Spec.TTLSecondsAfterFinished; ttl != nil && !condition.IsZero() {
		run.Expires = condition.UTC().Add(time.Duration(*ttl) * time.Second)
	}
	return run
}

// Pod says how far a Pod has come.
func Pod(pod *corev1.Pod) snapshot.Run {
	switch pod.Status.Phase {
	case corev1.PodSucceeded:
		return snapshot.Run{Phase: snapshot.RunSucceeded, Finished: podFinished(pod)}
	case corev1.PodFailed:
		return snapshot.Run{Phase: snapshot.RunFailed, Finished: podFinished(pod)}
	case corev1.PodPending, "":
		return snapshot.Run{Phase: snapshot.RunPending}
	default:
		return snapshot.Run{Phase: snapshot.RunRunning}
	}
}

// podFinished is when the last container ended, or zero if no container says.
func podFinished(pod *corev1.Pod) time.Time {
	var last time.Time
	for _, s := range slices.Concat(pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses) {
		if t := s.State.Terminated; t != nil && t.FinishedAt.After(last) {
			last = t.FinishedAt.UTC()
		}
	}
	return last
}

func utc(t *metav1.Time, otherwise metav1.Time) time.Time {
	if t != nil {
		return t.UTC()
	}
	return otherwise.UTC()
}
