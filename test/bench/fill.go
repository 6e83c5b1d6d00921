package main

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
)

// together is how many releases share a namespace.
const together = 5

// filler fills a cluster.
type filler struct {
	client kubernetes.Interface
	load   load
	charts *charts
}

func newFiller(c *cluster.Cluster, l load) (*filler, error) {
	config := c.Config()
	config.QPS = -1
	config.ContentType = "application/vnd.kubernetes.protobuf"
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	charts, err := newCharts()
	return &filler{client: client, load: l, charts: charts}, err
}

// fill makes the releases from one number on up to another.
func (f *filler) fill(ctx context.Context, from, to int) error {
	for n := from; n < to; n++ {
		if n%together != 0 {
			continue
		}
		_, err := f.client.CoreV1().Namespaces().Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespaceOf(n)}}, metav1.CreateOptions{})
		if err != nil {
			return err
		}
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(16)
	for n := from; n < to && ctx.Err() == nil; n++ {
		g.Go(func() error {
			if err := f.release(ctx, n); err != nil {
				return fmt.Errorf("release %s: %w", nameOf(n), err)
			}
			return nil
		})
	}
	return g.Wait()
}

func namespaceOf(n int) string { return fmt.Sprintf("team-%04d", n/together) }

func nameOf(n int) string { return fmt.Sprintf("shop-%05d", n) }

func (f *filler) release(ctx context.Context, n int) error {
	live := n%f.load.live == 0
	orphan := live && f.load.orphaned > 0 && n/f.load.live%f.load.orphaned == 0
	for i := range f.load.revisions {
		if err := f.record(ctx, n, i+1, live, orphan); err != nil {
			return err
		}
	}
	for _, h := range hooksOf(nameOf(n), live, orphan) {
		if !h.live {
			continue
		}
		if err := f.hook(ctx, n, h); err != nil {
			return err
		}
	}
	for i := range f.load.objects {
		if err := f.ordinary(ctx, n, i); err != nil {
			return err
		}
	}
	return nil
}

func (f *filler) record(ctx context.Context, n, revision int, live, orphan bool) error {
	size, status := f.load.size, "superseded"
	if revision == f.load.revisions {
		status = "deployed"
		if f.load.huge > 0 && n%f.load.huge == 0 {
			size = hugeSize
		}
	}
	payload, err := f.charts.record(namespaceOf(n), nameOf(n), revision, f.load.revisions, size, live, orphan)
	if err != nil {
		return err
	}
	s := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{
			Name: fmt.Sprintf("sh.helm.release.v1.%s.v%d", nameOf(n), revision),
			Labels: map[string]string{
				"owner": "helm", "name": nameOf(n), "status": status, "version": fmt.Sprint(revision), "modifiedAt": fmt.Sprint(time.Now().Unix()),
			},
		},
		Type: "helm.sh/release.v1", Data: map[string][]byte{"release": payload},
	}
	_, err = f.client.CoreV1().Secrets(namespaceOf(n)).Create(ctx, s, byHelm())
	return err
}

func byHelm() metav1.CreateOptions { return metav1.CreateOptions{FieldManager: "helm"} }

func (f *filler) hook(ctx context.Context, n int, h hookSpec) error {
	meta := metav1.ObjectMeta{Name: h.name, Labels: map[string]string{"app.kubernetes.io/instance": nameOf(n)}, Annotations: h.annotations()}
	var err error
	switch h.kind {
	case "ServiceAccount":
		_, err = f.client.CoreV1().ServiceAccounts(namespaceOf(n)).Create(ctx, &corev1.ServiceAccount{ObjectMeta: meta}, byHelm())
	case "ConfigMap":
		_, err = f.client.CoreV1().ConfigMaps(namespaceOf(n)).Create(ctx, &corev1.ConfigMap{ObjectMeta: meta}, byHelm())
	default:
		err = f.finishedJob(ctx, namespaceOf(n), meta)
	}
	return err
}

