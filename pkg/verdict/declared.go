package verdict

import (
	"cmp"
	"slices"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// wanted says which records' declarations were asked for, or is nil if none.
// History counts as far as depth goes.
func (e *evidence) wanted(o Options, depth depth) func(r *snapshot.Record, current, deployed bool) bool {
	if len(o.Releases) == 0 && !o.Declared && o.Revision == 0 {
		return nil
	}
	scope := e.snapshot.Namespace
	return func(r *snapshot.Record, current, deployed bool) bool {
		switch {
		case len(o.Releases) > 0 && !named(o.Releases, r.Release):
			return false
		case len(o.Releases) == 0 && scope != "" && r.Release.Namespace != scope:
			return false
		case o.Revision != 0:
			return r.Revision == o.Revision
		default:
			return current || deployed || depth == all
		}
	}
}

// declaredObject tells declared objects apart, whichever record declares them.
type declaredObject struct {
	release         snapshot.ReleaseID
	kind            string
	namespace, name string
	generate        bool
}

// declaredFindings adds to the hooks among what was judged a finding for each
// wanted declaration, be it of an object that is no hook to look at. When a
// revision was asked for, live objects are told as it declares them, and those
// that it does not declare are left out.
func (e *evidence) declaredFindings(judged []Finding, o Options) []Finding {
	wanted := e.wanted(o, newest)
	answered := make(map[*release.Hook]map[declaredObject]bool)
	var kept []Finding
	for _, f := range judged {
		var told *Claim
		for i := range f.Claims {
			c := &f.Claims[i]
			if answered[c.Hook] == nil {
				answered[c.Hook] = make(map[declaredObject]bool)
			}
			answered[c.Hook][objectKey(c.Record.Release, f.Object)] = true
			if told == nil && wanted(c.Record, c.Current, c.Deployed) {
				told = c
			}
		}
		if told != nil && (o.Revision != 0 || !isHook(&f, o)) {
			f.Claim, f.Declared = told, told.Hook.Declared
			f.Release, f.Attribution = &told.Record.Release, ByRecord
			f.Current = e.current(f.Release)
			kept = append(kept, f)
		} else if o.Revision == 0 && isHook(&f, o) {
			kept = append(kept, f)
		}
	}
	return append(kept, e.absent(wanted, answered)...)
}

// objectKey is the key under which a declaration looks for a live object.
func objectKey(id snapshot.ReleaseID, o *snapshot.Object) declaredObject {
	return declaredObject{release: id, kind: o.Kind, namespace: o.Namespace, name: o.Name}
}

func (e *evidence) absent(
	wanted func(r *snapshot.Record, current, deployed bool) bool, answered map[*release.Hook]map[declaredObject]bool,
) []Finding {
	var out []Finding
	// Current and deployed record declare mostly the same; one of them may declare
	// an object twice, for other events.
	seen := make(map[declaredObject]*snapshot.Record)
	for _, records := range e.releases {
		deployed := deployedRecord(records)
		for i, r := range records {
			if r.Body == nil || !wanted(r, i == 0, r == deployed) {
				continue
			}
			for j := range r.Body.Hooks {
				h := &r.Body.Hooks[j]
				for _, ref := range h.Objects {
					key := e.keyOf(r, ref)
					if first := seen[key]; (first != nil && first != r) || answers(answered[h], key) {
						continue
					}
					seen[key] = r
					f := absentFinding(ref, key, Claim{Record: r, Hook: h, Index: j, Current: i == 0, Deployed: r == deployed})
					f.Current = records[0]
					if h.Unreadable != "" || e.unlisted(ref, key.namespace) {
						f.Status = StatusUnknown
					}
					out = append(out, f)
				}
			}
		}
	}
	return out
}

// answers tells whether a live object was matched to the declaration. A generated
// name is answered by any object that the hook claimed, and a name by an object
// that turns out to have no namespace.
func answers(live map[declaredObject]bool, key declaredObject) bool {
	if live[key] {
		return true
	}
	for have := range live {
		generated := key.generate && have.namespace == key.namespace
		clusterScoped := have.namespace == "" && have.name == key.name
		if have.kind == key.kind && (generated || clusterScoped) {
			return true
		}
	}
	return false
}

// keyOf is the key of a declared object. A kind that nobody listed is taken to
// have namespaces, as nearly all do.
func (e *evidence) keyOf(r *snapshot.Record, ref release.Ref) declaredObject {
	key := declaredObject{
		release: r.Release, kind: ref.Kind, name: ref.Name,
		namespace: cmp.Or(ref.Namespace, releaseNamespace(r)),
	}
	if ref.Name == "" {
		key.name, key.generate = ref.GenerateName, true
	}
	for _, k := range e.snapshot.Kinds {
		if k.Kind == ref.Kind && !k.Namespaced && snapshot.SameGroup(k.Kind, k.Group, snapshot.Group(ref.APIVersion)) {
			key.namespace = ""
		}
	}
	return key
}

func absentFinding(ref release.Ref, key declaredObject, claim Claim) Finding {
	return Finding{
		Object: &snapshot.Object{
			APIVersion: ref.APIVersion, Kind: ref.Kind, Namespace: key.namespace,
			Name: ref.Name, GenerateName: ref.GenerateName,
		},
		Declared:    claim.Hook.Declared,
		Annotated:   ref.Name == claim.Hook.Name,
		Release:     &claim.Record.Release,
		Attribution: ByRecord,
		Claim:       &claim,
		Claims:      []Claim{claim},
		Status:      Absent,
	}
}

// unlisted tells whether such objects could not be read, or were not looked for,
// so that nobody knows whether this one is there.
func (e *evidence) unlisted(ref release.Ref, namespace string) bool {
	group := snapshot.Group(ref.APIVersion)
	if !e.snapshot.Listed(namespace) && !e.snapshot.Missed(group, ref.Kind, namespace, ref.Name) {
		return true
	}
	return slices.ContainsFunc(e.snapshot.Gaps, func(g snapshot.Gap) bool {
		return g.Hides(group, ref.Kind, namespace)
	})
}
