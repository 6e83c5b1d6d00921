//go:build e2e

package twins

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// thing is a live object.
type thing struct {
	unstructured.Unstructured
	// key is its kind and name, as both twins have it.
	key string
	// text is what it consists of, as both twins have it.
	text string
}

// hook tells whether it bears Helm's annotation.
func (x *thing) hook() bool { _, ok := x.GetAnnotations()["helm.sh/hook"]; return ok }

// ordinary tells whether a release has it as its own.
func (x *thing) ordinary() bool {
	_, ok := x.GetAnnotations()["meta.helm.sh/release-name"]
	return ok || !x.hook()
}

func (x *thing) keep() bool { _, ok := x.GetAnnotations()["helm.sh/resource-policy"]; return ok }

// world is all that a twin has, by key.
type world struct {
	things map[string]*thing
	// pods are those that are there, whoever made them.
	pods []unstructured.Unstructured
	// hooks are all objects in the namespace that bear Helm's annotation, by UID.
	hooks map[string]string
	// records are the revisions of Helm that are stored, by release and revision.
	records map[string]unstructured.Unstructured
	// endpoints are the Services with addresses that are ready.
	endpoints map[string]bool
}

// look reads a twin's world, every object of every kind that charts consist of.
func (t *twin) look(ctx context.Context) (*world, error) {
	w := &world{
		things: make(map[string]*thing), records: make(map[string]unstructured.Unstructured),
		hooks: make(map[string]string), endpoints: make(map[string]bool),
	}
	for kind := range looked() {
		list := metav1.ListOptions{}
		client := stage.client.Resource(resource(kind)).Namespace(t.namespace)
		if clusterWide(kind) {
			list.LabelSelector = twinLabel + "=" + t.namespace
			client = stage.client.Resource(resource(kind)).Namespace("")
		}
		found, err := client.List(ctx, list)
		if err != nil {
			return nil, err
		}
		for i := range found.Items {
			w.take(t, kind, &found.Items[i])
		}
	}
	return w, nil
}

// looked are the API versions of the kinds that are looked at: those of charts, and
// what controllers make of them.
func looked() map[string]string {
	kinds := apiVersions()
	kinds["ReplicaSet"], kinds["ControllerRevision"], kinds["EndpointSlice"] = "apps/v1", "apps/v1", "discovery.k8s.io/v1"
	return kinds
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

func (w *world) take(t *twin, kind string, o *unstructured.Unstructured) {
	o.SetKind(kind)
	if _, ok := o.GetAnnotations()["helm.sh/hook"]; ok && !clusterWide(kind) {
		w.hooks[string(o.GetUID())] = kind + "/" + o.GetName()
	}
	switch {
	case kind == "Pod":
		w.pods = append(w.pods, *o)
	case kind == "EndpointSlice" && serves(o):
		w.endpoints[o.GetLabels()["kubernetes.io/service-name"]] = true
	}
	kindOfSecret, _, _ := unstructured.NestedString(o.Object, "type")
	switch {
	case kindOfSecret == "helm.sh/release.v1":
		w.records[o.GetName()] = *o
	case metav1.GetControllerOf(o) != nil:
	default:
		x := &thing{Unstructured: *o, key: kind + "/" + t.plain(o.GetName())}
		x.text = t.plain(essence(o))
		w.things[x.key] = x
	}
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

// essence is an object without what the server and its controllers put there.
func essence(o *unstructured.Unstructured) string {
	c := o.DeepCopy()
	labels := c.GetLabels()
	for _, label := range []string{"controller-uid", "batch.kubernetes.io/controller-uid"} {
		delete(labels, label)
		unstructured.RemoveNestedField(c.Object, "spec", "template", "metadata", "labels", label)
		unstructured.RemoveNestedField(c.Object, "spec", "selector", "matchLabels", label)
	}
	meta := object{"labels": labels, "deleting": c.GetDeletionTimestamp() != nil}
	annotations := c.GetAnnotations()
	for key := range annotations {
		if strings.Contains(key, "kubernetes.io/") {
			delete(annotations, key)
		}
	}
	meta["annotations"] = annotations
	c.Object["metadata"] = map[string]any(meta)
	status := object{"ended": ended(c)}
	if c.GetKind() == "Deployment" || c.GetKind() == "StatefulSet" {
		ready, _, _ := unstructured.NestedInt64(c.Object, "status", "readyReplicas")
		status["ready"] = ready
	}
	c.Object["status"] = map[string]any(status)
	delete(c.Object, "secrets") // an account's
	for _, path := range [][]string{{"spec", "clusterIP"}, {"spec", "clusterIPs"}, {"spec", "volumeName"}} {
		unstructured.RemoveNestedField(c.Object, path...)
	}
	if c.GetKind() == "Pod" { // the admission and the scheduler add to it
		delete(c.Object, "spec")
	}
	data, err := json.Marshal(c.Object)
	if err != nil {
		return err.Error()
	}
	return string(data)
}

// ended is how a Job or Pod ended, or "".
func ended(o *unstructured.Unstructured) string {
	if o.GetKind() == "Pod" {
		phase, _, _ := unstructured.NestedString(o.Object, "status", "phase")
		return phase
	}
	conditions, _, _ := unstructured.NestedSlice(o.Object, "status", "conditions")
	for _, c := range conditions {
		if c, ok := c.(map[string]any); ok && o.GetKind() == "Job" {
			kind, _ := c["type"].(string)
			if c["status"] == "True" && slices.Contains([]string{"Complete", "Failed"}, kind) {
				return kind
			}
		}
	}
	return ""
}
