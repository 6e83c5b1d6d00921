package cluster

import (
	"context"
	"sync"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/live"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/uses"
)

// ReadManifests reads the ordinary resources of records, and which of the hook
// objects are used by what they declare. Records without a body get it as well.
func (g *Gathering) ReadManifests(ctx context.Context, ids []snapshot.RecordID) error {
	m := g.newManifests()
	return g.readManifests(ctx, g.recordsOf(ids), m, m.take)
}

// readManifests has records taken in, and finds who uses what in those that were kept.
func (g *Gathering) readManifests(ctx context.Context, records []*snapshot.Record, m *manifests, take taker) error {
	var bodiless []*snapshot.Record
	for _, r := range records {
		if r.Body == nil {
			bodiless = append(bodiless, r)
		}
	}
	gaps, err := g.client.readBodies(ctx, records, g.namesakes(records), &g.query, take)
	if err != nil {
		return err
	}
	// When these declare objects that nobody knew of, all manifests are to be read
	// again, for who uses those.
	if err := g.readDeclared(ctx, bodiless); err != nil {
		return err
	}
	graph := uses.NewDeclared(live.Refs(g.snap.Objects))
	var found []snapshot.Use
	for _, r := range records {
		if facts := m.facts[r.RecordID]; facts != nil {
			found = append(found, live.UsesBy(r.RecordID, graph, facts)...)
		}
	}
	g.snap.Uses = uses.Merge(g.snap.Uses, found)
	return g.addGaps(ctx, gaps)
}

// manifests are what the records of one reading declare.
type manifests struct {
	filter *uses.Filter
	mu     sync.Mutex
	facts  map[snapshot.RecordID][]*uses.Facts
}

func (g *Gathering) newManifests() *manifests {
	return &manifests{facts: make(map[snapshot.RecordID][]*uses.Facts), filter: uses.NewFilter(live.Refs(g.snap.Objects))}
}

// take decodes a record with its ordinary resources and puts it into place.
func (m *manifests) take(r *snapshot.Record, st *storedRecord, why error, d *release.Decoder) []snapshot.Gap {
	fetched, had := why == nil, r.Body != nil
	var facts []*uses.Facts
	var gaps []snapshot.Gap
	if fetched {
		facts, why = live.DecodeManifest(r, st.payload, d, m.filter)
	}
	if why != nil {
		gaps = append(gaps, live.ManifestGap(r.RecordID, reason(why)))
	}
	switch {
	case r.Body == nil && fetched: // a manifest that is too large spoils nothing else
		gaps = append(gaps, takeBody(r, st, nil, d)...)
	case r.Body == nil:
		gaps = append(gaps, takeBody(r, st, why, d)...)
	case fetched:
		st.state(r)
		if !had {
			gaps = append(gaps, live.HookGaps(r)...)
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.facts[r.RecordID] = facts
	return gaps
}
