package dump

import (
	"context"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// ReadRuns notes what the files hold of Jobs and Pods, and as gaps where they hold nothing
// of a namespace.
func (e *Evidence) ReadRuns(_ context.Context, runs []snapshot.DeclaredRun) error {
	for _, d := range runs {
		known := snapshot.KnownRun{DeclaredRun: d}
		for i := range e.snap.Objects {
			if o := &e.snap.Objects[i]; d.Means(o) {
				known.Objects = append(known.Objects, *o)
			}
		}
		if len(known.Objects) == 0 {
			known.Gap = e.runGap(d)
		}
		if known.Gap != nil {
			e.gap(*known.Gap)
		}
		e.snap.Runs = append(e.snap.Runs, known)
	}
	return nil
}

// runGap is why nobody knows whether a Job or Pod is there that the files do not hold, or
// nil.
func (e *Evidence) runGap(d snapshot.DeclaredRun) *snapshot.Gap {
	why := "not in " + e.files
	if e.snap.Listed(d.Namespace) {
		why = ""
		for i := range e.snap.Gaps {
			if g := &e.snap.Gaps[i]; g.Hides(d.Group(), d.Kind, d.Namespace) {
				why = g.Why
			}
		}
	}
	if why == "" {
		return nil
	}
	what := "pods "
	if d.Kind == "Job" {
		what = "jobs.batch "
	}
	return &snapshot.Gap{What: what + d.Name, Namespace: d.Namespace, Why: why}
}
