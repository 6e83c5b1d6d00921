//go:build e2e

package twins

import (
	"fmt"
	"strings"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
)

// fields are what the item has besides metadata.
func (i *item) fields() object {
	content := fmt.Sprintf("v%d", i.Content)
	switch i.Kind {
	case "ServiceAccount":
		if name := i.Uses["Secret"]; name != "" {
			return object{"imagePullSecrets": []object{{"name": name}}}
		}
		return nil
	case "ConfigMap":
		return object{"data": object{"key": content}}
	case "Secret":
		return object{"stringData": object{"key": content}}
	case "Thing":
		return object{"spec": object{"key": content}}
	case "CustomResourceDefinition":
		return object{"spec": definition(content)}
	case "Role", "ClusterRole":
		return object{"rules": []object{{"apiGroups": []string{""}, "resources": []string{"pods"}, "verbs": []string{"get", content}}}}
	case "RoleBinding", "ClusterRoleBinding":
		role := strings.TrimSuffix(i.Kind, "Binding")
		return object{
			"roleRef":  object{"apiGroup": "rbac.authorization.k8s.io", "kind": role, "name": nameOf(role, i.Uses[role])},
			"subjects": []object{{"kind": "ServiceAccount", "name": i.Uses["ServiceAccount"], "namespace": i.namespace()}},
		}
	case "Namespace":
		return nil
	default:
		return object{"spec": i.spec()}
	}
}

// definition is what defines Things.
func definition(content string) object {
	schema := object{"type": "object", "description": content, "x-kubernetes-preserve-unknown-fields": true}
	return object{
		"group": groupOfThings, "scope": "Namespaced",
		"names":    object{"plural": "things", "singular": "thing", "kind": "Thing", "listKind": "ThingList"},
		"versions": []object{{"name": "v1", "served": true, "storage": true, "schema": object{"openAPIV3Schema": schema}}},
	}
}

func (i *item) spec() object {
	selector := object{"matchLabels": object{"app": i.Uses["app"]}}
	switch i.Kind {
	case "PersistentVolumeClaim":
		return object{"accessModes": []string{"ReadWriteOnce"}, "resources": object{"requests": object{"storage": "1Mi"}}}
	case "Service":
		return object{"selector": object{"app": i.Uses["app"]}, "ports": []object{{"port": 80 + i.Content}}}
	case "NetworkPolicy":
		return object{"podSelector": selector, "policyTypes": []string{"Ingress"}}
	case "PodDisruptionBudget":
		return object{"selector": selector, "maxUnavailable": i.Content}
	case "Ingress":
		return i.ingress()
	case "HorizontalPodAutoscaler":
		target := object{"apiVersion": "apps/v1", "kind": "Deployment", "name": i.Uses["Deployment"]}
		return object{"scaleTargetRef": target, "minReplicas": 1, "maxReplicas": 2 + i.Content}
	case "Job":
		return object{"backoffLimit": 0, "template": i.template()}
	case "CronJob":
		job := object{"spec": object{"backoffLimit": 0, "template": i.template()}}
		return object{"schedule": "0 0 1 1 *", "suspend": true, "jobTemplate": job}
	case "Pod":
		return i.podSpec()
	default: // a Deployment or StatefulSet
		spec := object{"selector": object{"matchLabels": object{"app": i.Name}}, "template": i.template()}
		if i.Kind == "StatefulSet" {
			spec["serviceName"] = "none"
		}
		return spec
	}
}

func (i *item) ingress() object {
	spec := object{"defaultBackend": object{"service": object{"name": i.Uses["Service"], "port": object{"number": 80 + i.Content}}}}
	if name := i.Uses["Secret"]; name != "" {
		spec["tls"] = []object{{"hosts": []string{"twins.helmhooks.test"}, "secretName": name}}
	}
	return spec
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
	if i.Kind == "Job" || i.Kind == "CronJob" {
		labels = i.fate()
	}
	return object{"metadata": object{"labels": labels}, "spec": i.podSpec()}
}
