//go:build e2e

package twins

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// plain takes the twin's name out of a text.
func (t *twin) plain(text string) string { return strings.ReplaceAll(text, t.namespace, "NS") }

// key is what an object is called in both twins: its kind, its namespace if that is not
// the twin's own, and its name.
func (t *twin) key(kind, namespace, name string) string {
	plain := t.bare(kind, namespace, name)
	if key, ok := t.generated[plain]; ok {
		return key
	}
	return plain
}

func (t *twin) bare(kind, namespace, name string) string {
	if namespace != "" && namespace != t.namespace && !clusterWide(kind) {
		name = namespace + "/" + name
	}
	return t.plain(kind + "/" + name)
}

// number gives an object with a generated name its number among those which are alike, in
// the order in which they were seen. One command makes one of them at most.
func (t *twin) number(kind string, o *unstructured.Unstructured) {
	start := o.GetGenerateName()
	if _, known := t.numbers[o.GetUID()]; known || start == "" {
		return
	}
	among := t.bare(kind, o.GetNamespace(), start+"*")
	t.counted[among]++
	t.numbers[o.GetUID()] = t.counted[among]
	t.generated[t.bare(kind, o.GetNamespace(), o.GetName())] = fmt.Sprintf("%s%d", among, t.counted[among])
}

// declaredAs is what a record's hooks call the object.
func (x *thing) declaredAs(t *twin) string {
	name := x.GetName()
	if start := x.GetGenerateName(); start != "" {
		name = start + "*"
	}
	return t.bare(x.GetKind(), x.GetNamespace(), name)
}
