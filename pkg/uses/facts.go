package uses

import (
	"strings"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

const (
	// maxRefs and maxText bound what is kept of one object. No workload that an API
	// server takes names more.
	maxRefs = 10_000
	maxText = 1 << 20
	// maxName is how long a name may be; API servers take none that is longer.
	maxName = 253
)

// Facts are what one object says of others. They hold words of its commands, and
// so perhaps secrets: they are for memory only.
type Facts struct {
	By     snapshot.ObjectRef `json:"by"`
	Owners []string           `json:"owners,omitempty"`
	Idle   bool               `json:"idle,omitempty"`
	Refs   []Ref              `json:"refs,omitempty"`
	Texts  []Text             `json:"texts,omitempty"`
	// Labels are those by which others select: of a Pod, of the Pods that a template
	// makes, of a ClusterRole.
	Labels map[string]string `json:"labels,omitempty"`
	// Selects is what the object selects: Pods, or ClusterRoles.
	Selects []Selector `json:"selects,omitempty"`
	// Subjects are those of a binding.
	Subjects []Ref `json:"subjects,omitempty"`
	// Cut tells that there was more than is kept.
	Cut bool `json:"cut,omitempty"`

	absent bool // it is not there
}

// Ref names an object in a field.
type Ref struct {
	// Group is that of the API, or AnyGroup.
	Group     string `json:"group,omitempty"`
	Kind      string `json:"kind"`
	Namespace string `json:"ns,omitempty"`
	Name      string `json:"name"`
	Field     string `json:"field"`
	// Numbered names end with a number that may be any: claims of a StatefulSet.
	Numbered bool `json:"numbered,omitempty"`
}

// Text is text that may mention names.
type Text struct {
	Field string `json:"field"`
	// Words are all that could be a part of names, separated by blanks.
	Words string `json:"words"`
}

// Read takes from an object what it says of others, and returns nil if objects of
// its kind say nothing, or if it is no object. Namespace is that of manifests which
// name none.
func Read(object map[string]any, namespace string) *Facts {
	apiVersion, kind := text(object["apiVersion"]), text(object["kind"])
	group := snapshot.Group(apiVersion)
	if !Tells(group, kind) {
		return nil
	}
	meta := dict(object["metadata"])
	f := &Facts{By: snapshot.ObjectRef{
		APIVersion: apiVersion, Kind: kind, Namespace: text(meta["namespace"]), Name: text(meta["name"]), UID: text(meta["uid"]),
	}}
	switch {
	case clusterScoped(group, kind):
		f.By.Namespace = ""
	case f.By.Namespace == "":
		f.By.Namespace = namespace
	}
	if f.By.Name == "" {
		f.By.Name = text(meta["generateName"])
	}
	if len(f.By.Name) > maxName || len(f.By.Namespace) > maxName || len(f.By.UID) > maxName {
		return nil
	}
	for _, o := range list(meta["ownerReferences"]) {
		if uid := text(dict(o)["uid"]); uid != "" && len(f.Owners) < maxRefs {
			f.Owners = append(f.Owners, uid)
		}
	}
	f.Idle = finished(group, kind, dict(object["status"]))
	f.fill(group, kind, object)
	return f
}

func (f *Facts) fill(group, kind string, object map[string]any) {
	for _, r := range rulesOf(group, kind) {
		f.apply(r, "", object)
	}
	if path, ok := podTemplate(group, kind); ok {
		f.template(path, object)
	}
	switch kind {
	case "StatefulSet":
		f.claims(object)
	case "Service", "NetworkPolicy", "PodDisruptionBudget":
		f.selectsPods(kind, dict(object["spec"]))
	case "ClusterRole":
		f.aggregates(object)
	case "RoleBinding", "ClusterRoleBinding":
		f.bind(object)
	}
}

// finished tells whether it is a Job or Pod that has ended, either way.
func finished(group, kind string, status map[string]any) bool {
	switch {
	case kind == "Pod" && group == "":
		phase := text(status["phase"])
		return phase == "Succeeded" || phase == "Failed"
	case kind == "Job" && group == "batch":
		for _, c := range list(status["conditions"]) {
			c := dict(c)
			if t := text(c["type"]); text(c["status"]) == "True" && (t == "Complete" || t == "Failed") {
				return true
			}
		}
	}
	return false
}

// ref takes in a name, unless none can be so.
func (f *Facts) ref(r Ref) {
	switch {
	case r.Name == "" || r.Kind == "" || max(len(r.Name), len(r.Kind), len(r.Namespace), len(r.Group)) > maxName:
	case len(f.Refs) == maxRefs:
		f.Cut = true
	default:
		f.Refs = append(f.Refs, r)
	}
}

// claims are those that a StatefulSet makes: its template's name, its own, a number.
func (f *Facts) claims(object map[string]any) {
	const field = "spec.volumeClaimTemplates"
	for _, t := range list(dict(object["spec"])["volumeClaimTemplates"]) {
		if name := text(dict(dict(t)["metadata"])["name"]); name != "" && f.By.Name != "" {
			f.ref(Ref{
				Kind: "PersistentVolumeClaim", Namespace: f.By.Namespace, Name: name + "-" + f.By.Name + "-", Field: field, Numbered: true,
			})
		}
	}
}

// isNumber tells whether a text is the number of a StatefulSet's Pod.
func isNumber(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

func text(v any) string {
	s, _ := v.(string)
	return s
}

func dict(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

func list(v any) []any {
	l, _ := v.([]any)
	return l
}

// texts returns a map's values that are texts.
func texts(v any) map[string]string {
	m := make(map[string]string)
	for key, value := range dict(v) {
		if s, ok := value.(string); ok {
			m[key] = s
		}
	}
	return m
}
