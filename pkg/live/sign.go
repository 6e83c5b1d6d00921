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
// are deleted: its owners. A Job's own Pods do not count: they are the Job.
func DependsOn(k snapshot.Kind, m *metav1.PartialObjectMetadata) []string {
	var owners []string
	pod := k.Group == "" && k.Kind == "Pod"
	for _, ref := range m.OwnerReferences {
		ownPod := pod && ref.Kind == "Job" && snapshot.Group(ref.APIVersion) == "batch"
		if ref.UID != "" && !ownPod {
			owners = append(owners, string(ref.UID))
		}
	}
	return owners
}

// TerminatingNamespace tells whether the object is a namespace that is being
// deleted.
func TerminatingNamespace(k snapshot.Kind, m *metav1.PartialObjectMetadata) bool {
	return k.Group == "" && k.Kind == "Namespace" && m.DeletionTimestamp != nil
}
