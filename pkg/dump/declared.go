package dump

import (
	"cmp"
	"slices"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// declarations are the objects that records declare.
type declarations struct {
	// types are those that the releases of one namespace, or all, declare.
	types map[typeRef]bool
	// groups holds the API groups of what is declared under a kind, namespace and
	// name, by their digest.
	groups map[digest][]string
}

type typeRef struct{ apiVersion, kind string }

func declarationsOf(records []snapshot.Record, namespace string) *declarations {
	d := &declarations{types: make(map[typeRef]bool), groups: make(map[digest][]string)}
	for i := range records {
		body, home := records[i].Body, records[i].Release.Namespace
		if body == nil {
			continue
		}
		for _, h := range body.Hooks {
			for _, ref := range h.Objects {
				if namespace == "" || namespace == home {
					d.types[typeRef{ref.APIVersion, ref.Kind}] = true
				}
				d.add(ref, cmp.Or(ref.Namespace, body.Namespace, home))
			}
		}
	}
	return d
}

// add notes a declaration: also as one without a namespace, since manifests do not
// tell whether their kind has any.
func (d *declarations) add(ref release.Ref, namespace string) {
	group := snapshot.Group(ref.APIVersion)
	for _, ns := range []string{namespace, ""} {
		id := objectDigest(ref.Kind, ns, ref.Name)
		if !slices.Contains(d.groups[id], group) {
			d.groups[id] = append(d.groups[id], group)
		}
	}
}

// may tells whether an object of that digest is declared, of whatever group.
func (d *declarations) may(id digest) bool { return d.groups[id] != nil }

// has tells whether an object is declared.
func (d *declarations) has(o *snapshot.Object) bool {
	return slices.ContainsFunc(d.groups[objectDigest(o.Kind, o.Namespace, o.Name)], func(group string) bool {
		return snapshot.SameGroup(o.Kind, group, snapshot.Group(o.APIVersion))
	})
}
