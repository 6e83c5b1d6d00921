package render

import (
	"fmt"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// TableOptions say how a table is made.
type TableOptions struct {
	// Wide has more columns, and words instead of codes.
	Wide bool
	// Now is the API server's time, for ages.
	Now time.Time
	// Width is that of the terminal, which long names are shortened to fit; 0
	// shortens nothing.
	Width int
}

// Table makes the table for people.
func Table(findings []verdict.Finding, o TableOptions) *metav1.Table {
	table := &metav1.Table{
		TypeMeta:          metav1.TypeMeta{APIVersion: "meta.k8s.io/v1", Kind: "Table"},
		ColumnDefinitions: columns(),
	}
	table.Rows = make([]metav1.TableRow, 0, len(findings))
	for i := range findings {
		f := &findings[i]
		cells := row(f, o.Wide, o.Now)
		if o.Wide {
			cells = append(cells, wideCells(f, o.Now)...)
		}
		table.Rows = append(table.Rows, metav1.TableRow{Cells: cells})
	}
	if o.Width > 0 && !o.Wide {
		fit(table, o.Width)
	}
	return table
}

func columns() []metav1.TableColumnDefinition {
	column := func(name string, priority int32) metav1.TableColumnDefinition {
		return metav1.TableColumnDefinition{Name: name, Type: "string", Priority: priority}
	}
	return []metav1.TableColumnDefinition{
		column("Namespace", 0), column("Release", 0), column("Hook", 0), column("Phase", 0),
		column("Policy", 0), column("Age", 0), column("Reason", 0),
		column("Verdict", 1), column("Guards", 1), column("Leaks", 1), column("Blocks", 1), column("Status", 1),
		column("Weight", 1), column("Revision", 1), column("Chart", 1), column("Finished", 1), column("Notes", 1),
	}
}

// row are the cells of the narrow table. There may be very many, and the others are shown
// in the wide one only.
func row(f *verdict.Finding, wide bool, now time.Time) []any {
	phase, policy := phaseCell(f.Declared), f.Declared.Policy.Code()
	if wide {
		phase, policy = phaseWords(f.Declared), f.Declared.Policy.String()
	}
	return []any{
		dash(Clean(f.Object.Namespace)),
		releaseCell(f),
		hookCell(f),
		Clean(phase),
		Clean(policy),
		age(f.Object.Created, now),
		reasonCell(f),
	}
}

func wideCells(f *verdict.Finding, now time.Time) []any {
	revision, chart := "-", "-"
	if f.Claim != nil {
		revision = fmt.Sprint(f.Claim.Record.Revision)
		chart = dash(chartOf(f.Claim.Record))
	}
	return []any{
		dash(string(f.Verdict)),
		guardsCell(f, true),
		leaksCell(f),
		blocksCell(f),
		Clean(string(f.Status)),
		fmt.Sprint(f.Declared.Weight),
		revision,
		chart,
		finishedCell(f, now),
		dash(strings.Join(notes(f), "; ")),
	}
}

// hookCell is kind and name. A name that Helm generates at each run ends in *.
func hookCell(f *verdict.Finding) string {
	name := f.Object.Name
	if name == "" && f.Object.GenerateName != "" {
		name = f.Object.GenerateName + "*"
	}
	return Clean(kindCell(f.Object) + "/" + name)
}

// releaseCell is the release's name, with its namespace where that is not the
// object's.
func releaseCell(f *verdict.Finding) string {
	switch {
	case f.Release == nil:
		return "?"
	case f.Release.Namespace == f.Object.Namespace:
		return Clean(f.Release.Name)
	default:
		return Clean(f.Release.Namespace + "/" + f.Release.Name)
	}
}

// reasonCell is the reason, which implies the verdict: ! marks an orphan and ? what
// is unknown. A hook that is not there has none.
func reasonCell(f *verdict.Finding) string {
	switch f.Verdict {
	case "":
		return "(" + strings.ToLower(Clean(string(f.Status))) + ")"
	case verdict.Orphan:
		return "!" + string(f.Reason)
	case verdict.Unknown:
		return "?" + string(f.Reason)
	default:
		return string(f.Reason)
	}
}

// guardsCell is why an orphan is left alone: all guards, or the first and how many
// more there are.
func guardsCell(f *verdict.Finding, all bool) string {
	var guards []string
	for _, r := range f.Refusals {
		guards = append(guards, string(r.Guard))
	}
	if n := len(guards); n > 1 && !all {
		return fmt.Sprintf("%s +%d", guards[0], n-1)
	}
	return dash(strings.Join(guards, ","))
}

func leaksCell(f *verdict.Finding) string {
	if f.Leaks {
		return "yes"
	}
	return "-"
}

// blocksCell is how the object hinders which phases.
func blocksCell(f *verdict.Finding) string {
	var blocks []string
	for _, b := range f.Blocks {
		blocks = append(blocks, Clean(string(b.Event))+":"+string(b.How))
	}
	return dash(strings.Join(blocks, ","))
}

// phaseCell is the first event, and how many more there are.
func phaseCell(d hook.Declaration) string {
	switch n := len(d.Events); {
	case len(d.UnknownEvents) > 0:
		return fmt.Sprintf("%q", d.UnknownEvents[0])
	case n == 0:
		return "-"
	case n == 1:
		return string(d.Events[0])
	default:
		return fmt.Sprintf("%s+%d", d.Events[0], n-1)
	}
}

func phaseWords(d hook.Declaration) string {
	words := make([]string, 0, len(d.Events)+len(d.UnknownEvents))
	for _, e := range d.Events {
		words = append(words, string(e))
	}
	for _, u := range d.UnknownEvents {
		words = append(words, fmt.Sprintf("%q", u))
	}
	return dash(strings.Join(words, ","))
}

func finishedCell(f *verdict.Finding, now time.Time) string {
	if f.Object.Run == nil || f.Object.Run.Finished.IsZero() {
		return "-"
	}
	return age(f.Object.Run.Finished, now)
}

// notes are the oddities that a wide table mentions.
func notes(f *verdict.Finding) []string {
	var notes []string
	if f.Declared.Keep {
		notes = append(notes, "resource-policy "+Clean(f.Declared.ResourcePolicy))
	}
	if w := f.Declared.IgnoredWeight; w != "" {
		notes = append(notes, "helm.sh/weight "+Clean(w)+" is ignored by Helm")
	}
	if len(f.Declared.UnknownEvents) > 0 {
		notes = append(notes, "Helm never makes it: it does not know the phase")
	}
	if f.Release != nil && f.Release.Driver == snapshot.ConfigMaps {
		notes = append(notes, "records in ConfigMaps")
	}
	if name := f.Object.Annotations["meta.helm.sh/release-name"]; name != "" {
		notes = append(notes, "marked as an ordinary resource of "+Clean(name))
	}
	if s := stuckNote(f); s != "" {
		notes = append(notes, s)
	}
	if !f.Annotated {
		notes = append(notes, "declared by the release, not annotated")
	}
	return notes
}

func age(t, now time.Time) string {
	if t.IsZero() || now.IsZero() {
		return "-"
	}
	return duration.HumanDuration(max(now.Sub(t), 0))
}

// dash stands where there is nothing to say.
func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// stuckNote says that the release is stuck, and what frees it.
func stuckNote(f *verdict.Finding) string {
	if f.Stuck == nil {
		return ""
	}
	return fmt.Sprintf("stuck in %s: %s frees it", Clean(string(f.Stuck.Status)), Clean(f.Stuck.Frees))
}
