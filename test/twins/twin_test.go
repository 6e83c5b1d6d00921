//go:build e2e

package twins

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
)

// twin is one of two namespaces, with those beside them, that live the same life.
type twin struct {
	namespace string
	script    *script
	// looked are the kinds that are looked at.
	looked []string
	// dir has the values files of its charts.
	dir string
	// deeds are what prune did.
	deeds deeds
	// numbers are those of objects with generated names, by UID and by key without them.
	numbers   map[types.UID]int
	generated map[string]string
	counted   map[string]int
}

func newTwin(ctx context.Context, namespace string, s *script) (*twin, error) {
	t := &twin{
		namespace: namespace, script: s, looked: s.looked(), dir: filepath.Join(stage.Dir, namespace), deeds: newDeeds(),
		numbers: make(map[types.UID]int), generated: make(map[string]string), counted: make(map[string]int),
	}
	if err := os.Mkdir(t.dir, 0o700); err != nil {
		return nil, err
	}
	for _, space := range s.spaces() {
		if space == made {
			continue
		}
		if err := settle(ctx, t.space(space)); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// settle makes a namespace. Pods need its account, and whoever compares must not see it come.
func settle(ctx context.Context, namespace string) error {
	ns := &unstructured.Unstructured{Object: object{"apiVersion": "v1", "kind": "Namespace", "metadata": object{"name": namespace}}}
	if _, err := stage.client.Resource(resource("Namespace", "")).Create(ctx, ns, metav1.CreateOptions{}); err != nil {
		return err
	}
	for end := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		_, account := stage.client.Resource(resource("ServiceAccount", "")).Namespace(namespace).Get(ctx, "default", metav1.GetOptions{})
		_, ca := stage.client.Resource(resource("ConfigMap", "")).Namespace(namespace).Get(ctx, "kube-root-ca.crt", metav1.GetOptions{})
		err := errors.Join(account, ca)
		if err == nil || time.Now().After(end) || (!apierrors.IsNotFound(account) && !apierrors.IsNotFound(ca)) {
			return err
		}
	}
}

// bury deletes the twin and all that it had.
func (t *twin) bury(ctx context.Context) error {
	err := os.RemoveAll(t.dir)
	now := metav1.DeletePropagationBackground
	for _, kind := range t.looked {
		if clusterWide(kind) && kind != "Namespace" { // which cannot be deleted together
			err = errors.Join(err, t.client(kind, "").DeleteCollection(ctx,
				metav1.DeleteOptions{PropagationPolicy: &now}, metav1.ListOptions{LabelSelector: twinLabel + "=" + t.namespace}))
		}
	}
	for _, space := range t.script.spaces() {
		gone := stage.client.Resource(resource("Namespace", "")).Delete(ctx, t.space(space), metav1.DeleteOptions{PropagationPolicy: &now})
		if space == made && apierrors.IsNotFound(gone) {
			continue
		}
		err = errors.Join(err, gone)
	}
	return err
}

// client is for objects of a kind in one of the twin's namespaces.
func (t *twin) client(kind, space string) dynamic.ResourceInterface {
	c := stage.client.Resource(resource(kind, t.namespace))
	if clusterWide(kind) {
		return c
	}
	return c.Namespace(t.space(space))
}

// space is one of the twin's namespaces by its mark.
func (t *twin) space(mark string) string {
	if mark == "" {
		return t.namespace
	}
	return t.namespace + "-" + mark
}

// release is the name of the twin's release: a namesake elsewhere would be evidence.
func (t *twin) release(other bool) string {
	if other {
		return t.namespace + "-other"
	}
	return t.namespace
}

// of is the namespace that a release is stored in.
func (t *twin) of(other bool) string {
	if other && t.script.Far {
		return t.space(far)
	}
	return t.namespace
}

// rest waits until what a killed Helm began has come to its end, and its release is
// stale: before that prune touches nothing of it.
func (t *twin) rest(ctx context.Context) error {
	for end := time.Now().Add(4 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		w, err := t.look(ctx)
		if err != nil || !w.busy() {
			return err
		}
	}
	return ctx.Err() // with what hangs
}
