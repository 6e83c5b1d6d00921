package render

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/prune"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// Name is an object as kubectl takes it: KIND/NAME, and -n NAMESPACE if it has one.
func Name(r snapshot.ObjectRef) string {
	name := shortName(r)
	if r.Namespace != "" {
		name += " -n " + Clean(r.Namespace)
	}
	return name
}

func shortName(r snapshot.ObjectRef) string {
	return Clean(kindCell(&snapshot.Object{APIVersion: r.APIVersion, Kind: r.Kind}) + "/" + r.Name)
}

// Preview shows for people what a plan would delete, and what it leaves alone.
func Preview(w io.Writer, p *prune.Plan) error {
	tw := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	if len(p.Items) > 0 {
		fmt.Fprintln(tw, "NAMESPACE\tHOOK\tREASON\tAGE\tFINISHED\tNOTE")
	}
	for _, i := range p.Items {
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\t%s\n", dash(Clean(i.Namespace)), shortName(i.ObjectRef), i.Reason,
			age(i.Created, p.Time), age(i.Finished, p.Time), dash(Clean(i.Note)))
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	if len(p.Left) == 0 {
		return nil
	}
	if len(p.Items) > 0 {
		fmt.Fprintln(tw)
	}
	fmt.Fprintln(tw, "Left alone:")
	for _, g := range leftAlone(p) {
		fmt.Fprintf(tw, "  %s\t%d\t%s\t%s\n", g.name, g.count, g.example, g.hint)
	}
	return tw.Flush()
}

// leftGroup is what is left alone for one guard, or for not being known.
type leftGroup struct {
	name, example, hint string
	count               int
}

func leftAlone(p *prune.Plan) []leftGroup {
	var groups []leftGroup
	for i := range p.Left {
		l := &p.Left[i]
		name := string(verdict.Unknown)
		if len(l.Guards) > 0 {
			name = string(l.Guards[0])
		}
		n := slices.IndexFunc(groups, func(g leftGroup) bool { return g.name == name })
		if n >= 0 {
			groups[n].count++
			continue
		}
		groups = append(groups, leftGroup{name: name, count: 1, example: shortName(l.ObjectRef), hint: hintFor(l)})
	}
	order := func(g leftGroup) int {
		if i := slices.Index(verdict.Guards(), verdict.Guard(g.name)); i >= 0 {
			return i
		}
		return len(verdict.Guards())
	}
	slices.SortStableFunc(groups, func(a, b leftGroup) int { return cmp.Compare(order(a), order(b)) })
	for i := range groups {
		if groups[i].count > 1 {
			groups[i].example += ", .."
		}
	}
	return groups
}

// hintFor says how the guards that leave an object alone are lifted, if that is
// possible, or where to read more.
func hintFor(l *prune.Left) string {
	why := "why " + Name(l.ObjectRef)
	var lift []string
	for _, g := range l.Guards {
		switch {
		case g == verdict.GuardTooYoung:
			continue
		case !g.Liftable():
			return "never lifted; " + why
		}
		lift = append(lift, string(g))
	}
	switch {
	case len(l.Guards) == 0:
		return why
	case len(lift) == 0:
		return "lift with --min-age"
	case l.OneByOne && slices.Contains(l.Guards, verdict.GuardHoldsData):
		return fmt.Sprintf("name it: prune %s --allow=%s", Name(l.ObjectRef), strings.Join(lift, ","))
	default:
		return "lift with --allow=" + strings.Join(lift, ",")
	}
}

// PlanSummary is the line that closes a preview.
func PlanSummary(p *prune.Plan) string {
	if len(p.Items) == 0 {
		return fmt.Sprintf("Nothing to delete in context %s; %d left alone", Clean(p.Context), len(p.Left))
	}
	return fmt.Sprintf("%s to delete in context %s, %d left alone", several(len(p.Items), "object"), Clean(p.Context), len(p.Left))
}

// PlanNames writes the names of what a plan would delete, for kubectl.
func PlanNames(w io.Writer, p *prune.Plan) error {
	for _, i := range p.Items {
		if _, err := fmt.Fprintln(w, resourceName(i.ObjectRef)); err != nil {
			return err
		}
	}
	return nil
}

