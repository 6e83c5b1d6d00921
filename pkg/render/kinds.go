package render

import "strings"

// shortKind is the kind as kubectl users type it. Kinds with a well-known short
// name use it, all others their name in lower case.
func shortKind(kind string) string {
	switch kind {
	case "ConfigMap":
		return "cm"
	case "CronJob":
		return "cj"
	case "CustomResourceDefinition":
		return "crd"
	case "DaemonSet":
		return "ds"
	case "Deployment":
		return "deploy"
	case "HorizontalPodAutoscaler":
		return "hpa"
	case "Ingress":
		return "ing"
	case "Namespace":
		return "ns"
	case "NetworkPolicy":
		return "netpol"
	case "PersistentVolume":
		return "pv"
	case "PersistentVolumeClaim":
		return "pvc"
	case "PodDisruptionBudget":
		return "pdb"
	case "PriorityClass":
		return "pc"
	case "ReplicaSet":
		return "rs"
	case "Service":
		return "svc"
	case "ServiceAccount":
		return "sa"
	case "StatefulSet":
		return "sts"
	case "StorageClass":
		return "sc"
	default:
		return strings.ToLower(kind)
	}
}
