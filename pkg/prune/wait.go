package prune

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// How often somebody looks whether an object is gone: soon at first.
const (
	firstLook = 200 * time.Millisecond
	laterLook = 2 * time.Second
)

// wait waits until what was deleted is gone, as long as the context lasts, and notes
// what finalizers still hold. None is ever taken off.
func (r *run) wait(ctx context.Context) {
	held := r.held
	why := make(map[string]string)
	for pause := firstLook; len(held) > 0; pause = min(2*pause, laterLook) {
		select {
		case <-ctx.Done():
			for _, ref := range held {
				r.report.set(ref.UID, Held, why[ref.UID])
			}
			return
		case <-time.After(pause):
		}
		var still []snapshot.ObjectRef
		for _, ref := range held {
			finalizers, err := r.Deleter.Holding(ctx, ref)
			if errors.Is(err, ErrGone) {
				continue
			}
			still = append(still, ref)
			switch {
			case err != nil:
				why[ref.UID] = "nobody could see whether it is gone: " + err.Error()
			case len(finalizers) > 0:
				why[ref.UID] = "finalizer " + strings.Join(finalizers, ", ") + " holds it"
			default:
				why[ref.UID] = "it is still shutting down"
			}
		}
		held = still
	}
}
