package verdict

import (
	"slices"
	"time"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// Filter narrows what is shown by what hooks are. Its zero value includes all;
// several values of one field widen it, several fields narrow it.
type Filter struct {
	Phases   []hook.Event
	Policies []PolicyMatch
	Kinds    []snapshot.Kind
	Statuses []Status
	Verdicts []Verdict
	Reasons  []Reason
	// Labels, if set, is asked about the labels of the live object.
	Labels func(map[string]string) bool
	// OlderThan and NewerThan bound the time since a run ended or, for what does
	// not run or has not ended, since the object was created. Zero is no bound.
	OlderThan, NewerThan time.Duration
	// Now is the API server's time.
	Now time.Time
}

// PolicyMatch is a word to filter delete policies by.
type PolicyMatch string

// Words beyond Helm's own: no annotation, and any word that Helm does not know.
const (
	PolicyNone    PolicyMatch = "none"
	PolicyUnknown PolicyMatch = "unknown"
)

// Includes tells whether the filter lets a finding through.
func (f *Filter) Includes(x *Finding) bool {
	return f.phase(x) && f.policy(x) && f.kind(x) && f.status(x) && f.verdict(x) && f.labels(x) && f.age(x)
}

func (f *Filter) phase(x *Finding) bool {
	return len(f.Phases) == 0 || slices.ContainsFunc(f.Phases, func(e hook.Event) bool {
		return slices.Contains(x.Declared.Events, e)
	})
}

func (f *Filter) policy(x *Finding) bool {
	return len(f.Policies) == 0 || slices.ContainsFunc(f.Policies, func(m PolicyMatch) bool {
		switch p := x.Declared.Policy; m {
		case PolicyNone:
			return !p.Set
		case PolicyUnknown:
			return len(p.Unknown()) > 0
		default:
			return p.Has(hook.DeletePolicy(m))
		}
	})
}

func (f *Filter) kind(x *Finding) bool {
	return len(f.Kinds) == 0 || slices.ContainsFunc(f.Kinds, func(k snapshot.Kind) bool {
		return k.Kind == x.Object.Kind && k.Group == snapshot.Group(x.Object.APIVersion)
	})
}

func (f *Filter) status(x *Finding) bool {
	return len(f.Statuses) == 0 || slices.Contains(f.Statuses, x.Status)
}

func (f *Filter) verdict(x *Finding) bool {
	return (len(f.Verdicts) == 0 || slices.Contains(f.Verdicts, x.Verdict)) &&
		(len(f.Reasons) == 0 || slices.Contains(f.Reasons, x.Reason))
}

func (f *Filter) labels(x *Finding) bool {
	return f.Labels == nil || f.Labels(x.Object.Labels)
}

func (f *Filter) age(x *Finding) bool {
	if f.OlderThan == 0 && f.NewerThan == 0 {
		return true
	}
	since := x.Since()
	if since.IsZero() {
		return false // no age is neither older nor newer
	}
	age := f.Now.Sub(since)
	return (f.OlderThan == 0 || age > f.OlderThan) && (f.NewerThan == 0 || age < f.NewerThan)
}

// Since is when the object's run ended or, if it does not run or has not ended,
// when it was created.
func (x *Finding) Since() time.Time {
	if r := x.Object.Run; r != nil && !r.Finished.IsZero() {
		return r.Finished
	}
	return x.Object.Created
}

// Statuses returns all statuses that a hook object can have.
func Statuses() []Status {
	return []Status{
		Status(snapshot.RunPending), Status(snapshot.RunRunning), Status(snapshot.RunSuspended),
		Status(snapshot.RunSucceeded), Status(snapshot.RunFailed), Present, Terminating, Absent, StatusUnknown,
	}
}
