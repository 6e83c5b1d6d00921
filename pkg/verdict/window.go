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

// windowOf is the claim whose run made the object, or nil. Of several that may have,
// as when one command follows another within a minute, it is the one that began
// nearest to the object's creation.
func windowOf(o *snapshot.Object, claims []Claim) *Claim {
	var made *Claim
	for i := range claims {
		c := &claims[i]
		if madeBy(o, c.Hook.LastRun) && (made == nil || distance(o, c) < distance(o, made)) {
			made = c
		}
	}
	return made
}

func distance(o *snapshot.Object, c *Claim) time.Duration {
	return o.Created.Sub(c.Hook.LastRun.StartedAt).Abs()
}
