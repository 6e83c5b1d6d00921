package verdict

import (
	"cmp"
	"iter"
	"slices"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// declaration is one object that a record declares. There can be a hundred thousand.
type declaration struct {
	claim Claim
	ref   *release.Ref
}

// namespace is where Helm creates the object if its kind has namespaces.
func (d *declaration) namespace() string {
	return cmp.Or(d.ref.Namespace, releaseNamespace(d.claim.Record))
}

func (d *declaration) matches(o *snapshot.Object) bool {
	if o.Namespace != "" && o.Namespace != d.namespace() {
		return false
	}
	return d.ref.APIVersion == "" ||
		snapshot.SameGroup(o.Kind, snapshot.Group(d.ref.APIVersion), snapshot.Group(o.APIVersion))
}

// declarations are found by a key and their namespace: where each of a thousand tenants
// has the same chart, a thousand objects bear one name.
type declarations[K comparable] struct {
	placed map[placed[K]][]declaration
	// namespaces are those in which there is one of a key, in order. It is nil until
	// somebody asks, for an object that is in none: few do, and most keys are in one.
	namespaces map[K][]string
}

type placed[K comparable] struct {
	key       K
	namespace string
}

func newDeclarations[K comparable]() declarations[K] {
	return declarations[K]{placed: make(map[placed[K]][]declaration)}
}

func (ds *declarations[K]) add(key K, d declaration) {
	p := placed[K]{key, d.namespace()}
	ds.placed[p] = append(ds.placed[p], d)
	ds.namespaces = nil
}

// of are the declarations that may be meant for an object in a namespace or, if it is in
// none, all of the key.
func (ds *declarations[K]) of(key K, namespace string) iter.Seq[*declaration] {
	return func(yield func(*declaration) bool) {
		namespaces := []string{namespace}
		if namespace == "" {
			namespaces = ds.namespacesOf(key)
		}
		for _, ns := range namespaces {
			found := ds.placed[placed[K]{key, ns}]
			for i := range found {
				if !yield(&found[i]) {
					return
				}
			}
		}
	}
}

func (ds *declarations[K]) namespacesOf(key K) []string {
	if ds.namespaces == nil {
		ds.namespaces = make(map[K][]string)
		for p := range ds.placed {
			ds.namespaces[p.key] = append(ds.namespaces[p.key], p.namespace)
		}
		for _, namespaces := range ds.namespaces {
			slices.Sort(namespaces)
		}
	}
	return ds.namespaces[key]
}
