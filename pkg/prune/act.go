package prune

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// What a Deleter's errors wrap, where that is the cause.
var (
	// ErrGone: there is no such object any more.
	ErrGone = errors.New("it is not there any more")
	// ErrChanged: it is another object, or another version of it, than was judged.
	ErrChanged = errors.New("it has changed since it was judged")
)

// Deleter deletes on a cluster.
type Deleter interface {
	// Unchanged tells whether the release's records are those that the snapshot has,
	// and no release of its name has come up elsewhere.
	Unchanged(ctx context.Context, release snapshot.ReleaseID, s *snapshot.Snapshot) (bool, error)
	// Delete deletes the object in exactly this version. Held tells that it is not gone
	// at once.
	Delete(ctx context.Context, o *snapshot.Object) (held bool, err error)
	// Holding are the finalizers of an object that is being deleted. The error is
	// ErrGone when it is gone, or there is another of its name.
	Holding(ctx context.Context, ref snapshot.ObjectRef) ([]string, error)
}

// Saver saves an object before it is deleted. Its error is ErrChanged if the object
// is not the one that was judged, and ErrGone if there is none.
type Saver interface {
	Save(ctx context.Context, f *verdict.Finding) error
}

// Judge gathers evidence anew and judges. Only the objects with these UIDs are
// planned to go.
type Judge func(ctx context.Context, planned map[string]bool) ([]verdict.Finding, *snapshot.Snapshot, error)

// Actor carries out plans.
type Actor struct {
	Judge   Judge
	Deleter Deleter
	// Saver, if set, saves each object before it is deleted; what it cannot save stays.
	Saver Saver
	// Dry tells that the server only tries: nothing is saved or waited for.
	Dry bool
	// Wait tells whether to wait until what was deleted is gone.
	Wait bool
	// Concurrency is how many objects are being deleted at once.
	Concurrency int
	// Fresh is how old evidence may be when it is acted on. Older is gathered again.
	Fresh time.Duration
	// Now is this machine's clock, to tell how old evidence is.
	Now func() time.Time
	// Progress, if set, is told how many are done of all, by many at once.
	Progress func(done, total int)
}

// rounds is how often objects that keep changing are judged anew.
const rounds = 3

// run is one carrying-out of a plan.
type run struct {
	*Actor
	report  *Report
	slots   chan struct{}
	mu      sync.Mutex
	changed map[string]int // how often, by UID
	held    []snapshot.ObjectRef
	done    int
}

// Act deletes what of the plan is still prunable. It returns an error only when
// judging failed: the report then tells how far it came. When the context ends, what
// is being deleted is finished, and nothing else is begun.
func (a *Actor) Act(ctx context.Context, p *Plan) (*Report, error) {
	r := &run{Actor: a, report: newReport(p), slots: make(chan struct{}, a.Concurrency), changed: make(map[string]int)}
	left := p.UIDs()
	for len(left) > 0 && ctx.Err() == nil {
		findings, snap, err := a.Judge(ctx, left)
		if err != nil {
			return r.report, err
		}
		left = r.round(ctx, left, findings, snap)
	}
	if a.Wait && !a.Dry {
		r.wait(ctx)
	}
	return r.report, nil
}

// round acts on one judgement, and returns what has to be judged again.
func (r *run) round(ctx context.Context, left map[string]bool, findings []verdict.Finding, snap *snapshot.Snapshot) map[string]bool {
	began := r.Now()
	groups := r.groups(left, findings)
	again := make(map[string]bool)
	var mu sync.Mutex
	var g errgroup.Group
	g.SetLimit(r.Concurrency)
	for _, group := range groups {
		g.Go(func() error {
			var rest []*verdict.Finding
			if ctx.Err() == nil && r.Now().Sub(began) < r.Fresh {
				rest = r.release(ctx, group, snap)
			} else {
				rest = group // the evidence has grown old
			}
			mu.Lock()
			defer mu.Unlock()
			for _, f := range rest {
				again[f.Object.UID] = true
			}
			return nil
		})
	}
	_ = g.Wait() // no goroutine returns an error
	return again
}

// groups are the planned objects that are still prunable, release by release. The
// others' outcome is known.
func (r *run) groups(left map[string]bool, findings []verdict.Finding) [][]*verdict.Finding {
	byRelease := make(map[snapshot.ReleaseID]int)
	var groups [][]*verdict.Finding
	seen := make(map[string]bool)
	for i := range findings {
		f := &findings[i]
		uid := f.Object.UID
		if !left[uid] || seen[uid] || !f.Live {
			continue
		}
		seen[uid] = true
		if !f.Prunable() || f.Release == nil {
			r.finish(uid, Kept, keptWhy(f))
			continue
		}
		n, ok := byRelease[*f.Release]
		if !ok {
			n = len(groups)
			byRelease[*f.Release] = n
			groups = append(groups, nil)
		}
		groups[n] = append(groups[n], f)
	}
	for uid := range left {
		if !seen[uid] {
			r.finish(uid, Gone, "")
		}
	}
	return groups
}

// keptWhy says why an object is not deleted after all.
func keptWhy(f *verdict.Finding) string {
	if f.Verdict != verdict.Orphan {
		return fmt.Sprintf("it is %s now: %s", f.Verdict, f.Reason)
	}
	for _, refusal := range f.Refusals {
		if !refusal.Lifted {
			return fmt.Sprintf("guard %s: %s", refusal.Guard, refusal.Why)
		}
	}
	return string(f.Reason)
}

// finish notes an outcome that is final.
func (r *run) finish(uid string, o Outcome, why string) {
	r.report.set(uid, o, why)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done++
	if r.Progress != nil {
		r.Progress(r.done, len(r.report.Items))
	}
}