// finishedJob makes a Job that nobody runs, and says that it has finished.
func (f *filler) finishedJob(ctx context.Context, namespace string, meta metav1.ObjectMeta) error {
	jobs := f.client.BatchV1().Jobs(namespace)
	job, err := jobs.Create(ctx, &batchv1.Job{ObjectMeta: meta, Spec: batchv1.JobSpec{
		ManagedBy: new("helmhooks.test/nobody"),
		Template:  corev1.PodTemplateSpec{Spec: podSpec()},
	}}, byHelm())
	if err != nil {
		return err
	}
	then := metav1.NewTime(time.Now().Add(-2 * time.Hour))
	job.Status = batchv1.JobStatus{StartTime: &then, CompletionTime: &then, Succeeded: 1, Conditions: []batchv1.JobCondition{
		{Type: batchv1.JobSuccessCriteriaMet, Status: corev1.ConditionTrue, LastTransitionTime: then},
		{Type: batchv1.JobComplete, Status: corev1.ConditionTrue, LastTransitionTime: then},
	}}
	_, err = jobs.UpdateStatus(ctx, job, metav1.UpdateOptions{FieldManager: "kube-controller-manager"})
	return err
}

func podSpec() corev1.PodSpec {
	return corev1.PodSpec{
		RestartPolicy: corev1.RestartPolicyNever, SchedulerName: "nobody",
		Containers: []corev1.Container{{Name: "main", Image: "example.com/shop:1", Args: []string{"serve"}}},
	}
}

// ordinary makes one of a release's ordinary objects; which kind, its number says.
func (f *filler) ordinary(ctx context.Context, n, i int) error {
	ns, options := namespaceOf(n), byHelm()
	labels := map[string]string{"app.kubernetes.io/instance": nameOf(n), "app.kubernetes.io/managed-by": "Helm", "app": fmt.Sprintf("%s-%d", nameOf(n), i)}
	meta := metav1.ObjectMeta{Name: fmt.Sprintf("%s-part-%d", nameOf(n), i), Labels: labels, Annotations: map[string]string{
		"meta.helm.sh/release-name": nameOf(n), "meta.helm.sh/release-namespace": ns,
	}}
	selector := &metav1.LabelSelector{MatchLabels: map[string]string{"app": labels["app"]}}
	var err error
	switch i % 10 {
	case 0, 1: // old ReplicaSets, which are most of what a Deployment leaves
		spec := podSpec()
		spec.RestartPolicy = corev1.RestartPolicyAlways
		_, err = f.client.AppsV1().ReplicaSets(ns).Create(ctx, &appsv1.ReplicaSet{ObjectMeta: meta, Spec: appsv1.ReplicaSetSpec{
			Replicas: new(int32), Selector: selector, Template: corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: spec},
		}}, options)
	case 2, 3:
		_, err = f.client.CoreV1().Pods(ns).Create(ctx, &corev1.Pod{ObjectMeta: meta, Spec: podSpec()}, options)
	case 4:
		_, err = f.client.DiscoveryV1().EndpointSlices(ns).Create(ctx, &discoveryv1.EndpointSlice{ObjectMeta: meta, AddressType: discoveryv1.AddressTypeIPv4}, options)
	case 5:
		_, err = f.client.CoreV1().Secrets(ns).Create(ctx, &corev1.Secret{ObjectMeta: meta, StringData: map[string]string{"password": "secret"}}, options)
	case 6:
		_, err = f.client.CoreV1().Services(ns).Create(ctx, &corev1.Service{ObjectMeta: meta, Spec: corev1.ServiceSpec{
			ClusterIP: corev1.ClusterIPNone, Selector: labels, Ports: []corev1.ServicePort{{Port: 80}},
		}}, options)
	case 7:
		_, err = f.client.CoreV1().ServiceAccounts(ns).Create(ctx, &corev1.ServiceAccount{ObjectMeta: meta}, options)
	default:
		_, err = f.client.CoreV1().ConfigMaps(ns).Create(ctx, &corev1.ConfigMap{ObjectMeta: meta, Data: map[string]string{"key": "value"}}, options)
	}
	return err
}
