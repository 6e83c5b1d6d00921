package render

import (
	"fmt"
	"time"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/prune"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/rbac"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// The outcomes in lines that no report has.
const (
	// Planned: it would go, and nobody was to delete it, or nothing was deleted at all.
	Planned prune.Outcome = "planned"
	// LeftAlone: it is unknown, or a guard is in the way.
	LeftAlone prune.Outcome = "left alone"
)

// LineOutcomes returns all that a PruneLine may have.
func LineOutcomes() []prune.Outcome { return append(prune.Outcomes(), Planned, LeftAlone) }

// LineHead stands in every line, so that each can be read without the others.
type LineHead struct {
	APIVersion string `json:"apiVersion"`
	// Kind is PruneLine, PruneGap or PruneSummary.
	Kind string    `json:"kind"`
	Time time.Time `json:"time"`
}

func head(kind string, now time.Time) LineHead {
	return LineHead{APIVersion: APIVersion, Kind: kind, Time: now.UTC()}
}

// PruneLine tells what became of one object, or why it is left alone.
type PruneLine struct {
	LineHead `json:",inline"`
	Object   snapshot.ObjectRef  `json:"object"`
	Release  *snapshot.ReleaseID `json:"release,omitempty"`
	Verdict  verdict.Verdict     `json:"verdict"`
	Reason   verdict.Reason      `json:"reason"`
	Outcome  prune.Outcome       `json:"outcome"`
	Guards   []verdict.Guard     `json:"guards,omitempty"`
	Why      string              `json:"why,omitempty"`
	Created  time.Time           `json:"created,omitzero"`
	Finished time.Time           `json:"finished,omitzero"`
	Note     string              `json:"note,omitempty"`
}

// PlannedLine is the line of an object that would go.
func PlannedLine(i prune.Item, now time.Time) PruneLine {
	i = cleanItem(i)
	return PruneLine{
		LineHead: head("PruneLine", now), Object: i.ObjectRef, Release: i.Release, Verdict: verdict.Orphan, Reason: i.Reason,
		Outcome: Planned, Created: i.Created, Finished: i.Finished, Note: i.Note,
	}
}

// ResultLine is the line of an object that was to go.
func ResultLine(r *prune.Result, now time.Time) PruneLine {
	l := PlannedLine(r.Item, now)
	l.Outcome, l.Why = r.Outcome, Clean(r.Why)
	return l
}

// LeftLine is the line of an object that stays.
func LeftLine(left *prune.Left, now time.Time) PruneLine {
	return PruneLine{
		LineHead: head("PruneLine", now), Object: cleanRef(left.ObjectRef), Release: cleanRelease(left.Release),
		Verdict: left.Verdict, Reason: left.Reason, Outcome: LeftAlone, Guards: left.Guards, Why: Clean(left.Why),
	}
}

// PruneGap tells of something that could not be read, in whichever namespaces.
type PruneGap struct {
	LineHead   `json:",inline"`
	What       string   `json:"what"`
	Why        string   `json:"why"`
	Namespaces []string `json:"namespaces,omitempty"`
	// MoreNamespaces is how many are not named.
	MoreNamespaces int `json:"moreNamespaces,omitempty"`
	// Rule is the one that lacks, if it is for lack of a right.
	Rule *GapRule `json:"rule,omitempty"`
}

// GapRule is a rule as a Role has it.
type GapRule struct {
	APIGroups []string `json:"apiGroups"`
	Resources []string `json:"resources"`
	Verbs     []string `json:"verbs"`
}

// lineNamespaces is how many namespaces a line names: collectors cut lines that are
// too long.
const lineNamespaces = 50

// GapLines are the lines of what could not be read, one for each thing and cause.
func GapLines(gaps []snapshot.Gap, now time.Time) []PruneGap {
	type key struct {
		what, why string
		right     snapshot.Right
	}
	index := make(map[key]int)
	named := make(map[key]map[string]bool)
	var lines []PruneGap
	for i := range gaps {
		g := &gaps[i]
		right, lacking := g.Lacking()
		k := key{g.What, g.Why, right}
		n, known := index[k]
		if !known {
			n = len(lines)
			index[k], named[k] = n, make(map[string]bool)
			lines = append(lines, PruneGap{LineHead: head("PruneGap", now), What: Clean(g.What), Why: Clean(g.Why)})
			if lacking {
				lines[n].Rule = &GapRule{
					APIGroups: []string{Clean(right.Group)}, Resources: []string{Clean(right.Resource)}, Verbs: []string{right.Verb},
				}
			}
		}
		switch {
		case g.Namespace == "" || named[k][g.Namespace]:
		case len(lines[n].Namespaces) == lineNamespaces:
			lines[n].MoreNamespaces++
		default:
			lines[n].Namespaces = append(lines[n].Namespaces, Clean(g.Namespace))
		}
		named[k][g.Namespace] = true
	}
	return lines
}

// PruneSummary is the last line of a run. Every run has one that began to judge.
type PruneSummary struct {
	LineHead `json:",inline"`
	// DryRun is none, client or server.
	DryRun string `json:"dryRun"`
	// Namespace is the one that was looked at, or empty for all.
	Namespace string `json:"namespace,omitempty"`
	Context   string `json:"context,omitempty"`
	// Cluster is the UID of the namespace kube-system, if it is known.
	Cluster string `json:"cluster,omitempty"`
	// Judged is how many hook objects there are in scope.
	Judged int `json:"judged"`
	// Outcomes counts the lines before this one.
	Outcomes map[prune.Outcome]int `json:"outcomes"`
	// Gaps is how many lines tell of what could not be read.
	Gaps   int    `json:"gaps"`
	Backup string `json:"backup,omitempty"`
	// ExitCode is that of the program: 0 only if all was seen that was needed, and all
	// that was to go went.
	ExitCode int    `json:"exitCode"`
	Error    string `json:"error,omitempty"`
}

// Clean makes a summary's texts harmless, and says what and when it is.
func (s PruneSummary) Clean(now time.Time) PruneSummary {
	s.LineHead = head("PruneSummary", now)
	s.Namespace, s.Context, s.Cluster = Clean(s.Namespace), Clean(s.Context), Clean(s.Cluster)
	s.Backup, s.Error = Clean(s.Backup), Clean(s.Error)
	return s
}

// MissingRights says which rules would show what could not be seen, or "" where it is
// not for lack of rights.
func MissingRights(gaps []snapshot.Gap) string {
	missing := rbac.Missing(gaps)
	switch len(missing) {
	case 0:
		return ""
	case 1:
		return "add the rule " + Clean(missing[0].String())
	default:
		return "add the rule " + Clean(missing[0].String()) + fmt.Sprintf(", and %d more like it", len(missing)-1)
	}
}
