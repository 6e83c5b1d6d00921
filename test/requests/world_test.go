//go:build e2e

package requests

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// revisions of each release are kept.
const revisions = 3

func namespaces() []string { return []string{"shop", "desk"} }

// fill brings each namespace to so many releases, of each of which a hook object is alive
// and another was dropped, and to as many orphans of releases that are gone, one of them a
// Job that has finished.
func fill(t *testing.T, releases int) {
	t.Helper()
	for _, ns := range namespaces() {
		_, err := stage.client.CoreV1().Namespaces().Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: ns}}, metav1.CreateOptions{})
		made(t, err)
		for i := range releases {
			name := fmt.Sprintf("app-%d", i)
			for revision := 1; revision <= revisions; revision++ {
				makeRecord(t, ns, name, revision)
			}
			makeHook(t, ns, name+"-now", name)
			makeHook(t, ns, name+"-before", name)
			if i > 0 {
				makeHook(t, ns, fmt.Sprintf("left-%d", i), "gone")
			}
		}
		_, err = stage.client.BatchV1().Jobs(ns).Create(t.Context(), &batchv1.Job{
			ObjectMeta: hookMeta("left-0", "gone"),
			Spec: batchv1.JobSpec{BackoffLimit: new(int32), Template: corev1.PodTemplateSpec{Spec: corev1.PodSpec{
				RestartPolicy: corev1.RestartPolicyNever,
				Containers:    []corev1.Container{{Name: "hook", Image: "registry.k8s.io/pause:3.10"}},
			}}},
		}, metav1.CreateOptions{FieldManager: "helm"})
		made(t, err)
		finish(t, ns, "left-0")
	}
}

// made takes what is there already for made.
func made(t *testing.T, err error) {
	t.Helper()
	if err != nil && !apierrors.IsAlreadyExists(err) {
		t.Fatal(err)
	}
}

func hookMeta(name, release string) metav1.ObjectMeta {
	return metav1.ObjectMeta{
		Name: name, Labels: map[string]string{"app.kubernetes.io/instance": release},
		Annotations: map[string]string{"helm.sh/hook": "pre-upgrade"},
	}
}

func makeHook(t *testing.T, namespace, name, release string) {
	t.Helper()
	_, err := stage.client.CoreV1().ConfigMaps(namespace).Create(t.Context(),
		&corev1.ConfigMap{ObjectMeta: hookMeta(name, release)}, metav1.CreateOptions{FieldManager: "helm"})
	made(t, err)
}

// makeRecord stores a revision as Helm does. The first declares a hook that later ones
// have dropped.
func makeRecord(t *testing.T, namespace, name string, revision int) {
	t.Helper()
	status, declared := "superseded", name+"-now"
	switch revision {
	case 1:
		declared = name + "-before"
	case revisions:
		status = "deployed"
	}
	manifest := "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: " + declared + "\n  annotations:\n    helm.sh/hook: pre-upgrade\n"
	text, err := json.Marshal(map[string]any{
		"name": name, "namespace": namespace, "version": revision, "info": map[string]any{"status": status},
		"chart": map[string]any{"metadata": map[string]any{"name": "app", "version": "1.0.0"}},
		"hooks": []any{map[string]any{"name": declared, "kind": "ConfigMap", "manifest": manifest, "events": []string{"pre-upgrade"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = stage.client.CoreV1().Secrets(namespace).Create(t.Context(), &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{
			Name:   fmt.Sprintf("sh.helm.release.v1.%s.v%d", name, revision),
			Labels: map[string]string{"owner": "helm", "name": name, "version": fmt.Sprint(revision), "status": status},
		},
		Type: "helm.sh/release.v1",
		Data: map[string][]byte{"release": []byte(base64.StdEncoding.EncodeToString(packed.Bytes()))},
	}, metav1.CreateOptions{FieldManager: "helm"})
	made(t, err)
}

// finish waits until a Job has ended.
func finish(t *testing.T, namespace, name string) {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		job, err := stage.client.BatchV1().Jobs(namespace).Get(t.Context(), name, metav1.GetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if job.Status.Succeeded > 0 && job.Status.CompletionTime != nil {
			return
		}
	}
	t.Fatalf("job %s in %s does not end", name, namespace)
}

// left is how many hook objects of gone releases there are.
func left(t *testing.T) int {
	t.Helper()
	ctx, gone := context.WithoutCancel(t.Context()), metav1.ListOptions{LabelSelector: "app.kubernetes.io/instance=gone"}
	maps, err := stage.client.CoreV1().ConfigMaps("").List(ctx, gone)
	if err != nil {
		t.Fatal(err)
	}
	jobs, err := stage.client.BatchV1().Jobs("").List(ctx, gone)
	if err != nil {
		t.Fatal(err)
	}
	return len(maps.Items) + len(jobs.Items)
}
