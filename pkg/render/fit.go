package render

import (
	"unicode/utf8"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// gutter is what kubectl's printer leaves between columns.
const gutter = 3

// fit shortens names in the middle so that the narrow table fits a terminal:
// those of hooks first, then releases, then namespaces. Below a floor they stay
// as they are, since a name of three letters helps nobody.
func fit(table *metav1.Table, width int) {
	for _, c := range []struct {
		name  string
		floor int
	}{{"Hook", 28}, {"Release", 16}, {"Namespace", 12}} {
		total, column, index := measure(table, c.name)
		if total <= width {
			return
		}
		limit := max(c.floor, column-(total-width))
		for i := range table.Rows {
			if text, ok := table.Rows[i].Cells[index].(string); ok {
				table.Rows[i].Cells[index] = elide(text, limit)
			}
		}
	}
}

// measure returns the width of the table without its wide columns, and the width
// and index of one column.
func measure(table *metav1.Table, name string) (total, column, index int) {
	for i, d := range table.ColumnDefinitions {
		if d.Priority != 0 {
			continue
		}
		w := utf8.RuneCountInString(d.Name)
		for _, row := range table.Rows {
			if text, ok := row.Cells[i].(string); ok {
				w = max(w, utf8.RuneCountInString(text))
			}
		}
		if d.Name == name {
			column, index = w, i
		}
		total += w + gutter
	}
	return total - gutter, column, index
}

// elide leaves both ends of a text: names differ at their ends.
func elide(text string, limit int) string {
	runes := []rune(text)
	if len(runes) <= limit {
		return text
	}
	tail := (limit - 1) / 2
	head := limit - 1 - tail
	return string(runes[:head]) + "…" + string(runes[len(runes)-tail:])
}
