package verdict

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// lacks names the evidence that could still change what is said of the hooks. What
// is likeliest to tell is asked for first, and more only when that was read and did
// not: a cluster's records are many and large.
func (e *evidence) lacks(hooks []*Finding, o *Options) *collector {
	c := newCollector(e)
	depth := newest
	if len(o.Releases) > 0 {
		depth = all
	}
	if wanted := e.wanted(*o, depth); wanted != nil {
		c.records(e.allReleases(), wanted)
	}
	for _, f := range hooks {
		if e.worthASearch(f, *o) {
			e.search(c, f)
		}
	}
	for _, f := range hooks {
		e.askFlux(c, f)
		if inScope(f, o) {
			e.prove(c, f, o)
		}
	}
	return c
}

// worthASearch tells whether records could still say more of an object. Where
// releases are asked for by name, all their records are read anyway, and only what
// a label ties to them could be another's.
func (e *evidence) worthASearch(f *Finding, o Options) bool {
	switch {
	case f.Claim != nil && f.Claim.inForce(), controlled(f.Object):
		return false
	case len(o.Releases) > 0:
		return f.Release != nil && named(o.Releases, *f.Release)
	default:
		return true
	}
}

// search asks for the first tier of bodies that is not read yet.
func (e *evidence) search(c *collector, f *Finding) {
	o := f.Object
	home := o.Namespace
	if home == "" {
		home = e.snapshot.Namespace // and of all namespaces, if all are read
	}
	if f.Claim != nil { // dropped since; another release may declare it by now
		if home == "" {
			c.seek(f, all, hooksOnly)
		} else {
			c.namespace(home, newest)
		}
		return
	}
	// Not made by a run of Helm, wherever its release may be: by another deployer, or
	// with a phase that makes Helm drop the object.
	stray := otherDeployer(o.Author) || len(f.Declared.UnknownEvents) > 0
	near := e.near(o)
	nearby := near
	if home != "" {
		nearby = slices.DeleteFunc(slices.Clone(near), func(id snapshot.ReleaseID) bool { return id.Namespace != home })
	}
	if c.releases(nearby, newest) || c.releases(nearby, all) {
		return
	}
	if home != "" && (c.namespace(home, newest) || c.namespace(home, all)) {
		return
	}
	if stray || o.Namespace == "" && home != "" { // if none of the namespace's releases declares it, it is out of scope
		return
	}
	if e.needRecordsEverywhere(c) || c.releases(near, all) {
		return
	}
	if o.Namespace == "" || len(marks(o)) == 0 {
		c.seek(f, all, hooksOnly)
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
	manifests  map[snapshot.RecordID]bool
	users      []snapshot.ObjectRef
	runs       map[snapshot.DeclaredRun]bool
	flux       map[snapshot.FluxName]bool
	everywhere bool
	witnesses  bool
	dependents bool
	// asked holds the answers about whole namespaces, which many objects ask for.
	asked map[namespaceDepth]bool
	// shown holds the same answers about their manifests.
	shown map[namespaceDepth]bool
	seeker
}

type namespaceDepth struct {
	namespace string
	depth     depth
}

func newCollector(e *evidence) *collector {
	return &collector{
		evidence: e, wanted: make(map[snapshot.RecordID]bool), manifests: make(map[snapshot.RecordID]bool),
		runs: make(map[snapshot.DeclaredRun]bool),
		flux: make(map[snapshot.FluxName]bool), asked: make(map[namespaceDepth]bool), shown: make(map[namespaceDepth]bool),
	}
}

// namespace asks for the bodies of all releases of a namespace or, for "", of
// all. It returns whether any is neither read nor unreadable.
func (c *collector) namespace(name string, d depth) bool {
	key := namespaceDepth{name, d}
	if found, ok := c.asked[key]; ok {
		return found
	}
	ids := c.evidence.byNamespace[name]
	if name == "" {
		ids = c.evidence.allReleases()
	}
	c.asked[key] = c.releases(ids, d)
	return c.asked[key]
}

// releases asks for the bodies of some releases, and tells as namespace does.
func (c *collector) releases(ids []snapshot.ReleaseID, d depth) bool {
	return c.records(ids, func(_ *snapshot.Record, current, deployed bool) bool {
		return d == all || current || deployed
	})
}

// records asks for the bodies of the matching records of some releases.
func (c *collector) records(ids []snapshot.ReleaseID, match func(r *snapshot.Record, current, deployed bool) bool) bool {
	found := false
	for _, id := range ids {
		records := c.evidence.releases[id]
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

// result is what is lacking, when all has been judged as far as it can be. A search takes
// long, and so comes after all that may spare it; and who uses what comes last, since it
// changes while the rest is read.
func (c *collector) result() Lacks {
	for id := range c.manifests {
		delete(c.wanted, id) // the manifest comes with the body
	}
	lacks := Lacks{
		Bodies: sortedRecords(c.wanted), Manifests: sortedRecords(c.manifests), RecordsEverywhere: c.everywhere,
		Witnesses: c.witnesses, Dependents: c.dependents, Runs: slices.SortedFunc(maps.Keys(c.runs), snapshot.DeclaredRun.Compare),
		HelmReleases: slices.SortedFunc(maps.Keys(c.flux), func(a, b snapshot.FluxName) int {
			return cmp.Or(strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Name, b.Name))
		}),
	}
	if lacks.None() {
		lacks.Search = c.lack(c.evidence)
	}
	if lacks.None() {
		lacks.Users = c.users
	}
	return lacks
}

func sortedRecords(ids map[snapshot.RecordID]bool) []snapshot.RecordID {
	return slices.SortedFunc(maps.Keys(ids), func(a, b snapshot.RecordID) int {
		return cmp.Or(a.Release.Compare(b.Release), b.Revision-a.Revision)
	})
}

// controlled tells whether a controller owns the object: it then copied the
// annotation, and the object is the controller's.
func controlled(o *snapshot.Object) bool {
	return slices.ContainsFunc(o.Owners, func(o snapshot.Owner) bool { return o.Controller })
}
