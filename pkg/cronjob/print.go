package cronjob

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"
)

// YAML writes the documents with their comments, and a comment above all.
func YAML(w io.Writer, comment string, documents []Document) error {
	var b bytes.Buffer
	writeComment(&b, comment)
	for i, d := range documents {
		object, err := fields(d.Object)
		if err != nil {
			return err
		}
		text, err := yaml.Marshal(object)
		if err != nil {
			return err
		}
		if i > 0 {
			b.WriteString("---\n")
		}
		writeComment(&b, d.Comment)
		b.Write(text)
	}
	_, err := w.Write(b.Bytes())
	return wrote(err)
}

func writeComment(b *bytes.Buffer, text string) {
	for line := range strings.Lines(text) {
		fmt.Fprintf(b, "# %s\n", strings.TrimSpace(line))
	}
}

// JSON writes the documents as one List, which has no comments.
func JSON(w io.Writer, documents []Document) error {
	items := make([]any, 0, len(documents))
	for _, d := range documents {
		object, err := fields(d.Object)
		if err != nil {
			return err
		}
		items = append(items, object)
	}
	text, err := json.MarshalIndent(map[string]any{"apiVersion": "v1", "kind": "List", "items": items}, "", "    ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(text, '\n'))
	return wrote(err)
}

func wrote(err error) error {
	if err != nil {
		return fmt.Errorf("cannot write the output: %w", err)
	}
	return nil
}

// fields are those that are set: what only a server writes says nothing here.
func fields(o runtime.Object) (map[string]any, error) {
	object, err := runtime.DefaultUnstructuredConverter.ToUnstructured(o)
	if err != nil {
		return nil, err
	}
	delete(object, "status")
	tidy(object)
	return object, nil
}

// tidy takes away empty objects and nulls, as Go's types write them.
func tidy(object map[string]any) {
	maps.DeleteFunc(object, func(_ string, v any) bool {
		switch v := v.(type) {
		case nil:
			return true
		case map[string]any:
			tidy(v)
			return len(v) == 0
		case []any:
			for _, item := range v {
				if m, ok := item.(map[string]any); ok {
					tidy(m)
				}
			}
		}
		return false
	})
}
