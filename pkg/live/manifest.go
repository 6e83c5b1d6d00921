package live

import (
	"cmp"
	"errors"
	"strings"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/uses"
)

// DecodeManifest decodes the body of a record with its ordinary resources, and
// returns what the objects that it declares say of others. An error tells that not
// all of it could be read: what could be is there all the same. The filter,
// if there is one, says which objects are worth a look.
func DecodeManifest(r *snapshot.Record, payload []byte, d *release.Decoder, filter *uses.Filter) ([]*uses.Facts, error) {
	var facts []*uses.Facts
	cut := false
	body, unread, err := d.DecodeManifest(payload, release.Visitor{
		Wants: func(apiVersion, kind, text string) bool {
			return tells(apiVersion, kind, text) && (filter == nil || filter.Wants(kind, text))
		},
		Visit: func(object map[string]any, namespace string) {
			if f := uses.Read(object, cmp.Or(namespace, r.Release.Namespace)); f != nil {
				facts, cut = append(facts, f), cut || f.Cut
			}
		},
	})
	if err != nil {
		return nil, err
	}
	if err := checkBody(r, body); err != nil {
		return nil, err
	}
	r.Body = body
	if unread == "" && cut {
		unread = "one of its objects names more others than is kept"
	}
	if unread != "" {
		return facts, errors.New(unread)
	}
	r.ManifestRead = true
	return facts, nil
}

// tells tells whether a manifest may say something of other objects. Definitions of
// resources are long, and few of them name a Service.
func tells(apiVersion, kind, text string) bool {
	return uses.Tells(snapshot.Group(apiVersion), kind) && (kind != "CustomResourceDefinition" || strings.Contains(text, "conversion") || strings.Contains(text, `\`))
}

// ManifestGap says that what a record declares could not be read, all or in part.
func ManifestGap(id snapshot.RecordID, why string) snapshot.Gap {
	return snapshot.Gap{
		What:      "manifest of release record " + release.Key(id.Release.Name, id.Revision),
		Namespace: id.Release.Namespace,
		Why:       why,
		Manifest:  &id,
	}
}

// Refs names all objects of a snapshot.
func Refs(objects []snapshot.Object) []snapshot.ObjectRef {
	refs := make([]snapshot.ObjectRef, 0, len(objects))
	for i := range objects {
		refs = append(refs, objects[i].Ref())
	}
	return refs
}

// UsesBy returns which of a graph's objects are used by what a record declares.
func UsesBy(id snapshot.RecordID, graph *uses.Graph, facts []*uses.Facts) []snapshot.Use {
	graph.Reset()
	for _, f := range facts {
		graph.Add(f)
	}
	all := graph.Uses()
	for i := range all {
		all[i].Record = &id
	}
	return all
}
