package verdict

import (
	"slices"
	"time"
)

// Guard is a rule by which an orphan is left alone.
type Guard string

// The guards. docs/verdicts.md says what each is for.
const (
	GuardKeep         Guard = "keep"
	GuardShared       Guard = "shared"
	GuardOwner        Guard = "owner"
	GuardRunning      Guard = "running"
	GuardEvidence     Guard = "evidence"
	GuardAuthorChoice Guard = "author-choice"
	GuardReferenced   Guard = "referenced"
	GuardNotRecreated Guard = "not-recreated"
	GuardSupporting   Guard = "supporting"
	GuardHoldsData    Guard = "holds-data"
	GuardTakesEffect  Guard = "takes-effect"
	GuardTooYoung     Guard = "too-young"
)

// Guards returns all of them, in the order in which refusals are told.
func Guards() []Guard {
	return []Guard{
		GuardKeep, GuardShared, GuardOwner, GuardRunning, GuardEvidence, GuardAuthorChoice, GuardReferenced,
		GuardNotRecreated, GuardSupporting, GuardHoldsData, GuardTakesEffect, GuardTooYoung,
	}
}

// Liftable tells whether the user may lift the guard by its name. Age has a flag of
// its own.
func (g Guard) Liftable() bool {
	return !slices.Contains([]Guard{GuardKeep, GuardShared, GuardOwner, GuardTooYoung}, g)
}

// Refusal is a guard that leaves an orphan alone.
type Refusal struct {
	Guard Guard
	// Why is the fact that it rests on, in a few words.
	Why string
	// Lifted tells whether the user allowed it.
	Lifted bool
}

// Ages below which orphans are left alone, unless the user sets one.
const (
	youngRun        = 10 * time.Minute // since it finished
	youngSupporting = time.Hour        // since it was created
)

// DefaultStaleAfter is for how long a release in flight is taken to be at work
// since its record was last written.
const DefaultStaleAfter = time.Hour

// Prunable tells whether an object is an orphan that no guard leaves alone.
func (x *Finding) Prunable() bool {
	return x.Verdict == Orphan && !slices.ContainsFunc(x.Refusals, func(r Refusal) bool { return !r.Lifted })
}

// refuse adds a refusal, in the order of Guards.
func (x *Finding) refuse(o *Options, g Guard, why string) {
	lifted := g.Liftable() && slices.Contains(o.Allow, g)
	if g == GuardHoldsData && OneByOne(x.Object) {
		lifted = lifted && o.Named != nil && o.Named(x)
	}
	x.Refusals = append(x.Refusals, Refusal{Guard: g, Why: why, Lifted: lifted})
	slices.SortStableFunc(x.Refusals, func(a, b Refusal) int {
		return slices.Index(Guards(), a.Guard) - slices.Index(Guards(), b.Guard)
	})
}
