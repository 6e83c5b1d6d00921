//go:build e2e

package twins

import (
	"maps"
	"slices"
)

// mutate changes something in the chart, as its authors do from one version to the next.
func (w *writer) mutate(r *draft) {
	if len(r.chart) == 0 || w.often(30) {
		w.add(r)
		return
	}
	n := w.IntN(len(r.chart))
	i := &r.chart[n]
	i.Uses = maps.Clone(i.Uses)
	if i.Kind == "Namespace" || i.Kind == "CustomResourceDefinition" {
		if w.often(15) {
			r.chart = slices.Delete(r.chart, n, n+1)
		}
		return
	}
	switch w.IntN(13) {
	case 0, 1, 2:
		r.chart = slices.Delete(r.chart, n, n+1)
	case 3:
		w.rename(r, i)
	case 4:
		i.Weight = w.IntN(5) - 2
	case 5:
		if i.Hook != "" {
			i.Hook = w.events(r)
		}
	case 6, 7:
		if i.Hook != "" {
			i.Policy = w.policy(i.Kind)
		}
	case 8:
		w.turn(r, i)
	case 9:
		i.Content++
		for j := range i.Items {
			i.Items[j].Content++
		}
	case 10:
		w.refer(i)
	case 11:
		w.fate(i)
		i.Keep = w.often(15)
	case 12:
		if len(i.Items) > 1 {
			i.Items = i.Items[1:]
		}
	}
}

func (w *writer) rename(r *draft, i *item) {
	x := i.clone()
	x.Name = w.name(r, i.Hook != "") + one(w, "", "2")
	if !w.has(r, &x) {
		*i = x
	}
}

// turn makes a hook an ordinary resource, or the other way round.
func (w *writer) turn(r *draft, i *item) {
	switch {
	case i.Hook == "":
		i.Hook, i.Policy = w.events(r), w.policy(i.Kind)
	case !i.runs():
		i.Hook, i.Policy, i.Each, i.Generate = "", nil, false, false
	}
}
