package dump

import (
	"cmp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/version"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// kinds are those that were seen.
type kinds map[schema.GroupKind]snapshot.Kind

// see notes that there are objects of a kind, and returns the kind in the version
// that was seen.
func (ks kinds) see(apiVersion, kind string, namespaced bool) snapshot.Kind {
	k := guess(apiVersion, kind)
	id := schema.GroupKind{Group: k.Group, Kind: kind}
	known, ok := ks[id]
	namespaced = namespaced || k.Namespaced || known.Namespaced
	k.Namespaced = namespaced
	best := k
	if ok && version.CompareKubeAwareVersionStrings(known.Version, k.Version) > 0 {
		best = known
		best.Namespaced = namespaced
	}
	ks[id] = best
	return k
}

// guess makes a kind of what its objects say. The name of the resource is a
// guess, as kubectl's own without discovery.
func guess(apiVersion, kind string) snapshot.Kind {
	group, v, ok := strings.Cut(apiVersion, "/")
	if !ok {
		group, v = "", apiVersion
	}
	plural, singular := meta.UnsafeGuessKindToResource(schema.GroupVersionKind{Group: group, Version: v, Kind: kind})
	k := snapshot.Kind{Group: group, Version: v, Resource: plural.Resource, Kind: kind, Singular: singular.Resource}
	if w, ok := wellKnown(group, kind); ok {
		k.ShortNames, k.Namespaced = w.shortNames, w.namespaced
	}
	return k
}

func (ks kinds) sorted() []snapshot.Kind {
	var all []snapshot.Kind
	for _, k := range ks {
		all = append(all, k)
	}
	slices.SortFunc(all, func(a, b snapshot.Kind) int { return strings.Compare(a.Name(), b.Name()) })
	return all
}

// missing are gaps for the kinds that records declare and of which there is no
// object: perhaps there is none, perhaps nobody dumped them.
func (ks kinds) missing(declared map[typeRef]bool, files string) []snapshot.Gap {
	var missing []snapshot.Kind
	for t := range declared {
		if t.kind == "" || t.apiVersion == "" || ks.has(snapshot.Group(t.apiVersion), t.kind) {
			continue
		}
		k := guess(t.apiVersion, t.kind)
		if _, known := wellKnown(k.Group, k.Kind); !known {
			k.Namespaced = true // as nearly all are
		}
		missing = append(missing, k)
	}
	slices.SortFunc(missing, func(a, b snapshot.Kind) int {
		return cmp.Or(strings.Compare(a.Name(), b.Name()), version.CompareKubeAwareVersionStrings(b.Version, a.Version))
	})
	var gaps []snapshot.Gap
	for _, k := range missing {
		id := schema.GroupKind{Group: k.Group, Kind: k.Kind}
		if _, twice := ks[id]; !twice {
			ks[id] = k
			gaps = append(gaps, snapshot.Gap{What: k.Name(), Why: "there are none in " + files, Kind: &k})
		}
	}
	return gaps
}

// has tells whether objects of the kind were seen, in its group or in one that it
// has moved from or to.
func (ks kinds) has(group, kind string) bool {
	for _, g := range []string{group, "extensions", "apps", "networking.k8s.io"} {
		if _, ok := ks[schema.GroupKind{Group: g, Kind: kind}]; ok && snapshot.SameGroup(kind, g, group) {
			return true
		}
	}
	return false
}
