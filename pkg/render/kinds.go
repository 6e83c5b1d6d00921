package render

import (
	"strings"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// kindCell is the kind as kubectl users type it: a well-known short name, or the
// kind in lower case. A kind that bears the name of one of Kubernetes' own and is
// another is followed by its group, as kubectl wants it.
func kindCell(o *snapshot.Object) string {
	group := snapshot.Group(o.APIVersion)
	home, short, known := wellKnown(o.Kind)
	switch {
	case !known:
		return strings.ToLower(o.Kind)
	case o.APIVersion == "": // of a manifest that could not be read
		return short
	case group != home && !snapshot.SameGroup(o.Kind, group, home):
		return strings.ToLower(o.Kind) + "." + group
	default:
		return short
	}
}

// wellKnown returns the group and the short name of Kubernetes' own kinds.
func wellKnown(kind string) (group, short string, known bool) {
	switch kind {
	case "ConfigMap":
		return "", "cm", true
	case "Namespace":
		return "", "ns", true
	case "PersistentVolume":
		return "", "pv", true
	case "PersistentVolumeClaim":
		return "", "pvc", true
	case "Service":
		return "", "svc", true
	case "ServiceAccount":
		return "", "sa", true
	case "Pod", "Secret", "Node", "Endpoints":
		return "", strings.ToLower(kind), true
	case "DaemonSet":
		return "apps", "ds", true
	case "Deployment":
		return "apps", "deploy", true
	case "ReplicaSet":
		return "apps", "rs", true
	case "StatefulSet":
		return "apps", "sts", true
	case "CronJob":
		return "batch", "cj", true
	case "Job":
		return "batch", "job", true
	case "CustomResourceDefinition":
		return "apiextensions.k8s.io", "crd", true
	case "HorizontalPodAutoscaler":
		return "autoscaling", "hpa", true
	case "Ingress":
		return "networking.k8s.io", "ing", true
	case "NetworkPolicy":
		return "networking.k8s.io", "netpol", true
	case "PodDisruptionBudget":
		return "policy", "pdb", true
	case "PriorityClass":
		return "scheduling.k8s.io", "pc", true
	case "StorageClass":
		return "storage.k8s.io", "sc", true
	case "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding":
		return "rbac.authorization.k8s.io", strings.ToLower(kind), true
	default:
		return "", "", false
	}
}
