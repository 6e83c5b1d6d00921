//go:build e2e

package prunes

import (
	"context"
	"fmt"
	"testing"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// orphaned is metadata as Helm's hooks of a release have it of which no record is left.
func orphaned(name, release string) metav1.ObjectMeta {
	return metav1.ObjectMeta{
		Name: name, Labels: map[string]string{"app.kubernetes.io/instance": release},
		Annotations: map[string]string{"helm.sh/hook": "pre-install"},
	}
}

// byHelm makes what it makes look like Helm's.
func byHelm() metav1.CreateOptions { return metav1.CreateOptions{FieldManager: "helm"} }

// orphans makes a namespace with as many orphaned ConfigMaps and ServiceAccounts of a
// gone release, a finished Job of it, and a ConfigMap that is nobody's hook. It returns
// how many may go.
func orphans(t *testing.T, namespace string, each int) int {
	t.Helper()
	p := newPlayer(3, namespace)
	must(t, p.makeNamespace(t.Context()))
	release := "gone-from-" + namespace
	for n := range each {
		makeConfigMap(t, namespace, fmt.Sprintf("left-%d", n))
		account := &corev1.ServiceAccount{ObjectMeta: orphaned(fmt.Sprintf("left-%d", n), release)}
		_, err := stage.client.CoreV1().ServiceAccounts(namespace).Create(t.Context(), account, byHelm())
		must(t, err)
	}
	_, err := stage.client.BatchV1().Jobs(namespace).Create(t.Context(), orphanedJob("left", release), byHelm())
	must(t, err)
	_, err = stage.client.CoreV1().ConfigMaps(namespace).Create(t.Context(), &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "innocent"}}, metav1.CreateOptions{})
	must(t, err)
	must(t, p.finished(t.Context(), "left", "complete"))
	return 2*each + 1
}

func orphanedJob(name, release string) *batchv1.Job {
	return &batchv1.Job{
		ObjectMeta: orphaned(name, release),
		Spec: batchv1.JobSpec{BackoffLimit: new(int32), Template: corev1.PodTemplateSpec{Spec: corev1.PodSpec{
			RestartPolicy: corev1.RestartPolicyNever,
			Containers:    []corev1.Container{{Name: "hook", Image: "registry.k8s.io/pause:3.10"}},
		}}},
	}
}

func makeConfigMap(t *testing.T, namespace, name string) {
	t.Helper()
	c := &corev1.ConfigMap{ObjectMeta: orphaned(name, "gone-from-"+namespace), Data: map[string]string{"key": "value"}}
	_, err := stage.client.CoreV1().ConfigMaps(namespace).Create(t.Context(), c, byHelm())
	must(t, err)
}

// hooksLeftAtRest is hooksLeft once the server has done what it was asked to.
func hooksLeftAtRest(t *testing.T, namespace string) int {
	t.Helper()
	left := hooksLeft(t, namespace)
	for {
		time.Sleep(time.Second)
		now := hooksLeft(t, namespace)
		if now == left {
			return now
		}
		left = now
	}
}

// hooksLeft is how many of the orphans are still there. What never was one must be.
func hooksLeft(t *testing.T, namespace string) int {
	t.Helper()
	ctx, all := context.WithoutCancel(t.Context()), metav1.ListOptions{}
	n := 0
	count := func(m *metav1.ObjectMeta) {
		if _, ok := m.Annotations["helm.sh/hook"]; ok {
			n++
		}
	}
	maps, err := stage.client.CoreV1().ConfigMaps(namespace).List(ctx, all)
	must(t, err)
	innocent := false
	for i := range maps.Items {
		count(&maps.Items[i].ObjectMeta)
		innocent = innocent || maps.Items[i].Name == "innocent"
	}
	if !innocent {
		t.Error("what never was a hook is gone")
	}
	accounts, err := stage.client.CoreV1().ServiceAccounts(namespace).List(ctx, all)
	must(t, err)
	for i := range accounts.Items {
		count(&accounts.Items[i].ObjectMeta)
	}
	jobs, err := stage.client.BatchV1().Jobs(namespace).List(ctx, all)
	must(t, err)
	for i := range jobs.Items {
		count(&jobs.Items[i].ObjectMeta)
	}
	return n
}

// wantLeft holds that so many orphans are still there.
func wantLeft(t *testing.T, namespace string, want int) {
	t.Helper()
	if got := hooksLeft(t, namespace); got != want {
		t.Errorf("%d orphans are left, want %d", got, want)
	}
}
