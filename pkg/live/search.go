package live

import (
	"cmp"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/uses"
)

// Silent tells whether a record says nothing of the objects that are sought. One that
// cannot be read, or is not this record's, may say anything.
func Silent(r *snapshot.Record, payload []byte, d *release.Decoder, seeker *uses.Seeker) bool {
	search := seeker.Search()
	body, err := d.Texts(payload, search.Add)
	return err == nil && checkBody(r, body) == nil && !search.Speaks(cmp.Or(body.Namespace, r.Release.Namespace))
}
