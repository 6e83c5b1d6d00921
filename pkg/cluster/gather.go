package cluster

import (
	"context"
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
	// apart tells that the records of all namespaces may not be asked for together.
	apart bool
	// renewed is how often releases were listed again.
	renewed map[snapshot.ReleaseID]int
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
		renewed:    make(map[snapshot.ReleaseID]int),
		everywhere: c.rightsIn(ctx, nowhere),
		snap:       &snapshot.Snapshot{Namespace: q.Namespace, Kinds: kinds, Gaps: gaps},
	}
	if q.Namespace != "" {
		g.snap.Namespaces = []string{q.Namespace}
		g.snap.RecordsConfined = slices.ContainsFunc(storages(), func(st storage) bool { return !g.everywhere.mayList(st.kind) })
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
