package dump

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/live"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/uses"
)

// facts are what the object says of others, and nil if it says nothing.
func (o *object) facts(k snapshot.Kind) *uses.Facts {
	if !uses.Tells(k.Group, k.Kind) {
		return nil
	}
	whole := live.Named(k, &metav1.PartialObjectMetadata{ObjectMeta: o.Metadata})
	if o.Kind != "Secret" {
		for name, raw := range map[string]json.RawMessage{
			"spec": o.Spec, "status": o.Status, "template": o.Template, "roleRef": o.RoleRef, "subjects": o.Subjects,
			"aggregationRule": o.AggregationRule, "secrets": o.Secrets, "imagePullSecrets": o.ImagePullSecrets, "webhooks": o.Webhooks,
		} {
			var part any
			if raw != nil && json.Unmarshal(raw, &part) == nil {
				whole[name] = part
			}
		}
	}
	f := uses.Read(whole, "")
	if f == nil || !f.Cut && f.Labels == nil && len(f.Refs)+len(f.Texts)+len(f.Selects)+len(f.Subjects) == 0 && o.Kind != "ServiceAccount" {
		return nil
	}
	return f
}

// declared is what an object of a record says of others.
type declared struct {
	Record snapshot.RecordID `json:"record"`
	Facts  *uses.Facts       `json:"facts"`
}

// addFacts keeps what an object says until it is known which hook objects there are.
func (c *collector) addFacts(o *object, k snapshot.Kind) error {
	if f := o.facts(k); f != nil {
		return c.facts.put(digest{}, f)
	}
	return nil
}

// users finds who uses the hook objects, and which of those could have users of kinds
// that the files lack.
func (c *collector) users() (found []snapshot.Use, lacking lackingUsers, err error) {
	refs := live.Refs(c.objects)
	lacking = c.lackingUsers(refs)
	for i := range c.objects {
		c.objects[i].UsersRead = len(lacking.of(&refs[i])) == 0
	}
	if len(refs) == 0 {
		return nil, lacking, nil
	}
	all := func(digest) bool { return true }
	graph := uses.NewGraph(refs, refs)
	if err := c.facts.find(all, func(_ digest, f *uses.Facts) { graph.Add(f) }); err != nil {
		return nil, nil, err
	}
	found = graph.Uses()
	for _, by := range graph.Cut() {
		k := guess(by.APIVersion, by.Kind)
		c.cut = append(c.cut, live.UsersGap(k, by.Namespace, by.Name+" names more others than is kept"))
	}
	manifests := uses.NewDeclared(refs)
	var facts []*uses.Facts
	var of snapshot.RecordID
	flush := func() {
		found = append(found, live.UsesBy(of, manifests, facts)...)
		facts = nil
	}
	if err := c.declared.find(all, func(_ digest, d *declared) {
		if d.Record != of {
			flush()
			of = d.Record
		}
		facts = append(facts, d.Facts)
	}); err != nil {
		return nil, nil, err
	}
	flush()
	return uses.Merge(found, nil), lacking, nil
}

// lackingUsers are kinds that can use hook objects, and of which the files have no
// object: perhaps there is none, perhaps nobody dumped them.
type lackingUsers map[schema.GroupKind]bool

func (c *collector) lackingUsers(refs []snapshot.ObjectRef) lackingUsers {
	lacking := make(lackingUsers)
	for i := range refs {
		for _, r := range uses.Readers(snapshot.Group(refs[i].APIVersion), refs[i].Kind) {
			// A PodTemplate runs nothing, and hardly any cluster has one.
			if r.Kind != "PodTemplate" && !c.kinds.has(r.Group, r.Kind) {
				lacking[schema.GroupKind{Group: r.Group, Kind: r.Kind}] = true
			}
		}
	}
	return lacking
}

// of are the kinds that may use an object.
func (l lackingUsers) of(o *snapshot.ObjectRef) []schema.GroupKind {
	var kinds []schema.GroupKind
	for _, r := range uses.Readers(snapshot.Group(o.APIVersion), o.Kind) {
		if gk := (schema.GroupKind{Group: r.Group, Kind: r.Kind}); l[gk] && r.Matters(o, o.Namespace) {
			kinds = append(kinds, gk)
		}
	}
	return kinds
}

// ReadUsers notes as gaps which kinds of users are not there.
func (e *Evidence) ReadUsers(_ context.Context, of []snapshot.ObjectRef) error {
	wanted := make(map[snapshot.ObjectRef]bool, len(of))
	for i := range of {
		wanted[of[i]] = true
	}
	for i := range e.snap.Objects {
		o := &e.snap.Objects[i]
		if ref := o.Ref(); wanted[ref] && !o.UsersRead {
			o.UsersRead = true
			e.noUsers(&ref)
		}
	}
	return nil
}

func (e *Evidence) noUsers(o *snapshot.ObjectRef) {
	if e.lacking == nil { // a Snapshot, for which nobody asked
		name := strings.ToLower(o.Kind) + " " + o.Name
		e.gap(snapshot.Gap{What: "who uses " + name, Namespace: o.Namespace, Why: "not in " + e.files, Users: true})
		return
	}
	for _, gk := range e.lacking.of(o) {
		delete(e.lacking, gk) // a gap is told once
		k := guess(schema.GroupVersion{Group: gk.Group, Version: "v1"}.String(), gk.Kind)
		e.gap(live.UsersGap(k, "", "there are none in "+e.files))
	}
}

// SearchRecords notes as gaps what is not there, of bodies and of manifests: what is there
// was read as a whole.
func (e *Evidence) SearchRecords(ctx context.Context, ids []snapshot.RecordID, of []snapshot.ObjectRef) error {
	e.snap.Seek(of)
	has := make(map[snapshot.RecordID]bool)
	for i := range e.snap.Records {
		if r := &e.snap.Records[i]; r.Body != nil {
			has[r.RecordID] = true
		}
	}
	bodiless := slices.DeleteFunc(slices.Clone(ids), func(id snapshot.RecordID) bool { return has[id] })
	return errors.Join(e.ReadBodies(ctx, bodiless), e.ReadManifests(ctx, ids))
}

// ReadManifests notes as gaps what is not there.
func (e *Evidence) ReadManifests(_ context.Context, ids []snapshot.RecordID) error {
	answered := make(map[snapshot.RecordID]bool)
	for _, g := range e.snap.Gaps {
		if g.Manifest != nil {
			answered[*g.Manifest] = true
		}
	}
	for i := range e.snap.Records {
		if r := &e.snap.Records[i]; r.ManifestRead {
			answered[r.RecordID] = true
		}
	}
	for _, id := range ids {
		if answered[id] {
			continue
		}
		answered[id] = true
		why, ok := e.undeclared[id]
		if !ok {
			why = "not in " + e.files
		}
		e.gap(live.ManifestGap(id, why))
	}
	return nil
}
