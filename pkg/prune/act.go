package prune

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
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
	// and, if all namespaces can be asked together, no release of its name has come up
	// elsewhere.
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

// round acts on one judgement, and returns what has to be judged again. Users go
// before what they may use, in waves over all releases. What comes after a wave of
// which something stays is judged again: it may be needed still.
func (r *run) round(ctx context.Context, left map[string]bool, findings []verdict.Finding, snap *snapshot.Snapshot) map[string]bool {
	began := r.Now()
	again := make(map[string]bool)
	whole := true
	for _, wave := range waves(r.prunable(left, findings, snap)) {
		if !whole || ctx.Err() != nil {
			remember(again, wave)
			continue
		}
		rest := r.wave(ctx, byRelease(wave), snap, began)
		remember(again, rest)
		whole = len(rest) == 0 && !r.anyStays(wave)
	}
	return again
}

func remember(uids map[string]bool, findings []*verdict.Finding) {
	for _, f := range findings {
		uids[f.Object.UID] = true
	}
}

// wave deletes groups of objects side by side, one group a release, and returns what
// has to be judged again.
func (r *run) wave(ctx context.Context, groups [][]*verdict.Finding, snap *snapshot.Snapshot, began time.Time) []*verdict.Finding {
	var rest []*verdict.Finding
	var mu sync.Mutex
	var g errgroup.Group
	g.SetLimit(r.Concurrency)
	for _, group := range groups {
		g.Go(func() error {
			again := group
			if ctx.Err() == nil && r.Now().Sub(began) < r.Fresh { // else the evidence has grown old
				again = r.release(ctx, group, snap)
			}
			mu.Lock()
			defer mu.Unlock()
			rest = append(rest, again...)
			return nil
		})
	}
	_ = g.Wait() // no goroutine returns an error
	return rest
}

// anyStays tells whether an object of a wave is still there for sure, or perhaps.
func (r *run) anyStays(wave []*verdict.Finding) bool {
	return slices.ContainsFunc(wave, func(f *verdict.Finding) bool {
		return !slices.Contains([]Outcome{Deleted, WouldDelete, Gone}, r.report.outcome(f.Object.UID))
	})
}

// waves sorts objects by when they go: see verdict.Wave.
func waves(findings []*verdict.Finding) [][]*verdict.Finding {
	byWave := make(map[int][]*verdict.Finding)
	for _, f := range findings {
		n := verdict.Wave(f.Object)
		byWave[n] = append(byWave[n], f)
	}
	var sorted [][]*verdict.Finding
	for _, n := range slices.Sorted(maps.Keys(byWave)) {
		sorted = append(sorted, byWave[n])
	}
	return sorted
}

func byRelease(findings []*verdict.Finding) [][]*verdict.Finding {
	index := make(map[snapshot.ReleaseID]int)
	var groups [][]*verdict.Finding
	for _, f := range findings {
		n, ok := index[*f.Release]
		if !ok {
			n = len(groups)
			index[*f.Release] = n
			groups = append(groups, nil)
		}
		groups[n] = append(groups[n], f)
	}
	return groups
}

// prunable are the planned objects that are so still. The others' outcome is known.
func (r *run) prunable(left map[string]bool, findings []verdict.Finding, snap *snapshot.Snapshot) []*verdict.Finding {
	var prunable []*verdict.Finding
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
		prunable = append(prunable, f)
	}
	for uid := range left {
		if seen[uid] {
			continue
		}
		if why := r.hidden(uid, snap); why != "" {
			r.finish(uid, Failed, "it could not be looked at again: "+why)
		} else {
			r.finish(uid, Gone, "")
		}
	}
	return prunable
}

// hidden says why an object may be there although nobody saw it, or "".
func (r *run) hidden(uid string, snap *snapshot.Snapshot) string {
	ref := r.report.Items[r.report.index[uid]].ObjectRef
	for i := range snap.Gaps {
		if g := &snap.Gaps[i]; g.Hides(snapshot.Group(ref.APIVersion), ref.Kind, ref.Namespace) {
			return g.Why
		}
	}
	return ""
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
