package render

import (
	"cmp"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// CountBy is what hook objects are counted by.
type CountBy string

// What hook objects can be counted by.
const (
	ByRelease   CountBy = "release"
	ByChart     CountBy = "chart"
	ByNamespace CountBy = "namespace"
	ByPhase     CountBy = "phase"
	ByPolicy    CountBy = "policy"
	ByKind      CountBy = "kind"
	ByReason    CountBy = "reason"
)

// CountBys returns all of them.
func CountBys() []CountBy {
	return []CountBy{ByRelease, ByChart, ByNamespace, ByPhase, ByPolicy, ByKind, ByReason}
}

// ParseCountBy reads one of CountBys.
func ParseCountBy(s string) (CountBy, bool) {
	by := CountBy(strings.ToLower(s))
	return by, slices.Contains(CountBys(), by)
}

// HookCountList is what `ls --by` prints in formats for programs.
type HookCountList struct {
	metav1.TypeMeta `json:",inline"`
	Metadata        struct{} `json:"metadata"`
	// By is what was counted by.
	By    CountBy     `json:"by"`
	Items []HookCount `json:"items"`
}

// HookCount is how many hook objects share a value.
type HookCount struct {
	metav1.TypeMeta `json:",inline"`
	Name            string `json:"name"`
	Count           int    `json:"count"`
}

// Count counts findings, the most frequent first. A hook object of several
// phases counts in each.
func Count(findings []verdict.Finding, by CountBy) HookCountList {
	counts := make(map[string]int)
	for i := range findings {
		for _, value := range values(&findings[i], by) {
			counts[Clean(value)]++
		}
	}
	list := HookCountList{
		TypeMeta: metav1.TypeMeta{APIVersion: APIVersion, Kind: "HookCountList"},
		By:       by,
		Items:    make([]HookCount, 0, len(counts)),
	}
	for name, n := range counts {
		list.Items = append(list.Items, HookCount{
			TypeMeta: metav1.TypeMeta{APIVersion: APIVersion, Kind: "HookCount"}, Name: name, Count: n,
		})
	}
	slices.SortFunc(list.Items, func(a, b HookCount) int {
		return cmp.Or(b.Count-a.Count, strings.Compare(a.Name, b.Name))
	})
	return list
}

// nothing stands for what is not known.
const nothing = "?"

func values(f *verdict.Finding, by CountBy) []string {
	switch by {
	case ByRelease:
		if f.Release == nil {
			return []string{nothing}
		}
		return []string{f.Release.Namespace + "/" + f.Release.Name}
	case ByChart:
		if f.Claim == nil {
			return []string{nothing}
		}
		return []string{cmp.Or(chartOf(f.Claim.Record), nothing)}
	case ByNamespace:
		return []string{dash(f.Object.Namespace)}
	case ByPhase:
		var phases []string
		for _, e := range f.Declared.Events {
			phases = append(phases, string(e))
		}
		for _, u := range f.Declared.UnknownEvents {
			phases = append(phases, `"`+u+`"`)
		}
		return phases
	case ByPolicy:
		return []string{f.Declared.Policy.String()}
	case ByReason:
		return []string{reasonCell(f)}
	default:
		return []string{f.Object.Kind}
	}
}

// Table makes the table for people.
func (l HookCountList) Table() *metav1.Table {
	table := &metav1.Table{
		TypeMeta: metav1.TypeMeta{APIVersion: "meta.k8s.io/v1", Kind: "Table"},
		ColumnDefinitions: []metav1.TableColumnDefinition{
			{Name: string(l.By), Type: "string"}, {Name: "hooks", Type: "integer"},
		},
	}
	for _, c := range l.Items {
		table.Rows = append(table.Rows, metav1.TableRow{Cells: []any{c.Name, c.Count}})
	}
	return table
}
