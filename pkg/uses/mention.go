package uses

import (
	"slices"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// addTexts takes in which names an object's texts mention: of objects beside it, and of those
// in other namespaces which its texts mention as well, as who waits for something there does.
func (g *Graph) addTexts(f *Facts) {
	if len(f.Texts) == 0 {
		return
	}
	spaces := map[string]bool{f.By.Namespace: true}
	for _, t := range f.Texts {
		g.spaces.in(t.Words, func(name string) { spaces[name] = true })
	}
	for ns := range spaces {
		mentioned := g.mentions[ns]
		if mentioned == nil {
			continue
		}
		for _, t := range f.Texts {
			mentioned.in(t.Words, func(name string) { g.mention(f, named{ns, name}, t.Field) })
		}
	}
}

// mention keeps that a text mentions a name, unless it is only the object's own.
func (g *Graph) mention(f *Facts, n named, field string) {
	if slices.ContainsFunc(g.named[n], func(o *snapshot.ObjectRef) bool { return !same(o, &f.By) }) {
		g.record(snapshot.ObjectRef{Namespace: n.namespace, Name: n.name}, f, field)
	}
}
