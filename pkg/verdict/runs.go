package verdict

import (
	"slices"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// runsIndex is what is known of Jobs and Pods that releases declare, wherever they run.
type runsIndex struct {
	known map[snapshot.DeclaredRun]*snapshot.KnownRun
	// declared and unseen hold answers for whole releases, which many objects ask for.
	declared map[snapshot.ReleaseID][]snapshot.DeclaredRun
	unseen   map[snapshot.ReleaseID]*snapshot.Gap
	// seen are those of namespaces that were not listed which were looked for by name all the
	// same, as for a release that was asked for. It is nil until somebody asks.
	seen map[snapshot.DeclaredRun]bool
}

func newRuns(s *snapshot.Snapshot) runsIndex {
	r := runsIndex{
		known:    make(map[snapshot.DeclaredRun]*snapshot.KnownRun, len(s.Runs)),
		declared: make(map[snapshot.ReleaseID][]snapshot.DeclaredRun), unseen: make(map[snapshot.ReleaseID]*snapshot.Gap),
	}
	for i := range s.Runs {
		r.known[s.Runs[i].DeclaredRun] = &s.Runs[i]
	}
	return r
}

// otherRuns are Jobs and Pods that are no hooks to look at and may still run for a release:
// those of namespaces that were not listed, and what a release declares elsewhere that
// bears no annotation.
func (e *evidence) otherRuns(judged []Finding, o Options) []*Finding {
	var runs []*Finding
	for i := range judged {
		if f := &judged[i]; f.runs() && !isHook(f, o) && f.Claim != nil && f.Claim.inForce() {
			runs = append(runs, f)
		}
	}
	for i := range e.snapshot.Runs {
		objects := e.snapshot.Runs[i].Objects
		for j := range objects {
			if f := e.attributed(&objects[j], o); f.Annotated || f.Claim != nil && f.Claim.inForce() {
				runs = append(runs, &f)
			}
		}
	}
	return runs
}

// runsOf are the Jobs and Pods that the records of a release declare which were read, each
// once: an older one's may have outlived the upgrades since.
func (e *evidence) runsOf(id snapshot.ReleaseID) []snapshot.DeclaredRun {
	runs, ok := e.runs.declared[id]
	if !ok {
		for _, r := range e.releases[id] {
			runs = append(runs, r.Runs()...)
		}
		slices.SortFunc(runs, snapshot.DeclaredRun.Compare)
		runs = slices.Compact(runs)
		e.runs.declared[id] = runs
	}
	return runs
}

// needRuns asks for the Jobs and Pods of releases that nobody has looked for: those in
// namespaces that were not listed. It returns whether there are any.
func (e *evidence) needRuns(c *collector, ids []snapshot.ReleaseID) bool {
	found := false
	for _, id := range ids {
		for _, d := range e.runsOf(id) {
			if !e.snapshot.Listed(d.Namespace) && e.runs.known[d] == nil && !e.runs.sees(e.snapshot, d) {
				c.runs[d] = true
				found = true
			}
		}
	}
	return found
}

// sees tells whether a Job or Pod of a namespace that was not listed was looked for by name.
func (r *runsIndex) sees(s *snapshot.Snapshot, d snapshot.DeclaredRun) bool {
	if r.seen == nil {
		r.seen = make(map[snapshot.DeclaredRun]bool)
		for _, m := range s.Missing {
			if missed := (snapshot.DeclaredRun{Kind: m.Kind, Namespace: m.Namespace, Name: m.Name}); missed.Group() == m.Group {
				r.seen[missed] = true
			}
		}
		for i := range s.Objects {
			for _, d := range snapshot.RunsMeaning(&s.Objects[i]) {
				r.seen[d] = true
			}
		}
	}
	return r.seen[d]
}

// unseenRun is why nobody knows whether a hook of one of these releases still runs, or nil.
func (e *evidence) unseenRun(ids []snapshot.ReleaseID) *snapshot.Gap {
	for _, id := range ids {
		gap, ok := e.runs.unseen[id]
		if !ok {
			gap = e.unseenRunOf(id)
			e.runs.unseen[id] = gap
		}
		if gap != nil {
			return gap
		}
	}
	return nil
}

func (e *evidence) unseenRunOf(id snapshot.ReleaseID) *snapshot.Gap {
	for _, d := range e.runsOf(id) {
		if k := e.runs.known[d]; k != nil && k.Gap != nil {
			return k.Gap
		}
		if !e.snapshot.Listed(d.Namespace) {
			continue // looked for by name
		}
		if gap := e.gap(func(g *snapshot.Gap) bool { return g.Hides(d.Group(), d.Kind, d.Namespace) }); gap != nil {
			return gap
		}
	}
	return nil
}
