//go:build e2e

package twins

import (
	"maps"
	"slices"
)

// kinds are those of items, the cheap ones more often.
func (w *writer) kind() string {
	return one(w, "ServiceAccount", "ServiceAccount", "ServiceAccount", "ServiceAccount", "ConfigMap", "ConfigMap", "ConfigMap", "Secret", "Secret",
		"PersistentVolumeClaim", "Role", "Role", "RoleBinding", "RoleBinding", "RoleBinding", "ClusterRole", "ClusterRoleBinding",
		"Service", "NetworkPolicy", "Deployment", "Deployment", "Job", "Job", "Job", "Job", "Job", "Pod", "Pod", "StatefulSet")
}

// names are few, so that they come again.
func (w *writer) name(r *draft, hook bool) string {
	name := one(w, "a", "b", "c")
	if r.other && (!hook || w.often(60)) {
		return "z-" + name
	}
	return name
}

func (w *writer) add(r *draft) {
	i := item{Kind: w.kind()}
	hook := w.often(65) || i.Kind == "Job" || i.Kind == "Pod"
	i.Name = w.name(r, hook)
	if slices.ContainsFunc(r.chart, func(x item) bool { return x.Kind == i.Kind && x.Name == i.Name }) {
		return
	}
	if hook {
		i.Hook, i.Policy, i.Weight = w.events(), w.policy(i.Kind), w.IntN(5)-2
	}
	i.Keep, i.Bare = w.often(8), w.often(8)
	i.Each = hook && w.often(15)
	w.refer(&i)
	w.fate(&i)
	r.chart = append(r.chart, i)
}

// mutate changes something in the chart, as its authors do from one version to the next.
func (w *writer) mutate(r *draft) {
	if len(r.chart) == 0 || w.often(25) {
		w.add(r)
		return
	}
	n := w.IntN(len(r.chart))
	i := &r.chart[n]
	i.Uses = maps.Clone(i.Uses)
	runs := i.Kind == "Job" || i.Kind == "Pod"
	switch w.IntN(12) {
	case 0, 1, 11:
		r.chart = slices.Delete(r.chart, n, n+1)
	case 2:
		name := w.name(r, i.Hook != "") + one(w, "", "2")
		if !slices.ContainsFunc(r.chart, func(x item) bool { return x.Kind == i.Kind && x.Name == name }) {
			i.Name = name
		}
	case 3:
		i.Weight = w.IntN(5) - 2
	case 4:
		if i.Hook != "" {
			i.Hook = w.events()
		}
	case 5, 6:
		if i.Hook != "" {
			i.Policy = w.policy(i.Kind)
		}
	case 7:
		switch {
		case i.Hook == "":
			i.Hook, i.Policy = w.events(), w.policy(i.Kind)
		case !runs:
			i.Hook, i.Policy, i.Each = "", nil, false
		}
	case 8:
		i.Content++
	case 9:
		w.refer(i)
	case 10:
		w.fate(i)
		i.Keep = w.often(15)
	}
}
