package prune

import (
	"context"
	"errors"
	"sync"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// release deletes objects of one release, and returns those that have to be judged
// again.
func (r *run) release(ctx context.Context, group []*verdict.Finding, snap *snapshot.Snapshot) []*verdict.Finding {
	same, err := r.Deleter.Unchanged(ctx, *group[0].Release, snap)
	switch {
	case ctx.Err() != nil:
		return nil
	case err != nil:
		for _, f := range group {
			r.finish(f.Object.UID, Failed, "its release could not be looked at again: "+err.Error())
		}
		return nil
	case !same:
		return r.retry(group, "its release changed")
	}
	return r.each(ctx, group)
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

// each deletes objects side by side, within the slots that all releases share.
func (r *run) each(ctx context.Context, group []*verdict.Finding) []*verdict.Finding {
	var again []*verdict.Finding
	var mu sync.Mutex
	var wg sync.WaitGroup
	for _, f := range group {
		if !r.slot(ctx) {
			break
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
