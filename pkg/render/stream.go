package render

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/cli-runtime/pkg/printers"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// WriteJSON writes what kubectl's printer writes of List, a few objects at a time: all of it
// at once takes some twenty thousand bytes for each.
func WriteJSON(w io.Writer, findings []verdict.Finding) error {
	const indent = "        " // of an item in kubectl's JSON
	return writeList(w, findings, frame{
		printer: &printers.JSONPrinter{}, opening: `"items": [`, before: "\n" + indent, between: ",", closing: "\n    ]", atOnce: 1,
		items: func(o []any) ([]byte, error) { return json.MarshalIndent(o[0], indent, "    ") },
	})
}

// WriteYAML does the same in YAML.
func WriteYAML(w io.Writer, findings []verdict.Finding) error {
	const opening = "items:"
	return writeList(w, findings, frame{
		printer: &printers.YAMLPrinter{}, opening: opening, before: "\n", atOnce: 32, // buffers are made anew for each text
		items: func(o []any) ([]byte, error) {
			// In a list of their own, so that long lines break where they would there.
			text, err := yaml.Marshal(map[string]any{"items": o})
			return bytes.TrimSpace(bytes.TrimPrefix(text, []byte(opening))), err
		},
	})
}

// frame is how a format puts items into a list.
type frame struct {
	printer                           printers.ResourcePrinter
	opening, before, between, closing string
	atOnce                            int // how many items are made into text together
	items                             func([]any) ([]byte, error)
}

// writeList has kubectl print an empty list, and puts the items where they belong.
func writeList(w io.Writer, findings []verdict.Finding, f frame) error {
	list, err := Unstructured(List(nil))
	if err != nil {
		return err
	}
	var empty bytes.Buffer
	if err := f.printer.PrintObj(list, &empty); err != nil || len(findings) == 0 {
		_, writing := w.Write(empty.Bytes())
		return errors.Join(err, writing)
	}
	head, rest, _ := bytes.Cut(empty.Bytes(), []byte("items"))
	_, tail, _ := bytes.Cut(rest, []byte("[]"))
	head = bytes.TrimSuffix(head, []byte(`"`))
	if _, err := fmt.Fprintf(w, "%s%s", head, f.opening); err != nil {
		return err
	}
	between := ""
	for some := range slices.Chunk(findings, f.atOnce) {
		items, err := unstructuredItems(some)
		if err != nil {
			return err
		}
		text, err := f.items(items)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "%s%s%s", between, f.before, text); err != nil {
			return err
		}
		between = f.between
	}
	_, err = fmt.Fprintf(w, "%s%s", f.closing, tail)
	return err
}

func unstructuredItems(findings []verdict.Finding) ([]any, error) {
	items := make([]any, 0, len(findings))
	for i := range findings {
		o := hookObject(&findings[i])
		item, err := runtime.DefaultUnstructuredConverter.ToUnstructured(&o)
		if err != nil {
			return nil, fmt.Errorf("cannot encode a hook object: %w", err)
		}
		items = append(items, item)
	}
	return items, nil
}
