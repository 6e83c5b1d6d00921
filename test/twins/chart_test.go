//go:build e2e

package twins

import "slices"

// begin makes a release's first chart.
func (w *writer) begin(r *draft) {
	if w.defines {
		d := item{Kind: "CustomResourceDefinition", Name: "things", Keep: w.often(10)}
		if w.often(60) {
			d.Hook, d.Policy, d.Weight = one(w, "pre-install", "pre-install", "pre-install,pre-upgrade"), w.policy(d.Kind), -2
		}
		r.chart = append(r.chart, d)
	}
	if w.made {
		r.chart = append(r.chart, item{Kind: "Namespace", Name: made, Hook: "pre-install", Policy: w.policy("Namespace"), Weight: -2, Keep: w.often(10)})
	}
	for range 8 + w.IntN(7) {
		w.add(r)
	}
}

// kind is one of those of items, the cheap ones more often.
func (w *writer) kind(r *draft) string {
	switch {
	case w.often(w.list):
		return "List"
	case r.defined && w.often(40):
		return "Thing"
	}
	return one(w, "ServiceAccount", "ServiceAccount", "ServiceAccount", "ServiceAccount", "ServiceAccount", "ConfigMap", "ConfigMap", "ConfigMap",
		"ConfigMap", "Secret", "Secret", "PersistentVolumeClaim", "Role", "Role", "Role", "RoleBinding", "RoleBinding", "RoleBinding",
		"ClusterRole", "ClusterRoleBinding", "Service", "NetworkPolicy", "Ingress", "PodDisruptionBudget", "HorizontalPodAutoscaler", "CronJob",
		"Deployment", "Deployment", "Job", "Job", "Job", "Job", "Job", "Job", "Job", "Job", "Pod", "Pod", "Pod", "StatefulSet")
}

// name is one of few, so that names come again. Releases share hooks more often than
// ordinary resources, of which only one can have each.
func (w *writer) name(r *draft, hook bool) string {
	name := one(w, "a", "b", "c")
	if r.other && (!hook || w.often(50)) {
		return "z-" + name
	}
	return name
}

// in is a namespace for an object.
func (w *writer) in(r *draft, hook bool) string {
	switch {
	case w.made && w.often(20):
		return made
	case w.often(w.away) && r.other && hook:
		return one(w, home, far)
	case w.often(w.away):
		return far
	default:
		return ""
	}
}

// add adds an object to a chart.
func (w *writer) add(r *draft) {
	i := item{Kind: w.kind(r)}
	hook := w.often(80) || i.runs()
	i.Name = w.name(r, hook)
	if hook {
		i.Hook, i.Policy, i.Weight = w.events(r), w.policy(i.Kind), w.IntN(5)-2
	}
	i.Keep = w.often(5)
	if i.Kind == "List" {
		w.fill(r, &i)
	} else {
		i.Bare = w.often(6)
		if !clusterWide(i.Kind) {
			i.In = w.in(r, hook)
		}
		i.Generate = hook && w.often(w.generate)
		i.Each = hook && !i.Generate && w.often(w.each)
		w.refer(&i)
		w.fate(&i)
	}
	if !w.has(r, &i) {
		r.chart = append(r.chart, i)
	}
}

// fill puts objects into a List.
func (w *writer) fill(r *draft, list *item) {
	for range 1 + w.IntN(3) {
		i := item{Kind: one(w, "ServiceAccount", "ConfigMap", "ConfigMap", "Role", "RoleBinding", "Secret"), Name: w.name(r, list.Hook != "")}
		i.In = w.in(r, list.Hook != "")
		w.refer(&i)
		if !w.has(r, &i) && !slices.ContainsFunc(list.Items, func(x item) bool { return x.is(&i) }) {
			list.Items = append(list.Items, i)
		}
	}
}

// has tells whether a chart has an object already, or one of those in a List.
func (w *writer) has(r *draft, i *item) bool {
	same := func(x item) bool {
		return x.is(i) || slices.ContainsFunc(x.Items, func(y item) bool { return y.is(i) }) ||
			slices.ContainsFunc(i.Items, func(y item) bool { return y.is(&x) })
	}
	return slices.ContainsFunc(r.chart, same)
}
