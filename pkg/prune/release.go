package prune

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// lookFor is for how long a look at a release's records holds. An upgrade may begin
// while others of its objects are being saved and deleted.
const lookFor = time.Second

// release deletes objects of one release, and returns those that have to be judged
// again. It looks at the release's records before, and again whenever it has waited
// for something since.
func (r *run) release(ctx context.Context, group []*verdict.Finding, snap *snapshot.Snapshot) []*verdict.Finding {
	return r.each(ctx, group, snap)
}

// unchanged looks at the release of some objects again. If it has changed since it was
// judged, or cannot be looked at, it is told what has to be judged again.
func (r *run) unchanged(ctx context.Context, group []*verdict.Finding, snap *snapshot.Snapshot) (again []*verdict.Finding, ok bool) {
	same, err := r.Deleter.Unchanged(ctx, *group[0].Release, snap)
	switch {
	case ctx.Err() != nil:
		return nil, false
	case err != nil:
		for _, f := range group {
			r.finish(f.Object.UID, Failed, "its release could not be looked at again: "+err.Error())
		}
		return nil, false
	case !same:
		return r.retry(group, "its release changed"), false
	}
	return nil, true
}

// retry returns the objects that are worth judging again, and gives up on those that
// never stand still.
func (r *run) retry(group []*verdict.Finding, why string) []*verdict.Finding {
	var again []*verdict.Finding
	for _, f := range group {
		r.mu.Lock()
		r.changed[f.Object.UID]++
		n := r.changed[f.Object.UID]
		r.mu.Unlock()
		if n < rounds {
			again = append(again, f)
		} else {
			r.finish(f.Object.UID, Changed, why)
		}
	}
	return again
}

// each deletes objects of a release side by side, within the slots that all releases
// share.
func (r *run) each(ctx context.Context, group []*verdict.Finding, snap *snapshot.Snapshot) []*verdict.Finding {
	var again []*verdict.Finding
	var mu sync.Mutex
	var wg sync.WaitGroup
	var looked time.Time
	for i, f := range group {
		if !r.slot(ctx) {
			break
		}
		if now := r.Now(); now.Sub(looked) >= lookFor {
			rest, ok := r.unchanged(ctx, group[i:], snap)
			if !ok {
				<-r.slots
				mu.Lock()
				again = append(again, rest...)
				mu.Unlock()
				break
			}
			looked = now
		}
		wg.Go(func() {
			defer func() { <-r.slots }()
			if r.one(ctx, f) {
				return
			}
			rest := r.retry([]*verdict.Finding{f}, ErrChanged.Error())
			mu.Lock()
			defer mu.Unlock()
			again = append(again, rest...)
		})
	}
	wg.Wait()
	return again
}

// slot waits for a free slot, and returns false when nothing more is to be begun.
func (r *run) slot(ctx context.Context) bool {
	if ctx.Err() != nil {
		return false
	}
	select {
	case r.slots <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

// one saves and deletes an object, and returns false if it has to be judged again.
// Once begun it is finished, whoever interrupts.
func (r *run) one(ctx context.Context, f *verdict.Finding) bool {
	ctx, cancel := toTheEnd(ctx)
	defer cancel()
	o := f.Object
	if r.Saver != nil && !r.Dry {
		switch err := r.Saver.Save(ctx, f); {
		case errors.Is(err, ErrChanged):
			return false
		case errors.Is(err, ErrGone):
			r.finish(o.UID, Gone, "")
			return true
		case err != nil:
			r.finish(o.UID, Failed, "it could not be saved: "+err.Error())
			return true
		}
	}
	held, err := r.Deleter.Delete(ctx, o)
	switch {
	case errors.Is(err, ErrChanged):
		return false
	case errors.Is(err, ErrGone):
		r.finish(o.UID, Gone, "")
	case err != nil:
		r.finish(o.UID, Failed, err.Error())
	case r.Dry:
		r.finish(o.UID, WouldDelete, "")
	default:
		r.finish(o.UID, Deleted, "")
		if held {
			r.mu.Lock()
			r.held = append(r.held, o.Ref())
			r.mu.Unlock()
		}
	}
	return true
}

// toTheEnd is a context that nobody interrupts, and that still has a deadline.
func toTheEnd(ctx context.Context) (context.Context, context.CancelFunc) {
	whole := context.WithoutCancel(ctx)
	if deadline, ok := ctx.Deadline(); ok {
		return context.WithDeadline(whole, deadline)
	}
	return context.WithCancel(whole)
}
