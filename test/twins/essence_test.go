//go:build e2e

package twins

import (
	"encoding/json"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// essence is an object without what the server and its controllers put there.
func essence(o *unstructured.Unstructured) string {
	c := o.DeepCopy()
	labels := c.GetLabels()
	for _, label := range []string{"controller-uid", "batch.kubernetes.io/controller-uid", "job-name", "batch.kubernetes.io/job-name"} {
		delete(labels, label)
		unstructured.RemoveNestedField(c.Object, "spec", "template", "metadata", "labels", label)
		unstructured.RemoveNestedField(c.Object, "spec", "selector", "matchLabels", label)
	}
	meta := object{"labels": labels, "deleting": c.GetDeletionTimestamp() != nil}
	for _, owner := range c.GetOwnerReferences() {
		meta["owner "+owner.Kind] = owner.Name
	}
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
