package render

import (
	"fmt"
	"iter"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// APIVersion of the objects that -o json and -o yaml print. Within v1 fields are
// added, never renamed or removed.
const APIVersion = "kubectl-helmhooks.github.io/v1"

// HookObjectList is what `ls` prints in formats for programs.
type HookObjectList struct {
	metav1.TypeMeta `json:",inline"`
	Metadata        struct{}     `json:"metadata"`
	Items           []HookObject `json:"items"`
}

// HookObject is a hook object: a live one or, with --declared and --revision, one
// that is declared and not there.
type HookObject struct {
	metav1.TypeMeta `json:",inline"`
	// Metadata is that of the live object.
	Metadata Metadata `json:"metadata"`
	// Object says what kind the live object is of.
	Object ObjectKind `json:"object"`
	Hook   Hook       `json:"hook"`
	// Release is missing when nothing tells whose the object is.
	Release *Release `json:"release,omitempty"`
	Status  Status   `json:"status"`
	// Verdict is missing on hooks that are not there.
	Verdict *Verdict `json:"verdict,omitempty"`
	// Explanation is the whole story, where it was asked for.
	Explanation []Fact `json:"explanation,omitempty"`
}

// Verdict says whether anything will still delete the object.
type Verdict struct {
	// Verdict is managed, tracked, unknown or orphan, and Reason why.
	Verdict string `json:"verdict"`
	Reason  string `json:"reason"`
	// Prunable tells whether it is an orphan that no guard leaves alone.
	Prunable bool `json:"prunable"`
	// Guards are those that leave an orphan alone.
	Guards []Guard `json:"guards"`
	// Leaks tells whether it will outlive its release.
	Leaks bool `json:"leaks"`
	// Blocks says what its being there does to the release's next hooks.
	Blocks []Block `json:"blocks"`
}

// Guard is a refusal to delete.
type Guard struct {
	Guard string `json:"guard"`
	Why   string `json:"why"`
	// Lifted tells whether the user allowed it.
	Lifted bool `json:"lifted,omitempty"`
}

// Block is a hook run that the object hinders.
type Block struct {
	Phase string `json:"phase"`
	// How is exists, immutable, silentlySkipped, failed or terminating.
	How string `json:"how"`
}

// Metadata is the identity of a live object.
type Metadata struct {
	Name      string `json:"name"`
	Namespace string `json:"namespace,omitempty"`
	// GenerateName is the start of names that Helm generates at each run.
	GenerateName string `json:"generateName,omitempty"`
	// UID and CreationTimestamp are missing on hooks that are not there.
	UID               string            `json:"uid,omitempty"`
	CreationTimestamp *metav1.Time      `json:"creationTimestamp,omitempty"`
	Labels            map[string]string `json:"labels,omitempty"`
}

// ObjectKind is the kind of a live object.
type ObjectKind struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
}

// Hook is what the object declares to Helm.
type Hook struct {
	// Phases are the events at which it runs, in life-cycle order.
	Phases []string `json:"phases"`
	// UnknownPhases are tokens that make Helm drop the object.
	UnknownPhases []string `json:"unknownPhases,omitempty"`
	Weight        int      `json:"weight"`
	// DeletePolicySet tells whether there is a delete policy at all.
	DeletePolicySet bool `json:"deletePolicySet"`
	// DeletePolicies are its words, also those that Helm does not know.
	DeletePolicies []string `json:"deletePolicies"`
	// ResourcePolicy is the value of helm.sh/resource-policy.
	ResourcePolicy string `json:"resourcePolicy,omitempty"`
	// IgnoredWeight is the value of helm.sh/weight, which Helm ignores.
	IgnoredWeight string `json:"ignoredWeight,omitempty"`
	// Annotated is false for objects that only a record declares to be hooks.
	Annotated bool `json:"annotated"`
	// Manager owns the hook annotation in managedFields: it made the hook.
	Manager string `json:"manager,omitempty"`
}

// Release is whose the object is.
type Release struct {
	Name string `json:"name"`
	// Namespace is where Helm stores the release's records.
	Namespace string `json:"namespace"`
	Driver    string `json:"driver"`
	// Attribution is how this is known: record, ownership-annotation, flux-label or
	// instance-label.
	Attribution string `json:"attribution"`
	// Revision is the newest that declares the object. It, Status and Chart are
	// missing unless a record does.
	Revision int    `json:"revision,omitempty"`
	Status   string `json:"status,omitempty"`
	Chart    string `json:"chart,omitempty"`
}

// Status is the state of the live object.
type Status struct {
	// State is one word: a Job's or Pod's Pending, Running, Suspended, Succeeded
	// or Failed, or else Present; Terminating; Unknown; or Absent, for hooks that
	// are declared and not there.
	State string `json:"state"`
	// Finished is when a Job or Pod ended.
	Finished *metav1.Time `json:"finished,omitempty"`
}

