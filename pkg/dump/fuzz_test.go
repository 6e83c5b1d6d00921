package dump

import (
	"runtime/debug"
	"testing"
	"time"
)

// FuzzOpen: no text makes it panic or last, and what was read can be written and
// read again.
func FuzzOpen(f *testing.F) {
	debug.SetMemoryLimit(1 << 30)
	objects := shop()
	f.Add(jsonOf(f, listOf(objects)))
	f.Add(yamlOf(f, listOf(objects)))
	f.Add(yamlOf(f, objects[0]) + "---\n" + yamlOf(f, objects[1]))
	f.Add(`{"kind":"PodList","apiVersion":"v1","items":[{"metadata":{"name":"x"}}]}`)
	f.Add(`{"apiVersion":"kubectl-helmhooks.github.io/v1","kind":"Snapshot","records":[],"objects":[]}`)
	f.Add("a: &a [x]\nb: [*a, *a]\n")
	f.Add("%YAML 1.1\n---\nitems:\n  - a\n# b\nkind: List\n...\n")
	f.Add("\x1f\x8b\x08")
	f.Fuzz(func(t *testing.T, text string) {
		start := time.Now()
		e, err := openText(text, Options{})
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("it took %v", took)
		}
		if err != nil {
			return
		}
		s := e.Snapshot()
		for _, o := range s.Objects {
			if o.Name == "" && o.GenerateName == "" || o.Kind == "" || o.APIVersion == "" {
				t.Errorf("an object without name or kind: %+v", o)
			}
		}
		if _, err := openText(written(t, s), Options{Namespace: s.Namespace}); err != nil {
			t.Errorf("the Snapshot cannot be read again: %v", err)
		}
	})
}
