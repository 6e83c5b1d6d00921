package verdict

import (
	"time"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// skew is how far the clock of the machine that ran Helm may be off the API
// server's.
const skew = time.Minute

// Phases of a hook's run, as Helm writes them.
const (
	phaseRunning   = "Running"
	phaseSucceeded = "Succeeded"
)

// madeBy tells whether a run of Helm made this very object: it was created while
// that run was under way. A run that Helm never ended (it was killed) has no end;
// it makes its object at once.
func madeBy(o *snapshot.Object, run release.Run) bool {
	if run.StartedAt.IsZero() || o.Created.IsZero() {
		return false
	}
	end := run.CompletedAt
	if end.Before(run.StartedAt) {
		end = run.StartedAt
	}
	return !o.Created.Before(run.StartedAt.Add(-skew)) && !o.Created.After(end.Add(skew))
}

// windowOf is the claim whose run made the object, or nil. Several may have, as when one
// command follows another within a minute: a run during which the object was created goes
// before one that only may have, its clock being off; and then the one that began nearest
// to the creation.
func windowOf(o *snapshot.Object, claims []Claim) *Claim {
	var made *Claim
	for i := range claims {
		if c := &claims[i]; madeBy(o, c.Hook.LastRun) && (made == nil || nearer(o, c.Hook.LastRun, made.Hook.LastRun)) {
			made = c
		}
	}
	return made
}

// nearer tells whether an object was rather made by one run than by another.
func nearer(o *snapshot.Object, run, than release.Run) bool {
	if a, b := during(o, run), during(o, than); a != b {
		return a
	}
	return o.Created.Sub(run.StartedAt).Abs() < o.Created.Sub(than.StartedAt).Abs()
}

// during tells whether an object was created while a run was under way, by one clock. The
// API server keeps no fractions of seconds.
func during(o *snapshot.Object, run release.Run) bool {
	end := run.CompletedAt
	if end.Before(run.StartedAt) {
		end = run.StartedAt
	}
	return o.Created.Add(time.Second).After(run.StartedAt) && !o.Created.After(end)
}
