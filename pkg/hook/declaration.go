package hook

import "strconv"

// Declaration is all that an object's annotations tell Helm about it as a hook.
type Declaration struct {
	// Events at which the hook runs, in life-cycle order, each once.
	Events []Event `json:"events,omitempty"`
	// UnknownEvents are tokens that Helm does not know: it then drops the object,
	// and never makes it, neither as a hook nor as an ordinary resource.
	UnknownEvents []string `json:"unknownEvents,omitempty"`
	// Weight orders hooks of one event. What is no integer counts as 0.
	Weight int `json:"weight"`
	// IgnoredWeight is the value of helm.sh/weight, which Helm ignores.
	IgnoredWeight string `json:"ignoredWeight,omitempty"`
	// Policy says when Helm deletes the object by itself.
	Policy Policy `json:"policy"`
	// ResourcePolicy is the value of helm.sh/resource-policy. Any value protects.
	ResourcePolicy string `json:"resourcePolicy,omitempty"`
	// Keep tells whether helm.sh/resource-policy is there at all.
	Keep bool `json:"keep,omitempty"`
}

// Parse reads the annotations of an object. It returns false when the object has
// no hook annotation, and so is none.
func Parse(annotations map[string]string) (Declaration, bool) {
	value, isHook := annotations[Annotation]
	var d Declaration
	if isHook {
		d.Events, d.UnknownEvents = ParseEvents(value)
	}
	// Helm uses strconv.Atoi and counts its errors as 0.
	if w, err := strconv.Atoi(annotations[WeightAnnotation]); err == nil {
		d.Weight = w
	}
	d.IgnoredWeight = annotations[IgnoredWeightAnnotation]
	if value, ok := annotations[DeletePolicyAnnotation]; ok {
		d.Policy = ParsePolicy(value)
	}
	d.ResourcePolicy, d.Keep = annotations[ResourcePolicyAnnotation]
	return d, isHook
}
