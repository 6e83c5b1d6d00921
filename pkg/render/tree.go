package render

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// Tree writes release, phase and hook, in Helm's order of execution. A hook of
// several phases stands under its first.
func Tree(w io.Writer, findings []verdict.Finding, now time.Time) error {
	tw := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	for i, r := range group(findings, releaseKey) {
		if i > 0 {
			fmt.Fprintln(tw)
		}
		fmt.Fprintln(tw, releaseLine(&r[0]))
		phases := group(r, branchKey)
		for j, p := range phases {
			branch, stem := "├─ ", "│  "
			if j == len(phases)-1 {
				branch, stem = "└─ ", "   "
			}
			fmt.Fprintln(tw, branch+branchKey(&p[0]))
			for k := range p {
				leaf := "├─ "
				if k == len(p)-1 {
					leaf = "└─ "
				}
				fmt.Fprintln(tw, stem+leaf+leafLine(&p[k], now))
			}
		}
	}
	return tw.Flush()
}

// group splits into runs of equal keys; findings come sorted.
func group(findings []verdict.Finding, key func(*verdict.Finding) string) [][]verdict.Finding {
	var groups [][]verdict.Finding
	for i := range findings {
		if last := len(groups) - 1; last >= 0 && key(&groups[last][0]) == key(&findings[i]) {
			groups[last] = append(groups[last], findings[i])
		} else {
			groups = append(groups, []verdict.Finding{findings[i]})
		}
	}
	return groups
}

func releaseKey(f *verdict.Finding) string {
	if f.Release == nil {
		return f.Object.Namespace
	}
	return f.Release.Namespace + "/" + f.Release.Name + "/" + string(f.Release.Driver)
}

// releaseLine is the release, and what its current record says of it.
func releaseLine(f *verdict.Finding) string {
	if f.Release == nil {
		return Clean(dash(f.Object.Namespace)) + "/" + nothing + "   no release is known"
	}
	line := Clean(f.Release.Namespace + "/" + f.Release.Name)
	if f.Current == nil {
		return line + "   no record"
	}
	line += fmt.Sprintf("   revision %d %s", f.Current.Revision, Clean(string(f.Current.Status)))
	if chart := chartOf(f.Current); chart != "" {
		line += "   " + chart
	}
	if s := stuckNote(f); s != "" {
		line += "   " + s
	}
	return line
}

// branchKey is the phase under which a hook stands, apart from those that only
// an older revision declares.
func branchKey(f *verdict.Finding) string {
	phase := "no phase"
	if len(f.Declared.Events) > 0 {
		phase = Clean(string(f.Declared.Events[0]))
	} else if len(f.Declared.UnknownEvents) > 0 {
		phase = fmt.Sprintf("%q", Clean(f.Declared.UnknownEvents[0]))
	}
	switch c := f.Claim; {
	case c == nil:
		return phase + " (no retained revision declares it)"
	case !c.Current && !c.Deployed:
		return fmt.Sprintf("%s (declared by revision %d only)", phase, c.Record.Revision)
	default:
		return phase
	}
}

func leafLine(f *verdict.Finding, now time.Time) string {
	more := ""
	if n := len(f.Declared.Events); n > 1 {
		more = "also " + strings.Join(cleanAll(f.Declared.Events[1:]), ", ")
	}
	cells := []string{
		fmt.Sprintf("%d  %s", f.Declared.Weight, hookCell(f)),
		f.Declared.Policy.Code(), age(f.Object.Created, now), dash(string(f.Verdict)), strings.TrimLeft(reasonCell(f), "!?"),
		strings.Join(slices.DeleteFunc([]string{guardsNote(f), more}, func(s string) bool { return s == "" }), "; "),
	}
	return strings.TrimRight(strings.Join(cells, "\t"), "\t")
}

func guardsNote(f *verdict.Finding) string {
	if len(f.Refusals) == 0 {
		return ""
	}
	return "guards " + guardsCell(f, false)
}
