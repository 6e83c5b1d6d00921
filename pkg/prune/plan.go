package prune

import (
	"time"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// APIVersion of the files that this package reads and writes. Within v1 fields are
// added, never renamed or removed.
const APIVersion = "kubectl-helmhooks.github.io/v1"

// KindPlan is the kind of plans.
const KindPlan = "PrunePlan"

// Plan is what may be deleted: these objects, on this cluster, for a while.
type Plan struct {
	APIVersion string   `json:"apiVersion"`
	Kind       string   `json:"kind"`
	Metadata   struct{} `json:"metadata"`
	// Cluster is the UID of the cluster's kube-system namespace.
	Cluster string `json:"cluster"`
	// Context is the name under which the cluster was reached, for people.
	Context string `json:"context,omitempty"`
	// Time is the API server's, when the evidence was read.
	Time time.Time `json:"time"`
	// Judgement is how the objects were judged, and will be again.
	Judgement Judgement `json:"judgement"`
	Items     []Item    `json:"items"`
	// Left are the orphans and unknowns that were chosen and will stay.
	Left []Left `json:"left,omitempty"`
}

// Judgement is what bends the verdicts. Spans of time are in seconds.
type Judgement struct {
	// Namespace is the one that was looked at, or empty for all.
	Namespace string `json:"namespace,omitempty"`
	// Allow are the guards that are lifted.
	Allow             []verdict.Guard `json:"allow,omitempty"`
	MinAgeSeconds     *int64          `json:"minAgeSeconds,omitempty"`
	StaleAfterSeconds int64           `json:"staleAfterSeconds,omitempty"`
}

// Item is an object to delete.
type Item struct {
	snapshot.ObjectRef `json:",inline"`
	Reason             verdict.Reason      `json:"reason"`
	Release            *snapshot.ReleaseID `json:"release,omitempty"`
	Created            time.Time           `json:"created,omitzero"`
	Finished           time.Time           `json:"finished,omitzero"`
	// Note says what else is worth knowing before one agrees.
	Note string `json:"note,omitempty"`
}

// Left is an object that stays.
type Left struct {
	snapshot.ObjectRef `json:",inline"`
	Verdict            verdict.Verdict     `json:"verdict"`
	Reason             verdict.Reason      `json:"reason"`
	Release            *snapshot.ReleaseID `json:"release,omitempty"`
	// Guards are those that are not lifted, the first one first.
	Guards []verdict.Guard `json:"guards,omitempty"`
	Why    string          `json:"why,omitempty"`
	// OneByOne tells that the object has to be named to be deleted.
	OneByOne bool `json:"oneByOne,omitempty"`
}

// New makes a plan of findings: of those that were chosen, all prunable ones are to
// go. What is no orphan and not unknown is in nobody's way, and is not told.
func New(findings []verdict.Finding, chosen func(*verdict.Finding) bool) *Plan {
	p := &Plan{APIVersion: APIVersion, Kind: KindPlan, Items: []Item{}}
	for i := range findings {
		f := &findings[i]
		switch {
		case !f.Live || !chosen(f):
		case f.Prunable() && f.Object.UID != "":
			p.Items = append(p.Items, itemOf(f))
		case f.Verdict == verdict.Orphan || f.Verdict == verdict.Unknown:
			p.Left = append(p.Left, leftOf(f))
		}
	}
	return p
}

func itemOf(f *verdict.Finding) Item {
	i := Item{ObjectRef: f.Object.Ref(), Reason: f.Reason, Release: f.Release, Created: f.Object.Created}
	if r := f.Object.Run; r != nil {
		i.Finished = r.Finished
	}
	if len(f.Blocks) > 0 {
		i.Note = "blocks " + string(f.Blocks[0].Event) + " (" + string(f.Blocks[0].How) + ")"
	}
	return i
}

func leftOf(f *verdict.Finding) Left {
	l := Left{ObjectRef: f.Object.Ref(), Verdict: f.Verdict, Reason: f.Reason, Release: f.Release, OneByOne: verdict.OneByOne(f.Object)}
	for _, r := range f.Refusals {
		if r.Lifted {
			continue
		}
		if l.Why == "" {
			l.Why = r.Why
		}
		l.Guards = append(l.Guards, r.Guard)
	}
	return l
}

// UIDs are those of the items.
func (p *Plan) UIDs() map[string]bool {
	uids := make(map[string]bool, len(p.Items))
	for _, i := range p.Items {
		uids[i.UID] = true
	}
	return uids
}

// Options are how the plan's objects are to be judged.
func (j *Judgement) Options() verdict.Options {
	o := verdict.Options{Allow: j.Allow, StaleAfter: time.Duration(j.StaleAfterSeconds) * time.Second}
	if j.MinAgeSeconds != nil {
		o.MinAge = new(time.Duration(*j.MinAgeSeconds) * time.Second)
	}
	return o
}

// JudgementOf notes the options of a judgement.
func JudgementOf(namespace string, o *verdict.Options) Judgement {
	j := Judgement{Namespace: namespace, Allow: o.Allow, StaleAfterSeconds: int64(o.StaleAfter.Seconds())}
	if o.MinAge != nil {
		j.MinAgeSeconds = new(int64(o.MinAge.Seconds()))
	}
	return j
}
