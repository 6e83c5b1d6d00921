package uses

import (
	"slices"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// Reader is a kind of objects that have to be read to know who uses an object.
type Reader struct {
	Group, Kind string
	// Everywhere tells that users may be in any namespace, or in none; else they are
	// in that of the object.
	Everywhere bool
	// MetadataOnly tells that the rest of the objects tells nothing.
	MetadataOnly bool
}

// Readers are the kinds that can use objects of a kind, and those that tell what
// such objects select. Of objects without a namespace only readers everywhere
// matter. Kinds of which nothing is known may be mentioned, and scaled.
func Readers(group, kind string) []Reader {
	here := func(group string, kinds ...string) []Reader { return readers(group, false, kinds) }
	everywhere := func(group string, kinds ...string) []Reader { return readers(group, true, kinds) }
	if clusterScoped(group, kind) {
		switch kind {
		case "ClusterRole":
			return everywhere(rbac, "ClusterRole", "ClusterRoleBinding", "RoleBinding")
		case "ClusterRoleBinding":
			return slices.Concat(everywhere(rbac, "ClusterRoleBinding"), everywhere("", "ServiceAccount"))
		case "IngressClass":
			return everywhere(network, "Ingress")
		case "StorageClass":
			return slices.Concat(workloads(true), everywhere("", "PersistentVolumeClaim", "PersistentVolume"))
		case "PriorityClass", "RuntimeClass":
			return workloads(true)
		case "PersistentVolume":
			return everywhere("", "PersistentVolumeClaim")
		case "ValidatingAdmissionPolicy", "MutatingAdmissionPolicy":
			return everywhere(admission, kind+"Binding")
		default:
			return nil
		}
	}
	all := workloads(false)
	switch kind + "." + group {
	case "ServiceAccount.":
		all = slices.Concat(all, everywhere(rbac, "RoleBinding", "ClusterRoleBinding"), here("", "Secret"))
	case "Secret.":
		all = slices.Concat(all, here("", "ServiceAccount"), here(network, "Ingress"), parameters())
	case "ConfigMap.":
		all = slices.Concat(all, parameters())
	case "PersistentVolumeClaim.":
		all = slices.Concat(all, everywhere("", "PersistentVolumeClaim"))
	case "Service.":
		all = slices.Concat(
			all, here("", "Service"), here(network, "Ingress"),
			everywhere(admission, "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"),
			everywhere("apiregistration.k8s.io", "APIService"), everywhere("apiextensions.k8s.io", "CustomResourceDefinition"),
		)
	case "NetworkPolicy." + network, "NetworkPolicy.extensions", "PodDisruptionBudget.policy":
		all = slices.Concat(all, here(group, kind))
	case "Role." + rbac:
		all = slices.Concat(all, here(rbac, "RoleBinding"))
	case "RoleBinding." + rbac:
		all = slices.Concat(all, here(rbac, "RoleBinding"), everywhere("", "ServiceAccount"))
	case "Deployment.apps", "ReplicaSet.apps", "StatefulSet.apps", "ReplicationController.",
		"Deployment.extensions", "ReplicaSet.extensions":
		all = slices.Concat(all, here("autoscaling", "HorizontalPodAutoscaler"))
	case "Pod.", "PodTemplate.", "Job.batch", "CronJob.batch", "DaemonSet.apps", "DaemonSet.extensions",
		"Ingress." + network, "Ingress.extensions", "HorizontalPodAutoscaler.autoscaling":
	default: // custom resources may have replicas, hold data, or stand behind an Ingress
		all = slices.Concat(
			all, here("autoscaling", "HorizontalPodAutoscaler"), here(network, "Ingress"), everywhere("", "PersistentVolumeClaim"),
		)
	}
	return all
}

// parameters are the kinds that name what admission policies take their parameters from.
func parameters() []Reader {
	return readers(admission, true, []string{"ValidatingAdmissionPolicyBinding", "MutatingAdmissionPolicyBinding"})
}

// workloads are the kinds that have a pod.
func workloads(everywhere bool) []Reader {
	return slices.Concat(
		readers("", everywhere, []string{"Pod", "PodTemplate", "ReplicationController"}),
		readers("apps", everywhere, []string{"Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"}),
		readers("batch", everywhere, []string{"Job", "CronJob"}),
	)
}

func readers(group string, everywhere bool, kinds []string) []Reader {
	var all []Reader
	for _, k := range kinds {
		all = append(all, Reader{Group: group, Kind: k, Everywhere: everywhere, MetadataOnly: group == "" && k == "Secret"})
	}
	return all
}

// Matters tells whether the users of an object may be in a namespace: "" stands for
// all, and for objects without one.
func (r *Reader) Matters(of *snapshot.ObjectRef, namespace string) bool {
	if namespace != "" && namespace != of.Namespace && clusterScoped(r.Group, r.Kind) {
		return false
	}
	return r.Everywhere || of.Namespace != "" && (namespace == "" || namespace == of.Namespace)
}

// Hides tells whether a gap can hide a user of an object.
func Hides(g *snapshot.Gap, of *snapshot.ObjectRef) bool {
	if !g.Users && !g.Everything && g.Group == "" {
		return false
	}
	for _, r := range Readers(snapshot.Group(of.APIVersion), of.Kind) {
		seen := !r.Everywhere && g.Namespace == "" && slices.Contains(g.Besides, of.Namespace)
		if seen || !r.Matters(of, g.Namespace) {
			continue
		}
		switch {
		case g.Group != "":
			if snapshot.SameGroup(r.Kind, g.Group, r.Group) {
				return true
			}
		case g.Kind == nil, g.Kind.Kind == r.Kind && snapshot.SameGroup(r.Kind, g.Kind.Group, r.Group):
			return true
		}
	}
	return false
}
