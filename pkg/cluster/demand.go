package cluster

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// ReadRecords reads the metadata of records in a namespace, or in all, and adds
// those that are new.
func (g *Gathering) ReadRecords(ctx context.Context, namespace string) error {
	lists, gaps, err := g.client.records(ctx, g.everywhere, namespace, g.seed)
	if err != nil {
		return err
	}
	known := make(map[snapshot.RecordID]bool, len(g.snap.Records))
	for i := range g.snap.Records {
		known[g.snap.Records[i].RecordID] = true
	}
	for i := range lists {
		if g.snap.Records == nil { // there may be very many
			g.snap.Records = lists[i].records
		} else {
			for _, r := range lists[i].records {
				if !known[r.RecordID] {
					g.snap.Records = append(g.snap.Records, r)
				}
			}
		}
		lists[i].records = nil
		g.apart = g.apart || namespace == "" && lists[i].namespace != ""
		g.addOthers(&lists[i])
	}
	for i := range gaps {
		if home := g.query.Namespace; namespace == "" && home != "" && gaps[i].Namespace == "" {
			gaps[i].Besides = []string{home} // which was read by itself
		}
	}
	g.snap.Gaps = append(g.snap.Gaps, gaps...)
	g.snap.RecordsEverywhere = g.snap.RecordsEverywhere || namespace == ""
	return nil
}

// ReadBodies reads the bodies of records, and looks for the objects that their
// hooks declare.
func (g *Gathering) ReadBodies(ctx context.Context, ids []snapshot.RecordID) error {
	records := g.recordsOf(ids)
	gaps, err := g.client.readBodies(ctx, records, g.namesakes(records), &g.query, takeBody)
	if err != nil {
		return err
	}
	err = g.readDeclared(ctx, records)
	return errors.Join(err, g.addGaps(ctx, gaps))
}

// addGaps notes what could not be read of records. A record that the server does not have
// any more is no gap, and no record: an uninstall, or the end of a long history, took it
// since they were listed. Its release may have newer ones since. Pointers to records do not
// outlive this.
func (g *Gathering) addGaps(ctx context.Context, gaps []snapshot.Gap) error {
	gone := make(map[snapshot.RecordID]bool)
	for _, gap := range gaps {
		switch id := cmp.Or(gap.Record, gap.Manifest); {
		case id != nil && gap.Why == errGone.Error():
			gone[*id] = true
		default:
			g.snap.Gaps = append(g.snap.Gaps, gap)
		}
	}
	if len(gone) == 0 {
		return nil
	}
	g.snap.Records = slices.DeleteFunc(g.snap.Records, func(r snapshot.Record) bool { return gone[r.RecordID] })
	releases := make(map[snapshot.ReleaseID]bool)
	for id := range gone {
		releases[id.Release] = true
	}
	return g.renew(ctx, slices.SortedFunc(maps.Keys(releases), snapshot.ReleaseID.Compare))
}

// renewals is how often a release is listed again in one reading. Where its records go
// faster than they can be read, nobody knows them.
const renewals = 3

// renew adds the records that releases have got since they were listed.
func (g *Gathering) renew(ctx context.Context, releases []snapshot.ReleaseID) error {
	known := make(map[snapshot.RecordID]bool)
	for i := range g.snap.Records {
		known[g.snap.Records[i].RecordID] = true
	}
	for _, id := range releases {
		g.renewed[id]++
		now, err := g.client.recordsNow(ctx, id)
		if err != nil && fatal(ctx, err) {
			return err
		}
		if err == nil && g.renewed[id] > renewals && len(now) > 0 {
			err = errGone
		}
		if err != nil {
			g.snap.Gaps = append(g.snap.Gaps, snapshot.Gap{
				What: "records of release " + id.Name, Namespace: id.Namespace, Why: reason(err),
				Records: id.Driver, Unreached: !apierrors.IsForbidden(err),
			})
			continue
		}
		for _, r := range now {
			if !known[r.RecordID] {
				g.snap.Records = append(g.snap.Records, r)
			}
		}
	}
	return nil
}

// recordsNow lists the records of one release.
func (c *Client) recordsNow(ctx context.Context, id snapshot.ReleaseID) ([]snapshot.Record, error) {
	others := make(map[snapshot.Driver]bool)
	for _, st := range storages() {
		others[st.driver] = st.driver != id.Driver
	}
	return c.RecordsOf(ctx, id.Namespace, id.Name, others)
}

func (g *Gathering) recordsOf(ids []snapshot.RecordID) []*snapshot.Record {
	wanted := make(map[snapshot.RecordID]bool, len(ids))
	for _, id := range ids {
		wanted[id] = true
	}
	var records []*snapshot.Record
	for i := range g.snap.Records {
		if r := &g.snap.Records[i]; wanted[r.RecordID] {
			records = append(records, r)
		}
	}
	return records
}