// resourceName is an object as -o name prints it: kind.group/name.
func resourceName(r snapshot.ObjectRef) string {
	kind := strings.ToLower(r.Kind)
	if g := snapshot.Group(r.APIVersion); g != "" {
		kind += "." + g
	}
	return Clean(kind + "/" + r.Name)
}

// Report tells for people what became of each object.
func Report(w io.Writer, r *prune.Report) error {
	tw := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	fmt.Fprintln(tw, "NAMESPACE\tHOOK\tOUTCOME\tWHY")
	for i := range r.Items {
		x := &r.Items[i]
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\n", dash(Clean(x.Namespace)), shortName(x.ObjectRef), x.Outcome, dash(Clean(x.Why)))
	}
	return tw.Flush()
}

// ReportNames writes the names of what was deleted.
func ReportNames(w io.Writer, r *prune.Report) error {
	for i := range r.Items {
		if o := r.Items[i].Outcome; o != prune.Deleted && o != prune.WouldDelete && o != prune.Held {
			continue
		}
		if _, err := fmt.Fprintln(w, resourceName(r.Items[i].ObjectRef)); err != nil {
			return err
		}
	}
	return nil
}

// ReportSummary is the line that closes a report.
func ReportSummary(r *prune.Report) string {
	var parts []string
	for _, o := range prune.Outcomes() {
		if n := r.Count(o); n > 0 || o == prune.Deleted {
			parts = append(parts, fmt.Sprintf("%d %s", n, o))
		}
	}
	if n := r.Count(prune.WouldDelete); n > 0 {
		parts = parts[1:] // nothing is ever deleted then
	}
	return strings.Join(parts, ", ")
}

// CleanPlan is a plan whose texts are harmless wherever they are typed. What it
// changes, an object of no cluster is named: a plan never deletes by names alone.
func CleanPlan(p *prune.Plan) *prune.Plan {
	out := *p
	out.Context = Clean(p.Context)
	out.Items = slices.Clone(p.Items)
	for i := range out.Items {
		out.Items[i] = cleanItem(out.Items[i])
	}
	out.Left = slices.Clone(p.Left)
	for i := range out.Left {
		l := &out.Left[i]
		l.ObjectRef, l.Release, l.Why = cleanRef(l.ObjectRef), cleanRelease(l.Release), Clean(l.Why)
	}
	return &out
}

// CleanReport is a report whose texts are harmless.
func CleanReport(r *prune.Report) any {
	items := slices.Clone(r.Items)
	for i := range items {
		items[i].Item, items[i].Why = cleanItem(items[i].Item), Clean(items[i].Why)
	}
	return struct {
		APIVersion string         `json:"apiVersion"`
		Kind       string         `json:"kind"`
		Metadata   struct{}       `json:"metadata"`
		Cluster    string         `json:"cluster"`
		Context    string         `json:"context,omitempty"`
		Time       time.Time      `json:"time"`
		Backup     string         `json:"backup,omitempty"`
		Items      []prune.Result `json:"items"`
	}{r.APIVersion, r.Kind, struct{}{}, Clean(r.Cluster), Clean(r.Context), r.Time, Clean(r.Backup), items}
}

func cleanItem(i prune.Item) prune.Item {
	i.ObjectRef, i.Release, i.Note = cleanRef(i.ObjectRef), cleanRelease(i.Release), Clean(i.Note)
	return i
}

func cleanRelease(r *snapshot.ReleaseID) *snapshot.ReleaseID {
	if r == nil {
		return nil
	}
	return &snapshot.ReleaseID{Driver: r.Driver, Namespace: Clean(r.Namespace), Name: Clean(r.Name)}
}

func cleanRef(r snapshot.ObjectRef) snapshot.ObjectRef {
	return snapshot.ObjectRef{
		APIVersion: Clean(r.APIVersion), Kind: Clean(r.Kind), Namespace: Clean(r.Namespace), Name: Clean(r.Name), UID: Clean(r.UID),
	}
}
