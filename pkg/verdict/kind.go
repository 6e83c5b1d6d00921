package verdict

import (
	"slices"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// kindClass is what may be lost with an object of a kind.
type kindClass int

const (
	// kindEffective: the kind takes effect by being there. All kinds that no other
	// class names are taken for one.
	kindEffective kindClass = iota
	kindRuns                // Jobs and Pods
	kindRights              // ServiceAccounts and RBAC
	kindConfigMap
	kindSecret
	kindData   // what holds data or other objects, and what their deletion cascades to
	kindCustom // of a CustomResourceDefinition, or of an API that is not Kubernetes' own
)

func kindOf(o *snapshot.Object) kindClass {
	group := snapshot.Group(o.APIVersion)
	in := func(g string, kinds ...string) bool { return group == g && slices.Contains(kinds, o.Kind) }
	switch {
	case hook.Runs(group, o.Kind):
		return kindRuns
	case in("", "ServiceAccount"),
		in("rbac.authorization.k8s.io", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"):
		return kindRights
	case in("", "ConfigMap"):
		return kindConfigMap
	case in("", "Secret"):
		return kindSecret
	case in("", "PersistentVolumeClaim", "PersistentVolume", "Namespace"),
		in("apps", "StatefulSet"), in("apiextensions.k8s.io", "CustomResourceDefinition"):
		return kindData
	case !slices.Contains(builtinGroups(), group):
		return kindCustom
	default:
		return kindEffective
	}
}

// OneByOne tells whether objects of the kind are only ever deleted when they are
// named, one by one: with them goes what cannot be had back.
func OneByOne(o *snapshot.Object) bool { return kindOf(o) == kindData }

// Deletable tells whether objects of a kind can ever be deleted when these guards are
// lifted and none is named: by the same classes of kinds that the guards refuse.
func Deletable(k snapshot.Kind, allow []Guard) bool {
	switch kindOf(&snapshot.Object{APIVersion: k.APIVersion(), Kind: k.Kind}) {
	case kindRuns, kindRights, kindConfigMap, kindSecret: // a Secret if its policy was missed
		return true
	case kindCustom:
		return slices.Contains(allow, GuardHoldsData)
	case kindEffective:
		return slices.Contains(allow, GuardTakesEffect)
	default: // kindData has to be named
		return false
	}
}

// Wave is when objects of a kind are deleted: in a lower wave what may use those of
// higher ones. Jobs and Pods go first, then what makes Pods or works by itself, then
// bindings, and last what these name and mount.
func Wave(o *snapshot.Object) int {
	binding := o.Kind == "RoleBinding" || o.Kind == "ClusterRoleBinding"
	switch kind := kindOf(o); {
	case kind == kindRuns:
		return 0
	case kind == kindEffective, kind == kindCustom, o.Kind == "StatefulSet":
		return 1
	case kind == kindRights && binding:
		return 2
	default:
		return 3
	}
}

// builtinGroups are those that an API server serves by itself. Groups of add-ons may
// end in k8s.io as well.
func builtinGroups() []string {
	return []string{
		"", "admissionregistration.k8s.io", "apiextensions.k8s.io", "apiregistration.k8s.io", "apps",
		"authentication.k8s.io", "authorization.k8s.io", "autoscaling", "batch", "certificates.k8s.io",
		"coordination.k8s.io", "discovery.k8s.io", "events.k8s.io", "extensions", "flowcontrol.apiserver.k8s.io",
		"internal.apiserver.k8s.io", "networking.k8s.io", "node.k8s.io", "policy", "rbac.authorization.k8s.io",
		"resource.k8s.io", "scheduling.k8s.io", "storage.k8s.io", "storagemigration.k8s.io",
	}
}
