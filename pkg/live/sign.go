package live

import (
	"slices"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// Helm writes these annotations on ordinary resources and never on hooks.
const (
	releaseName      = "meta.helm.sh/release-name"
	releaseNamespace = "meta.helm.sh/release-namespace"
)

// Showing is that a release lives, as an object's mark shows it.
type Showing struct {
	Release, Namespace string
	Mark               snapshot.Mark
}

// By is the witness that an object is.
func (s Showing) By(k snapshot.Kind, t *Traits) snapshot.Witness {
	return snapshot.Witness{Release: s.Release, Namespace: s.Namespace, Mark: s.Mark, Object: snapshot.ObjectRef{
		APIVersion: k.APIVersion(), Kind: k.Kind, Namespace: t.Namespace, Name: t.Name, UID: t.UID,
	}}
}

// Shows calls show for the releases that an object shows to be living, each once: at
// most one by Helm's annotations and two by labels.
//
// What outlives releases as a matter of course shows none: claims on volumes, what a
// controller made, hooks, what is being deleted and, for the annotations, what an
// uninstall keeps. Labels are the chart's own words, so they count only on what no
// release goes without for long: workloads and Services.
func Shows(k snapshot.Kind, t *Traits, show func(Showing)) {
	if !mayWitness(k, t) {
		return
	}
	var shown [3]Showing
	n := 0
	add := func(mark snapshot.Mark, release, namespace string) {
		same := func(s Showing) bool { return s.Release == release && s.Namespace == namespace }
		if release != "" && namespace != "" && !slices.ContainsFunc(shown[:n], same) {
			shown[n] = Showing{release, namespace, mark}
			n++
		}
	}
	if !t.kept {
		add(snapshot.MarkAnnotation, t.release, t.releaseNamespace)
	}
	if isWorkload(k) && len(t.Owners) == 0 {
		for _, instance := range t.instances {
			add(snapshot.MarkLabel, instance, t.Namespace)
		}
	}
	for _, s := range shown[:n] {
		show(s)
	}
}

func mayWitness(k snapshot.Kind, t *Traits) bool {
	claim := k.Group == "" && k.Kind == "PersistentVolumeClaim"
	return !t.Hook && !claim && !t.Deleting && !t.controlled()
}

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

// DependsOn returns the UIDs of the objects that the object would go with when they
// are deleted: its owners. What Kubernetes' own controllers make of an owner does
// not count, such as a Job's Pods: it is a part of the owner.
func DependsOn(k snapshot.Kind, t *Traits) []string {
	var owners []string
	for i := range t.Owners {
		o := &t.Owners[i]
		if o.UID != "" && !partOf(k, snapshot.Group(o.APIVersion), o.Kind) {
			owners = append(owners, o.UID)
		}
	}
	return owners
}

// partOf tells whether objects of a kind are what a controller makes of their owner.
func partOf(k snapshot.Kind, group, owner string) bool {
	is := func(group, kind string) bool { return k.Group == group && k.Kind == kind }
	switch group {
	case "batch":
		return owner == "Job" && is("", "Pod") || owner == "CronJob" && is("batch", "Job")
	case "apps":
		switch owner {
		case "Deployment":
			return is("apps", "ReplicaSet")
		case "ReplicaSet":
			return is("", "Pod")
		case "StatefulSet", "DaemonSet":
			return is("", "Pod") || is("apps", "ControllerRevision")
		}
	case "":
		switch owner {
		case "ReplicationController":
			return is("", "Pod")
		case "Service":
			return is("", "Endpoints") || is("discovery.k8s.io", "EndpointSlice")
		}
	}
	return false
}

// HeldBy returns the keys of what holds an object, and would take it along when it is
// deleted: its namespace and, of a custom resource, the definition. What Kubernetes puts
// into each namespace is held by nothing.
func HeldBy(k snapshot.Kind, t *Traits) []string {
	given := k.Kind == "ServiceAccount" && t.Name == "default" || k.Kind == "ConfigMap" && t.Name == "kube-root-ca.crt"
	if k.Group == "" && given {
		return nil
	}
	var keys []string
	if t.Namespace != "" {
		keys = append(keys, holderKey("Namespace", t.Namespace))
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
func TerminatingNamespace(k snapshot.Kind, t *Traits) bool {
	return k.Group == "" && k.Kind == "Namespace" && t.Deleting
}
