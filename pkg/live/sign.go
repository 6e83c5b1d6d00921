package live

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// Helm writes these annotations on ordinary resources and never on hooks.
const (
	releaseName      = "meta.helm.sh/release-name"
	releaseNamespace = "meta.helm.sh/release-namespace"
)

// Witnesses are the releases that an object shows to be living, each once: at most
// one by Helm's annotations and two by labels.
//
// What outlives releases as a matter of course is no witness: claims on volumes,
// what a controller made, hooks, what is being deleted and, for the annotations,
// what an uninstall keeps. Labels are the chart's own words, so they count only on
// what no release goes without for long: workloads and Services.
func Witnesses(k snapshot.Kind, m *metav1.PartialObjectMetadata) []snapshot.Witness {
	if !mayWitness(k, m) {
		return nil
	}
	var found []snapshot.Witness
	add := func(mark snapshot.Mark, release, namespace string) {
		same := func(w snapshot.Witness) bool { return w.Release == release && w.Namespace == namespace }
		if release != "" && namespace != "" && !slices.ContainsFunc(found, same) {
			found = append(found, snapshot.Witness{Release: release, Namespace: namespace, Mark: mark, Object: refOf(k, m)})
		}
	}
	if _, kept := m.Annotations[hook.ResourcePolicyAnnotation]; !kept {
		add(snapshot.MarkAnnotation, m.Annotations[releaseName], m.Annotations[releaseNamespace])
	}
	if isWorkload(k) && len(m.OwnerReferences) == 0 {
		for _, label := range instanceLabels() {
			add(snapshot.MarkLabel, m.Labels[label], m.Namespace)
		}
	}
	return found
}

func mayWitness(k snapshot.Kind, m *metav1.PartialObjectMetadata) bool {
	_, isHook := m.Annotations[hook.Annotation]
	claim := k.Group == "" && k.Kind == "PersistentVolumeClaim"
	return !isHook && !claim && m.DeletionTimestamp == nil && metav1.GetControllerOfNoCopy(m) == nil
}

func instanceLabels() []string { return []string{"app.kubernetes.io/instance", "release"} }

// isWorkload tells whether the kind is one that releases run as, or are reached by.
func isWorkload(k snapshot.Kind) bool {
	switch k.Kind {
	case "Deployment", "StatefulSet", "DaemonSet":
		return snapshot.SameGroup(k.Kind, k.Group, "apps")
	case "Service":
		return k.Group == ""
	default:
		return false
	}
}

func refOf(k snapshot.Kind, m *metav1.PartialObjectMetadata) snapshot.ObjectRef {
	return snapshot.ObjectRef{APIVersion: k.APIVersion(), Kind: k.Kind, Namespace: m.Namespace, Name: m.Name, UID: string(m.UID)}
}

// DependsOn returns the UIDs of the objects that the object would go with when they
// are deleted: its owners. What Kubernetes' own controllers make of an owner does
// not count, such as a Job's Pods: it is a part of the owner.
func DependsOn(k snapshot.Kind, m *metav1.PartialObjectMetadata) []string {
	var owners []string
	for _, ref := range m.OwnerReferences {
		if ref.UID != "" && !partOf(k, snapshot.Group(ref.APIVersion), ref.Kind) {
			owners = append(owners, string(ref.UID))
		}
	}
	return owners
}

// partOf tells whether objects of a kind are what a controller makes of their owner.
func partOf(k snapshot.Kind, group, owner string) bool {
	made := map[[2]string][]string{
		{"batch", "Job"}:              {"Pod"},
		{"batch", "CronJob"}:          {"Job.batch"},
		{"apps", "Deployment"}:        {"ReplicaSet.apps"},
		{"apps", "ReplicaSet"}:        {"Pod"},
		{"apps", "StatefulSet"}:       {"Pod", "ControllerRevision.apps"},
		{"apps", "DaemonSet"}:         {"Pod", "ControllerRevision.apps"},
		{"", "ReplicationController"}: {"Pod"},
		{"", "Service"}:               {"Endpoints", "EndpointSlice.discovery.k8s.io"},
	}
	name := k.Kind
	if k.Group != "" {
		name += "." + k.Group
	}
	return slices.Contains(made[[2]string{group, owner}], name)
}

// HeldBy returns the keys of what holds an object, and would take it along when it is
// deleted: its namespace and, of a custom resource, the definition. What Kubernetes puts
// into each namespace is held by nothing.
func HeldBy(k snapshot.Kind, m *metav1.PartialObjectMetadata) []string {
	given := k.Kind == "ServiceAccount" && m.Name == "default" || k.Kind == "ConfigMap" && m.Name == "kube-root-ca.crt"
	if k.Group == "" && given {
		return nil
	}
	var keys []string
	if m.Namespace != "" {
		keys = append(keys, holderKey("Namespace", m.Namespace))
	}
	if k.Group != "" {
		keys = append(keys, holderKey("CustomResourceDefinition", k.Name()))
	}
	return keys
}

// HolderKey is the key under which objects are held by this one, or empty if it is
// nothing that holds any.
func HolderKey(o *snapshot.Object) string {
	switch {
	case o.Kind == "Namespace" && snapshot.Group(o.APIVersion) == "",
		o.Kind == "CustomResourceDefinition" && snapshot.Group(o.APIVersion) == "apiextensions.k8s.io":
		return holderKey(o.Kind, o.Name)
	default:
		return ""
	}
}

// Definition tells whether objects of the kind define resources.
func Definition(k snapshot.Kind) bool {
	return k.Group == "apiextensions.k8s.io" && k.Kind == "CustomResourceDefinition"
}

// holderKey is no UID, for the slash.
func holderKey(kind, name string) string { return kind + "/" + name }

// TerminatingNamespace tells whether the object is a namespace that is being
// deleted.
func TerminatingNamespace(k snapshot.Kind, m *metav1.PartialObjectMetadata) bool {
	return k.Group == "" && k.Kind == "Namespace" && m.DeletionTimestamp != nil
}
