package cluster

import (
	"context"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/live"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/uses"
)

// SearchRecords looks through what records declare for some objects. What says nothing of
// them is Silent from then on, and nothing of it is kept; the rest is read as ReadManifests
// does. Those that are Silent have been searched for the same objects, or are among ids.
func (g *Gathering) SearchRecords(ctx context.Context, ids []snapshot.RecordID, of []snapshot.ObjectRef) error {
	g.snap.Seek(of)
	s := &search{manifests: g.newManifests(), seeker: uses.NewSeeker(g.sought(of))}
	return g.readManifests(ctx, g.recordsOf(ids), s.manifests, s.take)
}

// sought are objects with what is known of their names.
func (g *Gathering) sought(of []snapshot.ObjectRef) []uses.Sought {
	generated := make(map[snapshot.ObjectRef]string)
	for i := range g.snap.Objects {
		if o := &g.snap.Objects[i]; o.GenerateName != "" {
			generated[o.Ref()] = o.GenerateName
		}
	}
	all := make([]uses.Sought, 0, len(of))
	for _, ref := range of {
		all = append(all, uses.Sought{ObjectRef: ref, GenerateName: generated[ref]})
	}
	return all
}

// search is one reading of records, of which only some are of interest.
type search struct {
	*manifests
	seeker *uses.Seeker
}

// maxNamed is how many objects a gap names: what may say something of more may of any.
const maxNamed = 100

// take keeps nothing of a record that says nothing of what is sought.
func (s *search) take(r *snapshot.Record, st *storedRecord, why error, d *release.Decoder) []snapshot.Gap {
	if why != nil {
		return s.manifests.take(r, st, why, d)
	}
	of, any := live.Search(r, st.payload, d, s.seeker)
	if len(of) == 0 && !any {
		r.Silent = true
		st.state(r)
		return nil
	}
	gaps := s.manifests.take(r, st, nil, d)
	for i := range gaps {
		if gaps[i].Manifest != nil && !any && len(of) <= maxNamed {
			gaps[i].Of = of
		}
	}
	return gaps
}
