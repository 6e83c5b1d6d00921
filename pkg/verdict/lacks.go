package verdict

import (
	"slices"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// lacks names the bodies that could still tell whose an object is. Each object
// asks for the likeliest ones first, and for the next only when those were read
// and do not declare it: a cluster's records are many and large.
func (e *evidence) lacks(findings []Finding, o Options) Lacks {
	c := newCollector(e)
	if wanted := e.wanted(o); wanted != nil {
		c.records(wanted)
	}
	for i := range findings {
		if f := &findings[i]; (f.Claim == nil || !f.Claim.inForce()) && !controlled(f.Object) {
			e.search(c, f.Object, f.Claim)
		}
	}
	return c.result()
}

// search asks for the first tier of bodies that is not read yet. Claim is that of
// a release that has dropped the object since, if one has.
func (e *evidence) search(c *collector, o *snapshot.Object, claim *Claim) {
	marked := marks(o)
	near := func(id snapshot.ReleaseID) bool { return slices.Contains(marked, id.Name) || namedAfter(o, id.Name) }
	scope := e.snapshot.Namespace
	home := func(id snapshot.ReleaseID) bool {
		if o.Namespace == "" {
			return scope == "" || id.Namespace == scope
		}
		return id.Namespace == o.Namespace
	}
	both := func(id snapshot.ReleaseID) bool { return near(id) && home(id) }
	anywhere := func(snapshot.ReleaseID) bool { return true }

	if claim != nil {
		c.bodies(home, newest) // another release may declare it by now
		return
	}
	if c.bodies(both, newest) || c.bodies(both, all) || c.bodies(home, newest) {
		return
	}
	if o.Namespace == "" && scope != "" {
		c.bodies(home, all)
		return // if none of the namespace's releases declares it, it is out of scope
	}
	if otherDeployer(o.Author) {
		return // it was not made by a run of Helm, wherever its release may be
	}
	if len(marked) == 0 && c.bodies(home, all) {
		return
	}
	if e.needRecordsEverywhere(c) || c.bodies(near, all) {
		return
	}
	if len(marked) == 0 {
		_ = c.bodies(anywhere, newest) || c.bodies(anywhere, all)
	}
}

func (e *evidence) needRecordsEverywhere(c *collector) bool {
	if e.snapshot.RecordsEverywhere {
		return false
	}
	c.everywhere = true
	return true
}

// depth is how far back into a release's history to read.
type depth int

const (
	newest depth = iota // the current and the deployed record
	all
)

// collector gathers the bodies that are lacking, each once.
type collector struct {
	evidence   *evidence
	wanted     map[snapshot.RecordID]bool
	everywhere bool
}

func newCollector(e *evidence) *collector {
	return &collector{evidence: e, wanted: make(map[snapshot.RecordID]bool)}
}

// bodies asks for those of the matching releases that are neither read nor
// unreadable. It returns whether there are any.
func (c *collector) bodies(match func(snapshot.ReleaseID) bool, d depth) bool {
	return c.records(func(r *snapshot.Record, current, deployed bool) bool {
		return match(r.Release) && (d == all || current || deployed)
	})
}

// records asks for the bodies of the matching records.
func (c *collector) records(match func(r *snapshot.Record, current, deployed bool) bool) bool {
	found := false
	for _, records := range c.evidence.releases {
		last := deployedRecord(records)
		for i, r := range records {
			if r.Body == nil && !c.evidence.unreadable[r.RecordID] && match(r, i == 0, r == last) {
				c.wanted[r.RecordID] = true
				found = true
			}
		}
	}
	return found
}

func (c *collector) result() Lacks {
	l := Lacks{RecordsEverywhere: c.everywhere}
	for id := range c.wanted {
		l.Bodies = append(l.Bodies, id)
	}
	slices.SortFunc(l.Bodies, func(a, b snapshot.RecordID) int {
		if n := a.Release.Compare(b.Release); n != 0 {
			return n
		}
		return b.Revision - a.Revision
	})
	return l
}

// controlled tells whether a controller owns the object: it then copied the
// annotation, and the object is the controller's.
func controlled(o *snapshot.Object) bool {
	return slices.ContainsFunc(o.Owners, func(o snapshot.Owner) bool { return o.Controller })
}
