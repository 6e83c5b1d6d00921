package snapshot

import (
	"cmp"
	"slices"
	"strings"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
)

// DeclaredRun names a Job or Pod as a record declares it.
type DeclaredRun struct {
	Kind      string `json:"kind"`
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	// Generated tells that Name is only how the name begins that the server gives.
	Generated bool `json:"generated,omitempty"`
}

// KnownRun is what there is of a declared Job or Pod.
type KnownRun struct {
	DeclaredRun
	// Objects are those that are there, with their state; more than one only if their
	// names are generated.
	Objects []Object `json:"objects,omitempty"`
	// Gap is set when that could not be read.
	Gap *Gap `json:"gap,omitempty"`
}

// Group is the API group of the kind.
func (d DeclaredRun) Group() string {
	if d.Kind == "Job" {
		return "batch"
	}
	return ""
}

// Compare orders by namespace, kind and name.
func (d DeclaredRun) Compare(o DeclaredRun) int {
	order := cmp.Or(strings.Compare(d.Namespace, o.Namespace), strings.Compare(d.Kind, o.Kind), strings.Compare(d.Name, o.Name))
	switch {
	case order != 0 || d.Generated == o.Generated:
		return order
	case o.Generated:
		return -1
	default:
		return 1
	}
}

// RunsMeaning are the declarations that mean a Job or Pod: by its name and, if the server
// gave that, by what it begins with.
func RunsMeaning(o *Object) []DeclaredRun {
	if !hook.Runs(Group(o.APIVersion), o.Kind) {
		return nil
	}
	all := []DeclaredRun{{Kind: o.Kind, Namespace: o.Namespace, Name: o.Name}}
	if o.GenerateName != "" {
		all = append(all, DeclaredRun{Kind: o.Kind, Namespace: o.Namespace, Name: o.GenerateName, Generated: true})
	}
	return all
}

// Means tells whether an object is one of those that are named.
func (d DeclaredRun) Means(o *Object) bool {
	named := o.Name == d.Name
	if d.Generated {
		named = o.GenerateName == d.Name
	}
	return named && o.Kind == d.Kind && o.Namespace == d.Namespace && Group(o.APIVersion) == d.Group()
}

// Runs are the Jobs and Pods that the record's hooks declare, as far as its body was read.
func (r *Record) Runs() []DeclaredRun {
	if r.Body == nil {
		return nil
	}
	var runs []DeclaredRun
	for i := range r.Body.Hooks {
		for _, ref := range r.Body.Hooks[i].Objects {
			if !hook.Runs(Group(ref.APIVersion), ref.Kind) || ref.Name == "" && ref.GenerateName == "" {
				continue
			}
			runs = append(runs, DeclaredRun{
				Kind: ref.Kind, Namespace: cmp.Or(ref.Namespace, r.Body.Namespace, r.Release.Namespace),
				Name: cmp.Or(ref.Name, ref.GenerateName), Generated: ref.Name == "",
			})
		}
	}
	return runs
}

// RunsBeyond are the Jobs and Pods that the releases which tell of a namespace declare in
// others, each once.
func (s *Snapshot) RunsBeyond(namespace string) []DeclaredRun {
	telling := s.Telling(namespace)
	var runs []DeclaredRun
	for i := range s.Records {
		if r := &s.Records[i]; telling[r.Release] {
			runs = append(runs, slices.DeleteFunc(r.Runs(), func(d DeclaredRun) bool { return d.Namespace == namespace })...)
		}
	}
	slices.SortFunc(runs, DeclaredRun.Compare)
	return slices.Compact(runs)
}