// List makes the list that -o json prints.
func List(findings []verdict.Finding) HookObjectList {
	list := HookObjectList{
		TypeMeta: metav1.TypeMeta{APIVersion: APIVersion, Kind: "HookObjectList"},
		Items:    make([]HookObject, 0, len(findings)),
	}
	for i := range findings {
		list.Items = append(list.Items, hookObject(&findings[i]))
	}
	return list
}

func hookObject(f *verdict.Finding) HookObject {
	o := f.Object
	h := HookObject{
		TypeMeta: metav1.TypeMeta{APIVersion: APIVersion, Kind: "HookObject"},
		Metadata: Metadata{
			Name: Clean(o.Name), GenerateName: Clean(o.GenerateName), Namespace: Clean(o.Namespace), UID: Clean(o.UID),
			CreationTimestamp: timeOf(o.Created), Labels: cleanMap(o.Labels),
		},
		Object: ObjectKind{APIVersion: Clean(o.APIVersion), Kind: Clean(o.Kind)},
		Hook: Hook{
			Phases:          cleanAll(f.Declared.Events),
			UnknownPhases:   cleanAll(f.Declared.UnknownEvents),
			Weight:          f.Declared.Weight,
			DeletePolicySet: f.Declared.Policy.Set,
			DeletePolicies:  cleanAll(f.Declared.Policy.Words),
			ResourcePolicy:  Clean(f.Declared.ResourcePolicy),
			IgnoredWeight:   Clean(f.Declared.IgnoredWeight),
			Annotated:       f.Annotated,
			Manager:         Clean(o.Author),
		},
		Release: releaseOf(f),
		Status:  Status{State: Clean(string(f.Status))},
		Verdict: verdictOf(f),
	}
	if o.Run != nil {
		h.Status.Finished = timeOf(o.Run.Finished)
	}
	return h
}

func verdictOf(f *verdict.Finding) *Verdict {
	if f.Verdict == "" {
		return nil
	}
	v := &Verdict{
		Verdict: string(f.Verdict), Reason: string(f.Reason), Prunable: f.Prunable(), Leaks: f.Leaks,
		Guards: make([]Guard, 0, len(f.Refusals)), Blocks: make([]Block, 0, len(f.Blocks)),
	}
	for _, r := range f.Refusals {
		v.Guards = append(v.Guards, Guard{Guard: string(r.Guard), Why: Clean(r.Why), Lifted: r.Lifted})
	}
	for _, b := range f.Blocks {
		v.Blocks = append(v.Blocks, Block{Phase: Clean(string(b.Event)), How: string(b.How)})
	}
	return v
}

// timeOf is nil for no time.
func timeOf(t time.Time) *metav1.Time {
	if t.IsZero() {
		return nil
	}
	return new(metav1.NewTime(t))
}

func releaseOf(f *verdict.Finding) *Release {
	if f.Release == nil {
		return nil
	}
	r := &Release{
		Name: Clean(f.Release.Name), Namespace: Clean(f.Release.Namespace),
		Driver: Clean(string(f.Release.Driver)), Attribution: string(f.Attribution),
	}
	if f.Claim != nil {
		r.Revision = f.Claim.Record.Revision
		r.Status = Clean(string(f.Claim.Record.Status))
		r.Chart = chartOf(f.Claim.Record)
	}
	return r
}

func chartOf(r *snapshot.Record) string {
	if r.Body == nil || r.Body.Chart.Name == "" {
		return ""
	}
	return Clean(r.Body.Chart.Name + "-" + r.Body.Chart.Version)
}

// Unstructured makes a list one that every kubectl printer takes.
func Unstructured[L HookObjectList | HookCountList](l L) (*unstructured.UnstructuredList, error) {
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(&l)
	if err != nil {
		return nil, fmt.Errorf("cannot encode the list: %w", err)
	}
	list := &unstructured.UnstructuredList{}
	list.SetUnstructuredContent(content)
	return list, nil
}

// Live names the live objects for -o name, so that they can be given to kubectl.
func Live(findings []verdict.Finding) iter.Seq[runtime.Object] {
	return func(yield func(runtime.Object) bool) {
		for i := range findings {
			if f := &findings[i]; f.Live && !yield(named(f.Object)) {
				return
			}
		}
	}
}

func named(o *snapshot.Object) *metav1.PartialObjectMetadata {
	return &metav1.PartialObjectMetadata{
		TypeMeta:   metav1.TypeMeta{APIVersion: Clean(o.APIVersion), Kind: Clean(o.Kind)},
		ObjectMeta: metav1.ObjectMeta{Name: Clean(o.Name), Namespace: Clean(o.Namespace), UID: types.UID(o.UID)},
	}
}
