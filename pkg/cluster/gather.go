package cluster

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"slices"
	"sync/atomic"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// Gathering is a reading of a cluster, under way: the evidence so far, and what
// is needed to add to it.
type Gathering struct {
	client *Client
	query  Query
	// everywhere are the user's rights in all namespaces.
	everywhere rights
	snap       *snapshot.Snapshot
	kinds      []snapshot.Kind
	shown      int      // how many of kinds were asked for; the rest is evidence only
	listed     []listed // one for each of kinds
	signs      signs
	seed       maphash.Seed
	seen       map[string]bool // UIDs of the objects in snap
}

// Query is what to read.
type Query struct {
	// Namespace, or empty for all.
	Namespace string
	// Kinds by name, as people write them, or none for all that there are.
	Kinds []string
	// Elsewhere, if set, tells of which releases the declared objects are looked
	// for outside Namespace too.
	Elsewhere func(snapshot.ReleaseID) bool
	// Progress, if set, is told how many of what have been read, by many at once.
	Progress func(what string, done, total int)
}

// counter returns a function to call for each of so many things that is read.
func (q *Query) counter(what string, total int) func() {
	var done atomic.Int64
	return func() {
		if n := done.Add(1); q.Progress != nil {
			q.Progress(what, int(n), total)
		}
	}
}

// Gather reads hook objects and the metadata of release records. Objects of kinds
// without a namespace are always read. Objects come first: Helm writes its record
// before it makes an object, so no object seen here can miss a record for having
// been made meanwhile.
func (c *Client) Gather(ctx context.Context, q Query) (*Gathering, error) {
	kinds, gaps, err := c.kinds(ctx)
	if err != nil {
		return nil, err
	}
	wanted, err := snapshot.ResolveKinds(kinds, q.Kinds)
	if err != nil {
		return nil, err
	}
	if wanted == nil {
		wanted = kinds
	}
	g := &Gathering{
		client: c, query: q, kinds: withRunning(wanted, kinds), shown: len(wanted), seed: maphash.MakeSeed(), seen: make(map[string]bool),
		everywhere: c.rightsIn(ctx, nowhere),
		snap:       &snapshot.Snapshot{Namespace: q.Namespace, Kinds: kinds, Gaps: gaps},
	}
	if q.Namespace != "" {
		g.snap.Namespaces = []string{q.Namespace}
		g.snap.RecordsConfined = !slices.ContainsFunc(storages(), func(st storage) bool { return g.everywhere.mayList(st.kind) })
	}
	if err := g.readObjects(ctx); err != nil {
		return nil, err
	}
	if err := g.ReadRecords(ctx, q.Namespace); err != nil {
		return nil, err
	}
	g.snap.Restricted = len(q.Kinds) > 0
	g.snap.WitnessesEverywhere = q.Namespace == "" && !g.snap.Restricted
	g.snap.Time = c.clock.now()
	return g, nil
}

// withRunning returns the wanted kinds and after them those of the others that run:
// a hook that still runs tells what is to become of the hooks that it uses.
func withRunning(wanted, kinds []snapshot.Kind) []snapshot.Kind {
	all := slices.Clone(wanted)
	for _, k := range kinds {
		known := slices.ContainsFunc(wanted, func(w snapshot.Kind) bool { return w.Name() == k.Name() })
		if hook.Runs(k.Group, k.Kind) && !known {
			all = append(all, k)
		}
	}
	return all
}

// readObjects reads hook objects wherever they may be listed.
func (g *Gathering) readObjects(ctx context.Context) error {
	r, err := g.client.reachOf(ctx, g.everywhere, g.query.Namespace, g.kinds)
	if err != nil {
		return err
	}
	all, read, err := g.listAll(ctx, r)
	if err != nil {
		return err
	}
	g.snap.Gaps = append(g.snap.Gaps, r.refusals(g.kinds)...)
	g.listed = all
	var maps sharedMaps // of all kinds: what belongs to a release is labelled alike
	for i := range g.listed {
		hooks := g.listed[i].hooks
		for k := range hooks {
			maps.share(&hooks[k], g.seed, len(g.snap.Objects)+len(hooks))
		}
		g.add(hooks)
		g.listed[i].hooks = nil
		g.snap.Gaps = append(g.snap.Gaps, g.listed[i].gaps...)
	}
	if !read {
		return blind(g.snap)
	}
	g.fillDependents()
	if err := g.readTerminating(ctx); err != nil {
		return err
	}
	return g.readRuns(ctx)
}

