//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/story"
)

// Scenes are played by each Helm in namespaces of its own.
func scene(name string, major int) string { return fmt.Sprintf("%s-h%d", name, major) }

// ages holds Pods that ended long ago.
const ages = "ages"

func sceneNamespaces() []string {
	all := []string{ages}
	for _, major := range []int{3, 4} {
		for _, name := range []string{"lifecycle", "medley", "medley-else", "quiet", "long", "twins", "drivers", "flux", "flux-storage"} {
			all = append(all, scene(name, major))
		}
	}
	return all
}

// longRelease is as long as Helm allows; two of them differ only at the end.
func longRelease(end string) string { return strings.Repeat("long-", 10) + "rr" + end }

func playScenes(ctx context.Context, g *errgroup.Group) {
	for _, major := range []int{3, 4} {
		g.Go(func() (err error) {
			stage.lifecycles[major], err = live(ctx, major)
			return err
		})
		g.Go(func() error { return playMedley(ctx, major) })
	}
	g.Go(func() error { return playAges(ctx) })
}

// playMedley plays the chart whose hooks never wait, again and again.
func playMedley(ctx context.Context, major int) error {
	chart, err := story.Chart("medley")
	if err != nil {
		return err
	}
	in := func(name string, env ...string) story.Helm {
		h := helm(major, scene(name, major))
		h.Env = env
		return h
	}
	generate := []string{"--set", "generateName=true", "--set", "otherNamespace=" + scene("medley-else", major)}
	if major == 4 { // which cannot apply what has no name yet
		generate = append(generate, "--server-side=false")
	}
	if err := in("medley").Steps(ctx,
		append([]string{"install", "medley", chart}, generate...),
		append([]string{"upgrade", "medley", chart}, generate...),
	); err != nil {
		return err
	}
	if err := in("quiet").Steps(ctx,
		[]string{"install", "quiet", chart, "--no-hooks"},
		[]string{"upgrade", "quiet", chart, "--no-hooks"},
	); err != nil {
		return err
	}
	if err := in("long").Steps(ctx,
		[]string{"install", longRelease("a"), chart},
		[]string{"install", longRelease("b"), chart},
	); err != nil {
		return err
	}
	if err := in("twins").Run(ctx, "install", "twin", chart, "--set", fmt.Sprintf("suffix=-%d", major)); err != nil {
		return err
	}
	if err := in("drivers").Run(ctx, "install", "twin", chart, "--set", "suffix=-s"); err != nil {
		return err
	}
	if err := in("drivers", "HELM_DRIVER=configmap").Run(ctx, "install", "twin", chart, "--set", "suffix=-c"); err != nil {
		return err
	}
	if err := in("flux").Run(ctx, "install", "app", chart); err != nil {
		return err
	}
	return moveRecord(ctx, scene("flux", major), scene("flux-storage", major), "sh.helm.release.v1.app.v1")
}

// moveRecord stores a record in another namespace than its release's own, as
// Flux's storageNamespace does.
func moveRecord(ctx context.Context, from, to, name string) error {
	secrets := kubernetes.NewForConfigOrDie(stage.Cluster.Config()).CoreV1().Secrets
	record, err := secrets(from).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return err
	}
	moved := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: record.Labels}, Type: record.Type, Data: record.Data,
	}
	if _, err := secrets(to).Create(ctx, moved, metav1.CreateOptions{}); err != nil {
		return err
	}
	return secrets(from).Delete(ctx, name, metav1.DeleteOptions{})
}

// aged are hook Pods by the days since they ended; 0 has not.
func aged() map[string]int { return map[string]int{"running": 0, "ten-days": 10, "two-years": 730} }

// playAges makes Pods that no scheduler takes, and writes their ends itself: no
// other time of an object can be set by those who create it.
func playAges(ctx context.Context) error {
	pods := kubernetes.NewForConfigOrDie(stage.Cluster.Config()).CoreV1().Pods(ages)
	for name, days := range aged() {
		pod, err := pods.Create(ctx, &corev1.Pod{
			ObjectMeta: metav1.ObjectMeta{
				Name: name, Annotations: map[string]string{"helm.sh/hook": "test"},
				Labels: map[string]string{"app.kubernetes.io/instance": "aged", "tier": "test"},
			},
			Spec: corev1.PodSpec{
				SchedulerName: "nobody", RestartPolicy: corev1.RestartPolicyNever,
				Containers: []corev1.Container{{Name: "hook", Image: "registry.k8s.io/pause:3.10"}},
			},
		}, metav1.CreateOptions{FieldManager: "helm"})
		if err != nil {
			return err
		}
		if days == 0 {
			continue
		}
		end := metav1.NewTime(time.Now().Add(-time.Duration(days) * 24 * time.Hour))
		pod.Status = corev1.PodStatus{
			Phase: corev1.PodFailed,
			ContainerStatuses: []corev1.ContainerStatus{{
				Name: "hook", Image: "x", ImageID: "x",
				State: corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: 1, StartedAt: end, FinishedAt: end}},
			}},
		}
		if _, err := pods.UpdateStatus(ctx, pod, metav1.UpdateOptions{}); err != nil {
			return err
		}
	}
	return nil
}
