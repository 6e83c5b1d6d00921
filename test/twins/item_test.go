//go:build e2e

package twins

import (
	"fmt"
	"maps"
	"strconv"
	"strings"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
)

// object is a manifest, whose templates Helm renders.
type object map[string]any

// item is an object of a chart: a hook, or an ordinary resource.
type item struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
	// Hook are its phases; without them it is an ordinary resource.
	Hook string `json:"hook,omitempty"`
	// Policy is its delete policy, where it has one.
	Policy *string `json:"policy,omitempty"`
	Weight int     `json:"weight,omitempty"`
	// Keep annotates it with helm.sh/resource-policy.
	Keep bool `json:"keep,omitempty"`
	// Outcome is what becomes of a Job or Pod, success if empty.
	Outcome string `json:"outcome,omitempty"`
	// Uses are names that it refers to, by kind.
	Uses map[string]string `json:"uses,omitempty"`
	// Content is what else can change in it.
	Content int `json:"content,omitempty"`
	// Each gives it a name of its own in each revision.
	Each bool `json:"each,omitempty"`
	// Bare leaves out the labels that charts write by custom.
	Bare bool `json:"bare,omitempty"`
}

func (i *item) String() string {
	s := i.Kind + "/" + i.Name
	if i.Each {
		s += "-N"
	}
	if i.Hook != "" {
		s += "[" + i.Hook
		if i.Policy != nil {
			s += " " + *i.Policy
		}
		s += "]"
	}
	if i.Keep {
		s += "(keep)"
	}
	if i.Outcome != "" {
		s += "(" + i.Outcome + ")"
	}
	return s
}

// apiVersions are those of the kinds that charts consist of.
func apiVersions() map[string]string {
	const rbac = "rbac.authorization.k8s.io/v1"
	return map[string]string{
		"ServiceAccount": "v1", "ConfigMap": "v1", "Secret": "v1", "PersistentVolumeClaim": "v1", "Service": "v1", "Pod": "v1",
		"Role": rbac, "RoleBinding": rbac, "ClusterRole": rbac, "ClusterRoleBinding": rbac,
		"Job": "batch/v1", "Deployment": "apps/v1", "StatefulSet": "apps/v1", "NetworkPolicy": "networking.k8s.io/v1",
	}
}

// clusterWide tells whether a kind has no namespaces.
func clusterWide(kind string) bool { return strings.HasPrefix(kind, "Cluster") }

// nameOf is the name of an object of a kind, as it is rendered.
func nameOf(kind, name string) string {
	if clusterWide(kind) {
		return "{{ .Release.Namespace }}-" + name
	}
	return name
}

// twinLabel says to which twin an object without a namespace belongs.
const twinLabel = "helmhooks.test/twin"

func (i *item) manifest() object {
	name := nameOf(i.Kind, i.Name)
	if i.Each {
		name += "-{{ .Release.Revision }}"
	}
	labels, annotations := object{}, object{}
	if !i.Bare {
		labels["app.kubernetes.io/instance"] = "{{ .Release.Name }}"
		labels["app.kubernetes.io/managed-by"] = "{{ .Release.Service }}"
	}
	if i.Kind == "Pod" {
		maps.Copy(labels, i.fate())
	}
	if clusterWide(i.Kind) {
		labels[twinLabel] = "{{ .Release.Namespace }}"
	}
	if i.Hook != "" {
		annotations["helm.sh/hook"] = i.Hook
		if i.Weight != 0 {
			annotations["helm.sh/hook-weight"] = strconv.Itoa(i.Weight)
		}
		if i.Policy != nil {
			annotations["helm.sh/hook-delete-policy"] = *i.Policy
		}
	}
	if i.Keep {
		annotations["helm.sh/resource-policy"] = "keep"
	}
	o := object{
		"apiVersion": apiVersions()[i.Kind], "kind": i.Kind,
		"metadata": object{"name": name, "labels": labels, "annotations": annotations},
	}
	maps.Copy(o, i.fields())
	return o
}

// fields are what the item has besides metadata.
func (i *item) fields() object {
	content := fmt.Sprintf("v%d", i.Content)
	switch i.Kind {
	case "ConfigMap":
		return object{"data": object{"key": content}}
	case "Secret":
		return object{"stringData": object{"key": content}}
	case "PersistentVolumeClaim":
		return object{"spec": object{
			"accessModes": []string{"ReadWriteOnce"}, "resources": object{"requests": object{"storage": "1Mi"}},
		}}
	case "Service":
		return object{"spec": object{"selector": object{"app": i.Uses["app"]}, "ports": []object{{"port": 80 + i.Content}}}}
	case "NetworkPolicy":
		return object{"spec": object{"podSelector": object{"matchLabels": object{"app": i.Uses["app"]}}, "policyTypes": []string{"Ingress"}}}
	case "Role", "ClusterRole":
		return object{"rules": []object{{"apiGroups": []string{""}, "resources": []string{"pods"}, "verbs": []string{"get", content}}}}
	case "RoleBinding", "ClusterRoleBinding":
		role := strings.TrimSuffix(i.Kind, "Binding")
		return object{
			"roleRef":  object{"apiGroup": "rbac.authorization.k8s.io", "kind": role, "name": nameOf(role, i.Uses[role])},
			"subjects": []object{{"kind": "ServiceAccount", "name": i.Uses["ServiceAccount"], "namespace": "{{ .Release.Namespace }}"}},
		}
	case "Job":
		return object{"spec": object{"backoffLimit": 0, "template": i.template()}}
	case "Pod":
		return object{"spec": i.podSpec()}
	case "Deployment", "StatefulSet":
		spec := object{"selector": object{"matchLabels": object{"app": i.Name}}, "template": i.template()}
		if i.Kind == "StatefulSet" {
			spec["serviceName"] = "none"
		}
		return object{"spec": spec}
	default:
		return nil
	}
}

// fate are the labels by which a pod that is to end does so, and at once.
func (i *item) fate() object {
	labels := object{cluster.SecondsLabel: "0"}
	if i.Outcome != "" {
		labels[cluster.OutcomeLabel] = i.Outcome
	}
	return labels
}

// template is the pod template of a workload.
func (i *item) template() object {
	labels := object{"app": i.Name}
	if i.Kind == "Job" {
		labels = i.fate()
	}
	return object{"metadata": object{"labels": labels}, "spec": i.podSpec()}
}

func (i *item) podSpec() object {
	c := object{"name": "main", "image": fmt.Sprintf("registry.k8s.io/pause:3.%d", i.Content), "env": []object{}}
	spec := object{}
	if i.Kind == "Job" || i.Kind == "Pod" {
		spec["restartPolicy"] = "Never"
	}
	if account := i.Uses["ServiceAccount"]; account != "" {
		spec["serviceAccountName"] = account
	}
	var from []object
	if name := i.Uses["ConfigMap"]; name != "" {
		from = append(from, object{"configMapRef": object{"name": name}})
	}
	if name := i.Uses["Secret"]; name != "" {
		from = append(from, object{"secretRef": object{"name": name}})
	}
	if from != nil {
		c["envFrom"] = from
	}
	if name := i.Uses["PersistentVolumeClaim"]; name != "" {
		spec["volumes"] = []object{{"name": "data", "persistentVolumeClaim": object{"claimName": name}}}
	}
	spec["containers"] = []object{c}
	return spec
}