// blind explains that nothing could be read.
func blind(s *snapshot.Snapshot) error {
	where, hint := "in any namespace", "-n chooses one"
	if s.Namespace != "" {
		where, hint = fmt.Sprintf("in namespace %q", s.Namespace), "see kubectl auth can-i --list"
	}
	why := "there is nothing to list"
	if n := len(s.Gaps); n > 0 {
		why = s.Gaps[n-1].Why
	}
	return fmt.Errorf("nothing could be listed %s: %s (%s)", where, why, hint)
}

// Snapshot is the evidence gathered so far. It grows with every further read.
func (g *Gathering) Snapshot() *snapshot.Snapshot { return g.snap }

// add takes in objects, each once: some servers show one object in two groups.
func (g *Gathering) add(objects []snapshot.Object) {
	before := len(g.snap.Objects)
	g.snap.Objects = slices.Grow(g.snap.Objects, len(objects))
	for _, o := range objects {
		if !g.seen[o.UID] {
			g.seen[o.UID] = true
			g.snap.Objects = append(g.snap.Objects, o)
		}
	}
	if len(g.snap.Objects) > before {
		g.forgetManifests()
	}
}

// forgetManifests has manifests read again if need be: only uses of the objects that
// were known were kept.
func (g *Gathering) forgetManifests() {
	for i := range g.snap.Records {
		g.snap.Records[i].ManifestRead = false
	}
}

// addOthers takes in what was listed with the records and not with the other objects of
// its kind: records say something of others, too, and a hook may bear their label.
func (g *Gathering) addOthers(l *recordList) {
	g.learn([]signs{l.others.signs})
	i := slices.IndexFunc(g.kinds, func(k snapshot.Kind) bool { return k.Name() == l.storage.kind.Name() })
	if i < 0 || g.query.Namespace != "" && g.query.Namespace != l.namespace {
		return
	}
	g.add(l.others.hooks)
	g.listed[i].others = append(g.listed[i].others, l.others.others...)
	slices.Sort(g.listed[i].others)
}

func (g *Gathering) readRuns(ctx context.Context) error {
	totals := make(map[string]int)
	for i, k := range g.kinds {
		// How many there are in all; 1 + so that none is not taken for no list.
		if hook.Runs(k.Group, k.Kind) && (g.query.Namespace != "" || g.everywhere.mayList(k)) {
			totals[k.Kind] = 1 + len(g.listed[i].others)
		}
	}
	gaps, err := g.client.readRuns(ctx, g.snap.Objects, g.snap.Namespace, totals)
	g.snap.Gaps = append(g.snap.Gaps, gaps...)
	return err
}

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
	for id := range releases {
		if err := g.renew(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// renew adds the records that a release has got since they were listed.
func (g *Gathering) renew(ctx context.Context, id snapshot.ReleaseID) error {
	known := make(map[snapshot.RecordID]bool)
	for i := range g.snap.Records {
		known[g.snap.Records[i].RecordID] = true
	}
	now, err := g.client.RecordsOf(ctx, id.Namespace, id.Name, nil)
	if err != nil && fatal(ctx, err) {
		return err
	}
	if err != nil {
		gap := snapshot.Gap{What: "records of release " + id.Name, Namespace: id.Namespace, Why: reason(err), Records: id.Driver, Unreached: true}
		g.snap.Gaps = append(g.snap.Gaps, gap)
	}
	for _, r := range now {
		if r.Release == id && !known[r.RecordID] {
			g.snap.Records = append(g.snap.Records, r)
		}
	}
	return nil
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
