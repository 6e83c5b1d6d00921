//go:build e2e

package twins

import "strings"

// refer has an item refer to others: mostly to what some release has or had, so that it is
// there or could be.
func (w *writer) refer(i *item) {
	i.Uses = map[string]string{}
	switch i.Kind {
	case "Service", "NetworkPolicy", "PodDisruptionBudget":
		i.Uses["app"] = w.target("Deployment")
	case "RoleBinding", "ClusterRoleBinding":
		role := strings.TrimSuffix(i.Kind, "Binding")
		i.Uses["ServiceAccount"], i.Uses[role] = w.target("ServiceAccount"), w.target(role)
	case "HorizontalPodAutoscaler":
		i.Uses["Deployment"] = w.target("Deployment")
	case "Ingress":
		i.Uses["Service"], i.Uses["Secret"] = w.target("Service"), w.target("Secret")
	case "ServiceAccount":
		if w.often(15) {
			i.Uses["Secret"] = w.target("Secret")
		}
	case "Job", "Pod", "Deployment", "StatefulSet", "CronJob":
		w.mount(i)
	}
}

// mount has what makes pods use what they need.
func (w *writer) mount(i *item) {
	percent := 45
	if i.runs() {
		percent = 10 // without its account it never runs, and Helm waits
	}
	for _, kind := range []string{"ServiceAccount", "ConfigMap", "Secret", "PersistentVolumeClaim"} {
		if w.often(percent) {
			i.Uses[kind] = w.target(kind)
		}
	}
	if w.often(percent / 3) {
		i.Uses["pull"] = w.target("Secret")
	}
	i.Via = one(w, "", "", viaEnv, viaVolume, viaProjected)
}

// target is the name of an object of a kind.
func (w *writer) target(kind string) string {
	var names []string
	for _, r := range w.releases {
		for i := range r.chart {
			if r.chart[i].Kind == kind && !r.chart[i].Each {
				names = append(names, r.chart[i].Name)
			}
		}
	}
	if len(names) > 0 && w.often(75) {
		return one(w, names...)
	}
	return one(w, "a", "b", "c")
}
