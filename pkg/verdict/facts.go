package verdict

import (
	"slices"
	"time"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// soon is how near the end of a finished Job's time to live must be for it to be
// left to Kubernetes.
const soon = 24 * time.Hour

// factsOf collects what the tree asks of an object and one release.
func (e *evidence) factsOf(f *Finding, v *view, o *Options) facts {
	window := windowOf(f.Object, v.claims)
	out := facts{
		terminating:     !f.Object.Deleting.IsZero() || e.signs.terminating[f.Object.Namespace],
		controllerOwned: controlled(f.Object),
		ordinary:        e.ordinary(f.Object),
		unknownToken:    len(f.Declared.UnknownEvents) > 0,
		author:          authorOf(f.Object),
		runs:            f.runs(),
		outcome:         outcomeOf(f.Object),
		policy:          classOf(f.Declared.Policy),
		expires:         e.expires(f.Object),

		attributed: v.attribution != ByNothing,
		release:    v.state(),
		window:     window != nil,
		busy:       v.inFlight() && e.fresh(v.current(), o),
	}
	if v.release == nil {
		return out
	}
	out.hookRunning = e.running[*v.release] != nil
	out.policyMet = policyMet(f, window)
	out.established = v.established()
	out.onlyInstall = true
	for _, will := range v.will() {
		out.declared = true
		out.onlyInstall = out.onlyInstall && onlyInstall(will.Hook)
		out.awaits = out.awaits || awaits(f, v, will)
	}
	if out.release == noRecord {
		out.witnessed = e.witness(f.Object, v.release) != nil
		out.namesake = len(e.namesakes(v.release)) > 0
		out.helmlessness = len(e.releases) == 0 && len(e.snapshot.Witnesses) > 0
	}
	return out
}

// awaits tells whether Helm deletes the object at the next run of a hook, and that can
// still come.
func awaits(f *Finding, v *view, will *Claim) bool {
	if !replaced(will.Hook) && !deletedInPlace(f, v, will) {
		return false
	}
	return slices.ContainsFunc(will.Hook.Events, func(event hook.Event) bool {
		return canCome(event, v.established())
	})
}

func (x *Finding) runs() bool {
	return hook.Runs(snapshot.Group(x.Object.APIVersion), x.Object.Kind)
}

// outcomeOf takes a state that could not be read for one that is not over.
func outcomeOf(o *snapshot.Object) outcome {
	switch {
	case o.Run == nil:
		return unfinished
	case o.Run.Phase == snapshot.RunSucceeded:
		return succeeded
	case o.Run.Phase == snapshot.RunFailed:
		return failed
	default:
		return unfinished
	}
}

// Words that charts write to say that a hook stays. Helm knows neither, and so
// never deletes the object.
const (
	policyNever hook.DeletePolicy = "never"
	policyKeep  hook.DeletePolicy = "keep"
)

func keepsByPolicy(p hook.Policy) bool { return p.Has(policyNever) || p.Has(policyKeep) }

func classOf(p hook.Policy) policyClass {
	switch {
	case !p.Set:
		return policyNone
	case keepsByPolicy(p):
		return policyKeeps
	case len(p.Unknown()) == len(p.Words):
		return policyNotKnown
	default:
		return policyKnown
	}
}

func (e *evidence) expires(o *snapshot.Object) bool {
	return o.Run != nil && o.Run.Phase.Finished() && !o.Run.Expires.IsZero() &&
		o.Run.Expires.Before(e.snapshot.Time.Add(soon))
}

// fresh tells whether the API server stored the record so lately that its Helm may
// still be at work. A record without time is taken for one.
func (e *evidence) fresh(r *snapshot.Record, o *Options) bool {
	return r.Written.IsZero() || e.snapshot.Time.Sub(r.Written) < o.StaleAfter
}

// policyMet tells whether the policy on the live object asked Helm to delete it
// after the run that made it. Supporting objects have no outcome of their own: Helm
// treats them as succeeded as soon as they are made.
func policyMet(f *Finding, window *Claim) bool {
	p := f.Declared.Policy
	if !f.runs() {
		return window != nil && window.Hook.LastRun.Phase == phaseSucceeded && p.Has(hook.HookSucceeded)
	}
	switch outcomeOf(f.Object) {
	case succeeded:
		return p.Has(hook.HookSucceeded)
	case failed:
		return p.Has(hook.HookFailed)
	default:
		return false
	}
}

func onlyInstall(h *release.Hook) bool {
	return len(h.Events) > 0 && !slices.ContainsFunc(h.Events, func(e hook.Event) bool {
		return e != hook.PreInstall && e != hook.PostInstall
	})
}
