package prune

import (
	"slices"
	"sync"
	"time"
)

// KindReport is the kind of reports.
const KindReport = "PruneReport"

// Outcome is what became of a planned object.
type Outcome string

// The outcomes.
const (
	// Deleted: it is gone, or going with nothing in the way.
	Deleted Outcome = "deleted"
	// WouldDelete: the server would have deleted it, and was asked only to try.
	WouldDelete Outcome = "would delete"
	// Gone: it was not there any more.
	Gone Outcome = "gone"
	// Changed: it, or its release, kept changing, and was not judged as it is now.
	Changed Outcome = "changed"
	// Kept: judged again, it is not to be deleted any more.
	Kept Outcome = "kept"
	// Held: it is deleted, and a finalizer still holds it.
	Held Outcome = "held"
	// Failed: it could not be saved, or not be deleted.
	Failed Outcome = "failed"
	// NotReached: the time was up, or somebody interrupted, before its turn.
	NotReached Outcome = "not reached"
)

// Outcomes returns all of them.
func Outcomes() []Outcome {
	return []Outcome{Deleted, WouldDelete, Gone, Changed, Kept, Held, Failed, NotReached}
}

// Report is what became of a plan.
type Report struct {
	APIVersion string   `json:"apiVersion"`
	Kind       string   `json:"kind"`
	Metadata   struct{} `json:"metadata"`
	Cluster    string   `json:"cluster"`
	Context    string   `json:"context,omitempty"`
	// Time is the API server's, when the plan was made.
	Time time.Time `json:"time"`
	// Backup is the directory in which everything was saved before.
	Backup string   `json:"backup,omitempty"`
	Items  []Result `json:"items"`

	mu    sync.Mutex
	index map[string]int // of items, by UID
}

// Result is what became of one object.
type Result struct {
	Item    `json:",inline"`
	Outcome Outcome `json:"outcome"`
	// Why tells more where the outcome alone does not.
	Why string `json:"why,omitempty"`
}

// newReport has all items of a plan, none of which was reached.
func newReport(p *Plan) *Report {
	r := &Report{
		APIVersion: APIVersion, Kind: KindReport, Cluster: p.Cluster, Context: p.Context, Time: p.Time,
		Items: make([]Result, 0, len(p.Items)), index: make(map[string]int, len(p.Items)),
	}
	for _, i := range p.Items {
		r.index[i.UID] = len(r.Items)
		r.Items = append(r.Items, Result{Item: i, Outcome: NotReached})
	}
	return r
}

// set notes an outcome. It may be called by many at once.
func (r *Report) set(uid string, o Outcome, why string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := r.index[uid]
	r.Items[i].Outcome, r.Items[i].Why = o, why
}

// outcome is what became of an object so far.
func (r *Report) outcome(uid string) Outcome {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.Items[r.index[uid]].Outcome
}

// Count is how many objects had one of these outcomes.
func (r *Report) Count(of ...Outcome) int {
	n := 0
	for i := range r.Items {
		if slices.Contains(of, r.Items[i].Outcome) {
			n++
		}
	}
	return n
}
