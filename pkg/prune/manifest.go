package prune

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// identity is what tells one version of an object from another.
type identity struct {
	Metadata struct {
		UID             string `json:"uid"`
		ResourceVersion string `json:"resourceVersion"`
	} `json:"metadata"`
}

// same tells whether an object, as JSON, is the very one and in the very version that
// was judged.
func same(object []byte, o *snapshot.Object) (bool, error) {
	var id identity
	if err := json.Unmarshal(object, &id); err != nil {
		return false, fmt.Errorf("the server's answer is no object: %w", err)
	}
	return id.Metadata.UID == o.UID && id.Metadata.ResourceVersion == o.ResourceVersion, nil
}

// Manifest makes of a live object, as JSON, what can be applied again: without what
// only a server writes, and without what ties it to things that are gone.
func Manifest(object []byte) ([]byte, error) {
	var o map[string]any
	if err := json.Unmarshal(object, &o); err != nil {
		return nil, fmt.Errorf("the server's answer is no object: %w", err)
	}
	delete(o, "status")
	if m, ok := o["metadata"].(map[string]any); ok {
		for _, field := range []string{
			"uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds",
			"managedFields", "selfLink", "ownerReferences", "finalizers",
		} {
			delete(m, field)
		}
		dropKeys(m, "annotations", "pv.kubernetes.io/", "volume.kubernetes.io/", "volume.beta.kubernetes.io/",
			"deployment.kubernetes.io/", "batch.kubernetes.io/job-tracking")
		dropKeys(m, "labels", "batch.kubernetes.io/controller-uid", "controller-uid", "batch.kubernetes.io/job-name", "job-name")
	}
	kind, _ := o["kind"].(string)
	version, _ := o["apiVersion"].(string)
	if spec, ok := o["spec"].(map[string]any); ok {
		dropSpec(snapshot.Group(version), kind, spec)
	}
	return yaml.Marshal(o)
}

// dropSpec takes away what a server filled in and would refuse, or would tie to what
// is gone.
func dropSpec(group, kind string, spec map[string]any) {
	switch {
	case group == "" && kind == "PersistentVolumeClaim":
		delete(spec, "volumeName")
	case group == "" && kind == "PersistentVolume":
		delete(spec, "claimRef")
	case group == "" && kind == "Service":
		if spec["clusterIP"] != "None" {
			delete(spec, "clusterIP")
			delete(spec, "clusterIPs")
		}
	case group == "" && kind == "Pod":
		delete(spec, "nodeName")
	case hook.Runs(group, kind):
		if spec["manualSelector"] != true {
			delete(spec, "selector")
		}
		if template, ok := spec["template"].(map[string]any); ok {
			if m, ok := template["metadata"].(map[string]any); ok {
				dropKeys(m, "labels", "batch.kubernetes.io/controller-uid", "controller-uid", "batch.kubernetes.io/job-name", "job-name")
			}
		}
	}
}

// dropKeys takes keys with these beginnings out of a map of strings.
func dropKeys(metadata map[string]any, field string, prefixes ...string) {
	values, ok := metadata[field].(map[string]any)
	if !ok {
		return
	}
	maps.DeleteFunc(values, func(key string, _ any) bool {
		for _, p := range prefixes {
			if strings.HasPrefix(key, p) {
				return true
			}
		}
		return false
	})
	if len(values) == 0 {
		delete(metadata, field)
	}
}
