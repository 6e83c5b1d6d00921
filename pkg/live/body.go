package live

import (
	"fmt"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// DecodeBody decodes the body of a record as Helm stored it, and checks that it is
// this record's.
func DecodeBody(r *snapshot.Record, payload []byte, d *release.Decoder) error {
	body, err := d.Decode(payload)
	if err != nil {
		return err
	}
	if err := checkBody(r, body); err != nil {
		return err
	}
	r.Body = body
	return nil
}

func checkBody(r *snapshot.Record, body *release.Body) error {
	if body.Name != r.Release.Name || body.Revision != r.Revision {
		return fmt.Errorf("it says that it is %s, revision %d", body.Name, body.Revision)
	}
	return nil
}

// RecordGap says that the body of a record could not be read.
func RecordGap(id snapshot.RecordID, why string) snapshot.Gap {
	return snapshot.Gap{
		What:      "release record " + release.Key(id.Release.Name, id.Revision),
		Namespace: id.Release.Namespace,
		Why:       why,
		Record:    &id,
	}
}

// HookGaps are those hooks of a record whose declaration is known by kind and name
// only.
func HookGaps(r *snapshot.Record) []snapshot.Gap {
	if r.Body == nil {
		return nil
	}
	var gaps []snapshot.Gap
	for _, h := range r.Body.Hooks {
		if h.Unreadable != "" {
			gaps = append(gaps, snapshot.Gap{
				What:      fmt.Sprintf("hook %s/%s of %s", h.Kind, h.Name, release.Key(r.Release.Name, r.Revision)),
				Namespace: r.Release.Namespace,
				Why:       h.Unreadable,
			})
		}
	}
	return gaps
}
