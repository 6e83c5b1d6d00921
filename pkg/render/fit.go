package render

import (
	"path"
	"strings"
	"unicode/utf8"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const (
	// gutter is what kubectl's printer leaves between columns.
	gutter = 3
	// ellipsis is not the sign …, since that printer counts bytes for columns.
	ellipsis = ".."
)

// fit shortens names so that the narrow table fits a terminal: those of hooks
// first, then releases, then namespaces. Below a floor they stay as they are,
// since a name of three letters helps nobody.
func fit(table *metav1.Table, width int) {
	for _, c := range []struct {
		name  string
		floor int
	}{{"Hook", 16}, {"Release", 10}, {"Namespace", 7}} {
		total, column, index := measure(table, c.name)
		if total <= width {
			return
		}
		limit := max(c.floor, column-(total-width))
		for i := range table.Rows {
			cells := table.Rows[i].Cells
			text := cell(cells, index)
			if c.name == "Hook" && len(text) > limit {
				text = withoutRelease(text, path.Base(cell(cells, releaseColumn)))
			}
			cells[index] = elide(text, limit)
		}
	}
}

// releaseColumn is the index of the release in columns.
const releaseColumn = 1

// withoutRelease drops the release's name from the start of an object's, where
// charts put it by custom: it stands beside it.
func withoutRelease(text, release string) string {
	kind, name, _ := strings.Cut(text, "/")
	if rest, ok := strings.CutPrefix(name, release+"-"); ok {
		return kind + "/" + ellipsis + "-" + rest
	}
	return text
}

func cell(cells []any, i int) string {
	text, _ := cells[i].(string)
	return text
}

// measure returns the width of the table without its wide columns, and the width
// and index of one column.
func measure(table *metav1.Table, name string) (total, column, index int) {
	for i, d := range table.ColumnDefinitions {
		if d.Priority != 0 {
			continue
		}
		w := len(d.Name)
		for _, row := range table.Rows {
			w = max(w, len(cell(row.Cells, i)))
		}
		if d.Name == name {
			column, index = w, i
		}
		total += w + gutter
	}
	return total - gutter, column, index
}

// elide leaves both ends of a text, of which no character is cut in two: names
// differ at their ends.
func elide(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	tail := (limit - len(ellipsis)) / 2
	head := limit - len(ellipsis) - tail
	for !utf8.RuneStart(text[head]) {
		head--
	}
	start := len(text) - tail
	for start < len(text) && !utf8.RuneStart(text[start]) {
		start++
	}
	return text[:head] + ellipsis + text[start:]
}
