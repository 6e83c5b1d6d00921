package dump

// builtin is what objects do not say of their kind.
type builtin struct {
	namespaced bool
	shortNames []string
}

// wellKnown knows the kinds of Kubernetes that people have short names for, and
// those that have no namespace.
func wellKnown(group, kind string) (builtin, bool) {
	in, out := func(short ...string) (builtin, bool) { return builtin{true, short}, true },
		func(short ...string) (builtin, bool) { return builtin{false, short}, true }
	switch kind + "." + group {
	case "ConfigMap.":
		return in("cm")
	case "Endpoints.":
		return in("ep")
	case "LimitRange.":
		return in("limits")
	case "PersistentVolumeClaim.":
		return in("pvc")
	case "Pod.":
		return in("po")
	case "ReplicationController.":
		return in("rc")
	case "ResourceQuota.":
		return in("quota")
	case "Service.":
		return in("svc")
	case "ServiceAccount.":
		return in("sa")
	case "DaemonSet.apps":
		return in("ds")
	case "Deployment.apps":
		return in("deploy")
	case "ReplicaSet.apps":
		return in("rs")
	case "StatefulSet.apps":
		return in("sts")
	case "HorizontalPodAutoscaler.autoscaling":
		return in("hpa")
	case "CronJob.batch":
		return in("cj")
	case "Ingress.networking.k8s.io":
		return in("ing")
	case "NetworkPolicy.networking.k8s.io":
		return in("netpol")
	case "PodDisruptionBudget.policy":
		return in("pdb")
	case "Job.batch", "Secret.", "Role.rbac.authorization.k8s.io", "RoleBinding.rbac.authorization.k8s.io",
		"Lease.coordination.k8s.io", "EndpointSlice.discovery.k8s.io":
		return in()
	case "Namespace.":
		return out("ns")
	case "Node.":
		return out("no")
	case "PersistentVolume.":
		return out("pv")
	case "CustomResourceDefinition.apiextensions.k8s.io":
		return out("crd", "crds")
	case "PriorityClass.scheduling.k8s.io":
		return out("pc")
	case "StorageClass.storage.k8s.io":
		return out("sc")
	case "ClusterRole.rbac.authorization.k8s.io", "ClusterRoleBinding.rbac.authorization.k8s.io",
		"IngressClass.networking.k8s.io", "APIService.apiregistration.k8s.io",
		"MutatingWebhookConfiguration.admissionregistration.k8s.io",
		"ValidatingWebhookConfiguration.admissionregistration.k8s.io":
		return out()
	default:
		return builtin{}, false
	}
}
