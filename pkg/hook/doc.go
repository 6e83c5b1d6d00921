// Package hook says what the helm.sh annotations of an object mean to Helm.
//
// It turns annotation values into types once, at the edge, exactly as Helm 3
// and Helm 4 read them (both share one parser). It does no I/O and imports
// nothing of this module.
package hook

// Annotations that Helm reads, or that people believe it reads.
const (
	// Annotation makes an object a hook. Its value lists events.
	Annotation = "helm.sh/hook"
	// WeightAnnotation orders the hooks of one event.
	WeightAnnotation = "helm.sh/hook-weight"
	// DeletePolicyAnnotation says when Helm deletes the object by itself.
	DeletePolicyAnnotation = "helm.sh/hook-delete-policy"
	// ResourcePolicyAnnotation protects ordinary resources from uninstall.
	// Helm ignores it on hooks; its users expect it to protect them too.
	ResourcePolicyAnnotation = "helm.sh/resource-policy"
	// IgnoredWeightAnnotation is printed in books, and ignored by Helm.
	IgnoredWeightAnnotation = "helm.sh/weight"
)
