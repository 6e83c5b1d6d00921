//go:build e2e

package cluster_test

import (
	"context"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
)

func podSpec() corev1.PodSpec {
	return corev1.PodSpec{
		RestartPolicy:  corev1.RestartPolicyNever,
		InitContainers: []corev1.Container{{Name: "init", Image: "example.org/init"}},
		Containers:     []corev1.Container{{Name: "main", Image: "example.org/main"}},
	}
}

func job(labels map[string]string) *batchv1.Job {
	return &batchv1.Job{
		ObjectMeta: metav1.ObjectMeta{Name: "hook"},
		Spec: batchv1.JobSpec{
			BackoffLimit: new(int32(0)),
			Template:     corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: podSpec()},
		},
	}
}

func createJob(t *testing.T, ns string, job *batchv1.Job) {
	t.Helper()
	if _, err := client(t).BatchV1().Jobs(ns).Create(t.Context(), job, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
}

func hasCondition(job *batchv1.Job, kind batchv1.JobConditionType) bool {
	for _, c := range job.Status.Conditions {
		if c.Type == kind && c.Status == corev1.ConditionTrue {
			return true
		}
	}
	return false
}

func waitForJob(t *testing.T, ns string, kind batchv1.JobConditionType) {
	t.Helper()
	eventually(t, "job "+string(kind), func(ctx context.Context) (bool, error) {
		job, err := client(t).BatchV1().Jobs(ns).Get(ctx, "hook", metav1.GetOptions{})
		return err == nil && hasCondition(job, kind), err
	})
}

func TestJobSucceedsByDefault(t *testing.T) {
	t.Parallel()
	ns := namespace(t)
	createJob(t, ns, job(nil))
	waitForJob(t, ns, batchv1.JobComplete)
}

func TestJobFailsByLabel(t *testing.T) {
	t.Parallel()
	ns := namespace(t)
	createJob(t, ns, job(map[string]string{cluster.OutcomeLabel: cluster.OutcomeFail}))
	waitForJob(t, ns, batchv1.JobFailed)

	pods, err := client(t).CoreV1().Pods(ns).List(t.Context(), metav1.ListOptions{})
	if err != nil || len(pods.Items) != 1 {
		t.Fatalf("pods: %v, %v", pods, err)
	}
	status := pods.Items[0].Status
	if status.Phase != corev1.PodFailed || status.ContainerStatuses[0].State.Terminated.ExitCode != 1 {
		t.Errorf("status %+v", status)
	}
}

func TestJobHangsByLabelAndCanBeDeleted(t *testing.T) {
	t.Parallel()
	ns := namespace(t)
	createJob(t, ns, job(map[string]string{cluster.OutcomeLabel: cluster.OutcomeHang}))
	eventually(t, "active pod", func(ctx context.Context) (bool, error) {
		pods, err := client(t).CoreV1().Pods(ns).List(ctx, metav1.ListOptions{})
		return err == nil && len(pods.Items) == 1 && pods.Items[0].Status.Phase == corev1.PodRunning, err
	})
	time.Sleep(2 * time.Second) // longer than any pod that ends
	got, err := client(t).BatchV1().Jobs(ns).Get(t.Context(), "hook", metav1.GetOptions{})
	if err != nil || got.Status.Active != 1 {
		t.Fatalf("job %+v, %v", got.Status, err)
	}

	if err := client(t).BatchV1().Jobs(ns).Delete(t.Context(), "hook",
		metav1.DeleteOptions{PropagationPolicy: new(metav1.DeletePropagationForeground)}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "job and pods gone", func(ctx context.Context) (bool, error) {
		pods, err := client(t).CoreV1().Pods(ns).List(ctx, metav1.ListOptions{})
		if err != nil || len(pods.Items) > 0 {
			return false, err
		}
		_, err = client(t).BatchV1().Jobs(ns).Get(ctx, "hook", metav1.GetOptions{})
		return apierrors.IsNotFound(err), err
	})
}

func TestSecondsLabelDelaysTheEnd(t *testing.T) {
	t.Parallel()
	ns := namespace(t)
	createJob(t, ns, job(map[string]string{cluster.SecondsLabel: "4"}))
	waitForJob(t, ns, batchv1.JobComplete)
	got, err := client(t).BatchV1().Jobs(ns).Get(t.Context(), "hook", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if took := got.Status.CompletionTime.Sub(got.Status.StartTime.Time); took < 3*time.Second {
		t.Errorf("completed after %s", took)
	}
}

func TestFinishedJobIsRemovedAfterItsTTL(t *testing.T) {
	t.Parallel()
	ns := namespace(t)
	hook := job(nil)
	hook.Spec.TTLSecondsAfterFinished = new(int32(1))
	createJob(t, ns, hook)
	eventually(t, "job removed", func(ctx context.Context) (bool, error) {
		_, err := client(t).BatchV1().Jobs(ns).Get(ctx, "hook", metav1.GetOptions{})
		return apierrors.IsNotFound(err), err
	})
}

func TestBarePodCompletes(t *testing.T) {
	t.Parallel()
	ns := namespace(t)
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "test"}, Spec: podSpec()}
	if _, err := client(t).CoreV1().Pods(ns).Create(t.Context(), pod, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "pod succeeded", func(ctx context.Context) (bool, error) {
		got, err := client(t).CoreV1().Pods(ns).Get(ctx, "test", metav1.GetOptions{})
		return err == nil && got.Status.Phase == corev1.PodSucceeded, err
	})
}

