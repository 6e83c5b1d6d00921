package live

import (
	"cmp"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/uses"
)

// Search returns of which objects that are sought a record may say anything. One that cannot
// be read, or is not this record's, may say something of any.
func Search(r *snapshot.Record, payload []byte, d *release.Decoder, seeker *uses.Seeker) (of []snapshot.ObjectRef, any bool) {
	search := seeker.Search()
	body, err := d.Texts(payload, search.Add)
	if err != nil || checkBody(r, body) != nil {
		return nil, true
	}
	return search.Found(cmp.Or(body.Namespace, r.Release.Namespace))
}
