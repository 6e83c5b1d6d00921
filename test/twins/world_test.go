//go:build e2e

package twins

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// thing is a live object.
type thing struct {
	unstructured.Unstructured
	// key is what both twins call it.
	key string
	// text is what it consists of, as both twins have it.
	text string
}

// hook tells whether it bears Helm's annotation.
func (x *thing) hook() bool { _, ok := x.GetAnnotations()["helm.sh/hook"]; return ok }

// ordinary tells whether a release has it as its own, or it is nobody's hook.
func (x *thing) ordinary() bool {
	_, ok := x.GetAnnotations()["meta.helm.sh/release-name"]
	return ok || !x.hook() && x.GetLabels()[listedLabel] == ""
}

func (x *thing) keep() bool { _, ok := x.GetAnnotations()["helm.sh/resource-policy"]; return ok }

func (x *thing) deleting() bool { return x.GetDeletionTimestamp() != nil }

// world is all that a twin has, by key.
type world struct {
	twin   *twin
	things map[string]*thing
	// pods are those that are there, whoever made them.
	pods []unstructured.Unstructured
	// hooks are all objects in the twin's namespaces that bear Helm's annotation, by UID.
	hooks map[string]string
	// records are the revisions of Helm that are stored, by release and revision.
	records map[string]unstructured.Unstructured
	// endpoints are the Services with addresses that are ready.
	endpoints map[string]bool
}

// look reads a twin's world, every object of every kind that its charts consist of.
func (t *twin) look(ctx context.Context) (*world, error) {
	w := &world{
		twin: t, things: make(map[string]*thing), records: make(map[string]unstructured.Unstructured),
		hooks: make(map[string]string), endpoints: make(map[string]bool),
	}
	for _, kind := range t.looked {
		for _, space := range t.script.spaces() {
			if clusterWide(kind) && space != "" {
				continue
			}
			if err := w.read(ctx, kind, space); err != nil {
				return nil, err
			}
		}
	}
	return w, nil
}

func (w *world) read(ctx context.Context, kind, space string) error {
	list := metav1.ListOptions{}
	if clusterWide(kind) {
		list.LabelSelector = twinLabel + "=" + w.twin.namespace
	}
	found, err := w.twin.client(kind, space).List(ctx, list)
	if apierrors.IsNotFound(err) && kind == "Thing" {
		return nil // nothing defines them
	}
	if err != nil {
		return err
	}
	slices.SortStableFunc(found.Items, func(a, b unstructured.Unstructured) int {
		return cmp.Compare(a.GetCreationTimestamp().Unix(), b.GetCreationTimestamp().Unix())
	})
	for i := range found.Items {
		w.take(kind, &found.Items[i])
	}
	return nil
}

func (w *world) take(kind string, o *unstructured.Unstructured) {
	o.SetKind(kind)
	w.twin.number(kind, o)
	if _, ok := o.GetAnnotations()["helm.sh/hook"]; ok && !clusterWide(kind) {
		w.hooks[string(o.GetUID())] = w.twin.bare(kind, o.GetNamespace(), o.GetName())
	}
	switch {
	case kind == "Pod":
		w.pods = append(w.pods, *o)
	case kind == "EndpointSlice" && serves(o):
		w.endpoints[w.twin.key("Service", o.GetNamespace(), o.GetLabels()["kubernetes.io/service-name"])] = true
	}
	switch {
	case strings.HasPrefix(o.GetName(), recordName) && o.GetLabels()["owner"] == "helm":
		w.records[o.GetName()] = *o
	case metav1.GetControllerOf(o) != nil:
	default:
		x := &thing{Unstructured: *o, key: w.twin.key(kind, o.GetNamespace(), o.GetName())}
		x.text = w.twin.plain(essence(o))
		w.things[x.key] = x
	}
}

// serves tells whether an EndpointSlice has an address that is ready.
func serves(slice *unstructured.Unstructured) bool {
	endpoints, _, _ := unstructured.NestedSlice(slice.Object, "endpoints")
	for _, e := range endpoints {
		if e, ok := e.(map[string]any); ok {
			if ready, _, _ := unstructured.NestedBool(e, "conditions", "ready"); ready {
				return true
			}
		}
	}
	return false
}

// busy tells whether a Job is still to end, or a command that has not ended was at work a
// moment ago.
func (w *world) busy() bool {
	for _, x := range w.things {
		if x.GetKind() == "Job" && ended(&x.Unstructured) == "" {
			return true
		}
	}
	for _, r := range w.records {
		status := r.GetLabels()["status"]
		for _, f := range r.GetManagedFields() {
			// Stored times are whole seconds.
			if (strings.HasPrefix(status, "pending") || status == "uninstalling") && f.Time != nil && time.Since(f.Time.Time) < 2100*time.Millisecond {
				return true
			}
		}
	}
	return false
}

// find is the object of a kind and name in a namespace, if it is there.
func (w *world) find(kind, namespace, name string) *thing {
	return w.things[w.twin.key(kind, namespace, name)]
}

// byUID are all objects that the twins are compared by.
func (w *world) byUID() map[string]*thing {
	found := make(map[string]*thing, len(w.things))
	for x := range maps.Values(w.things) {
		found[string(x.GetUID())] = x
	}
	return found
}
