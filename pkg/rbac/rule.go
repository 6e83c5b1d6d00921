package rbac

import (
	"slices"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// Rule is a rule of a Role or ClusterRole that lacks, as one would add it.
type Rule struct {
	APIGroup, Resource, Verb string
	// Namespace is empty for a rule that has to hold everywhere.
	Namespace string
}

// String is the rule as YAML in one line.
func (r Rule) String() string {
	where := "in a ClusterRole"
	if r.Namespace != "" {
		where = "in namespace " + r.Namespace
	}
	return `{apiGroups: ["` + r.APIGroup + `"], resources: ["` + r.Resource + `"], verbs: ["` + r.Verb + `"]} ` + where
}

// Missing returns the rules without which there are gaps, each once. What lacks in
// several namespaces lacks everywhere.
func Missing(gaps []snapshot.Gap) []Rule {
	var missing []Rule
	for i := range gaps {
		right, ok := gaps[i].Lacking()
		if !ok {
			continue
		}
		rule := Rule{APIGroup: right.Group, Resource: right.Resource, Verb: right.Verb, Namespace: gaps[i].Namespace}
		same := slices.IndexFunc(missing, func(m Rule) bool {
			return m.APIGroup == rule.APIGroup && m.Resource == rule.Resource && m.Verb == rule.Verb
		})
		switch {
		case same < 0:
			missing = append(missing, rule)
		case missing[same].Namespace != rule.Namespace:
			missing[same].Namespace = ""
		}
	}
	return missing
}