func TestDeploymentBecomesAvailableAndStays(t *testing.T) {
	t.Parallel()
	ns := namespace(t)
	labels := map[string]string{"app": "web"}
	spec := podSpec()
	spec.RestartPolicy = corev1.RestartPolicyAlways
	deployment := &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: "web"},
		Spec: appsv1.DeploymentSpec{
			Replicas: new(int32(2)),
			Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: spec},
		},
	}
	if _, err := client(t).AppsV1().Deployments(ns).Create(t.Context(), deployment, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	available := func(ctx context.Context) (bool, error) {
		got, err := client(t).AppsV1().Deployments(ns).Get(ctx, "web", metav1.GetOptions{})
		return err == nil && got.Status.AvailableReplicas == 2, err
	}
	eventually(t, "deployment available", available)
	time.Sleep(2 * time.Second)
	if ok, err := available(t.Context()); !ok {
		t.Errorf("no longer available: %v", err)
	}
}

func TestJobWithClaimCompletesAndTheVolumeGoes(t *testing.T) {
	t.Parallel()
	ns := namespace(t)
	claims := client(t).CoreV1().PersistentVolumeClaims(ns)
	claim := &corev1.PersistentVolumeClaim{
		ObjectMeta: metav1.ObjectMeta{Name: "data"},
		Spec: corev1.PersistentVolumeClaimSpec{
			AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
			Resources: corev1.VolumeResourceRequirements{
				Requests: corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("1Gi")},
			},
		},
	}
	if _, err := claims.Create(t.Context(), claim, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	hook := job(nil)
	hook.Spec.Template.Spec.Volumes = []corev1.Volume{{Name: "data", VolumeSource: corev1.VolumeSource{
		PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: "data"},
	}}}
	createJob(t, ns, hook)
	waitForJob(t, ns, batchv1.JobComplete)

	bound, err := claims.Get(t.Context(), "data", metav1.GetOptions{})
	if err != nil || bound.Status.Phase != corev1.ClaimBound {
		t.Fatalf("claim %+v, %v", bound.Status, err)
	}
	if err := client(t).CoreV1().Namespaces().Delete(t.Context(), ns, metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "namespace gone", func(ctx context.Context) (bool, error) {
		_, err := client(t).CoreV1().Namespaces().Get(ctx, ns, metav1.GetOptions{})
		return apierrors.IsNotFound(err), err
	})
	eventually(t, "volume gone", func(ctx context.Context) (bool, error) {
		_, err := client(t).CoreV1().PersistentVolumes().Get(ctx, bound.Spec.VolumeName, metav1.GetOptions{})
		return apierrors.IsNotFound(err), err
	})
}

func TestFinalizerKeepsADeletedPod(t *testing.T) {
	t.Parallel()
	ns := namespace(t)
	pods := client(t).CoreV1().Pods(ns)
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "kept", Finalizers: []string{"helmhooks.test/keep"}}, Spec: podSpec()}
	if _, err := pods.Create(t.Context(), pod, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "pod succeeded", func(ctx context.Context) (bool, error) {
		got, err := pods.Get(ctx, "kept", metav1.GetOptions{})
		return err == nil && got.Status.Phase == corev1.PodSucceeded, err
	})
	if err := pods.Delete(t.Context(), "kept", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Second)
	got, err := pods.Get(t.Context(), "kept", metav1.GetOptions{})
	if err != nil || got.DeletionTimestamp == nil || len(got.Finalizers) != 1 {
		t.Fatalf("pod %+v, %v", got.ObjectMeta, err)
	}
	got.Finalizers = nil
	if _, err := pods.Update(t.Context(), got, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "pod gone", func(ctx context.Context) (bool, error) {
		_, err := pods.Get(ctx, "kept", metav1.GetOptions{})
		return apierrors.IsNotFound(err), err
	})
}
