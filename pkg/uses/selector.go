package uses

import "slices"

// Selector selects by labels. An empty one selects everything.
type Selector struct {
	Labels       map[string]string `json:"labels,omitempty"`
	Requirements []Requirement     `json:"requirements,omitempty"`
}

// Requirement is one that cannot be said by a label and its value.
type Requirement struct {
	Key      string   `json:"key"`
	Operator string   `json:"operator"`
	Values   []string `json:"values,omitempty"`
}

// Matches tells whether the selector selects what has these labels.
func (s *Selector) Matches(labels map[string]string) bool {
	for key, value := range s.Labels {
		if got, ok := labels[key]; !ok || got != value {
			return false
		}
	}
	for _, r := range s.Requirements {
		if !r.holds(labels) {
			return false
		}
	}
	return true
}

func (r *Requirement) holds(labels map[string]string) bool {
	value, ok := labels[r.Key]
	switch r.Operator {
	case "In":
		return ok && slices.Contains(r.Values, value)
	case "NotIn":
		return !ok || !slices.Contains(r.Values, value)
	case "Exists":
		return ok
	case "DoesNotExist":
		return !ok
	default:
		return true // of a later version: rather too many users than too few
	}
}

// selector reads a LabelSelector.
func selector(v any) Selector {
	m := dict(v)
	s := Selector{Labels: texts(m["matchLabels"])}
	for _, e := range list(m["matchExpressions"]) {
		e := dict(e)
		r := Requirement{Key: text(e["key"]), Operator: text(e["operator"])}
		for _, v := range list(e["values"]) {
			r.Values = append(r.Values, text(v))
		}
		s.Requirements = append(s.Requirements, r)
	}
	return s
}

// selectsPods takes in which Pods a Service, policy or budget selects.
func (f *Facts) selectsPods(kind string, spec map[string]any) {
	switch kind {
	case "Service":
		// Without a selector it has endpoints that others maintain.
		if labels := texts(spec["selector"]); len(labels) > 0 {
			f.Selects = []Selector{{Labels: labels}}
		}
	case "NetworkPolicy":
		f.Selects = []Selector{selector(spec["podSelector"])}
	case "PodDisruptionBudget":
		// None selects nothing, an empty one everything.
		if spec["selector"] != nil {
			f.Selects = []Selector{selector(spec["selector"])}
		}
	}
}

// selectorField is where a kind selects Pods.
func selectorField(kind string) string {
	if kind == "NetworkPolicy" {
		return "spec.podSelector"
	}
	return "spec.selector"
}

// aggregationField is where a ClusterRole selects those whose rules it takes over.
const aggregationField = "aggregationRule.clusterRoleSelectors"

func (f *Facts) aggregates(object map[string]any) {
	f.Labels = texts(dict(object["metadata"])["labels"])
	for _, s := range list(dict(object["aggregationRule"])["clusterRoleSelectors"]) {
		f.Selects = append(f.Selects, selector(s))
	}
}

const subjectsField = "subjects"

// bind takes in to whom a binding gives its role.
func (f *Facts) bind(object map[string]any) {
	for _, s := range list(object["subjects"]) {
		s := dict(s)
		r := Ref{Kind: text(s["kind"]), Namespace: text(s["namespace"]), Name: text(s["name"]), Field: subjectsField}
		if r.Kind == "User" || r.Kind == "Group" {
			r.Namespace = ""
		}
		switch {
		case r.Name == "" || max(len(r.Name), len(r.Namespace), len(r.Kind)) > maxName:
		case len(f.Subjects) == maxRefs:
			f.Cut = true
		default:
			f.Subjects = append(f.Subjects, r)
		}
	}
}
