package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"k8s.io/client-go/util/jsonpath"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/render"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// sorted sorts by a field of the objects that -o json prints. Helm's order stays
// among equals, and what lacks the field comes last. kubectl's own sorter ends the
// program at values that it does not know.
func (p *printer) sorted(findings []verdict.Finding) ([]verdict.Finding, error) {
	if p.sortBy == "" {
		return findings, nil
	}
	list, err := render.Unstructured(render.List(findings))
	if err != nil {
		return nil, err
	}
	path := jsonpath.New("sort-by").AllowMissingKeys(true)
	if err := path.Parse(p.sortBy); err != nil {
		return nil, fmt.Errorf("--sort-by %s: %w", p.sortBy, err)
	}
	type keyed struct {
		finding verdict.Finding
		key     any
	}
	rows := make([]keyed, len(findings))
	found := false
	for i := range list.Items {
		key := fieldOf(path, list.Items[i].UnstructuredContent())
		switch key.(type) {
		case []any, map[string]any:
			return nil, fmt.Errorf("--sort-by %s holds several values: name one of them, as in .metadata.labels.app or .hook.phases[0]", p.sortBy)
		}
		found = found || key != nil
		rows[i] = keyed{findings[i], key}
	}
	if !found && len(rows) > 0 {
		return nil, fmt.Errorf("--sort-by %s: no hook object has this field (-o json shows them)", p.sortBy)
	}
	slices.SortStableFunc(rows, func(a, b keyed) int { return compareKeys(a.key, b.key) })
	out := make([]verdict.Finding, len(rows))
	for i, r := range rows {
		out[i] = r.finding
	}
	return out, nil
}

// fieldOf is the value of a field, or nil where there is none.
func fieldOf(path *jsonpath.JSONPath, object map[string]any) any {
	results, err := path.FindResults(object)
	if err != nil { // an index that is out of bounds here
		return nil
	}
	for _, result := range results {
		for _, value := range result {
			return value.Interface()
		}
	}
	return nil
}

// compareKeys compares numbers as numbers and all else as text; times sort as text.
func compareKeys(a, b any) int {
	if a == nil && b == nil {
		return 0
	}
	if a == nil {
		return 1
	}
	if b == nil {
		return -1
	}
	x, isNumber := a.(int64)
	y, bothNumbers := b.(int64)
	if isNumber && bothNumbers {
		return cmp.Compare(x, y)
	}
	return strings.Compare(fmt.Sprint(a), fmt.Sprint(b))
}
