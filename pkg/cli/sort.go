package cli

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/util/jsonpath"
	"k8s.io/kubectl/pkg/cmd/get"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/render"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// sorted sorts by a field of the objects that -o json prints, as kubectl does.
func (p *printer) sorted(findings []verdict.Finding) ([]verdict.Finding, error) {
	if p.sortBy == "" {
		return findings, nil
	}
	list, err := render.Unstructured(render.List(findings))
	if err != nil {
		return nil, err
	}
	objects := make([]runtime.Object, len(list.Items))
	for i := range list.Items {
		objects[i] = &list.Items[i]
	}
	if err := sortable(list, p.sortBy); err != nil {
		return nil, err
	}
	sorter := get.NewRuntimeSorter(objects, p.sortBy)
	if err := sorter.Sort(); err != nil {
		return nil, fmt.Errorf("--sort-by %s: %w", p.sortBy, err)
	}
	out := make([]verdict.Finding, len(findings))
	for i := range findings {
		out[i] = findings[sorter.OriginalPosition(i)]
	}
	return out, nil
}

// sortable refuses fields that hold lists or maps, at which kubectl's sorter ends
// the whole program.
func sortable(list *unstructured.UnstructuredList, field string) error {
	path := jsonpath.New("sort-by").AllowMissingKeys(true)
	if err := path.Parse(field); err != nil {
		return fmt.Errorf("--sort-by %s: %w", field, err)
	}
	for i := range list.Items {
		results, err := path.FindResults(list.Items[i].UnstructuredContent())
		if err != nil {
			return fmt.Errorf("--sort-by %s: %w", field, err)
		}
		for _, result := range results {
			for _, value := range result {
				switch value.Interface().(type) {
				case []any, map[string]any:
					return fmt.Errorf("--sort-by %s is not a single value: add a field or an index, such as %s", field,
						strings.TrimSuffix(field, "}")+"[0]}")
				}
			}
		}
	}
	return nil
}
