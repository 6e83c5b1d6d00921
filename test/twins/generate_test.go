//go:build e2e

package twins

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
)

// writer writes lives. It guesses how they go, so that most commands make sense; those
// that do not have to fail in both twins alike.
type writer struct {
	*rand.Rand
	releases []*draft
	// majors are the Helms of this life.
	majors []int
}

// draft is what the writer thinks of a release.
type draft struct {
	other bool
	chart []item
	there bool
	// kept tells that it is uninstalled, with its history.
	kept bool
	// stuck tells that its last command did not end.
	stuck bool
}

// write writes a life of so many operations.
func write(seed uint64, length int) *script {
	w := &writer{Rand: rand.New(rand.NewPCG(seed, 1)), releases: []*draft{{}}}
	w.majors = [][]int{{3}, {4}, {3, 4}, {3, 4}, {3, 3, 3, 4}}[w.IntN(5)]
	if w.often(30) {
		w.releases = append(w.releases, &draft{other: true})
	}
	s := &script{Seed: seed}
	pruned := true
	for len(s.Ops) < length {
		if !pruned && w.often(50) {
			s.Ops = append(s.Ops, op{Do: doPrune})
			pruned = true
			continue
		}
		s.Ops = append(s.Ops, w.command(w.releases[w.IntN(len(w.releases))]))
		pruned = false
	}
	return s
}

// often is true in so many of a hundred cases.
func (w *writer) often(percent int) bool { return w.IntN(100) < percent }

func one[T any](w *writer, of ...T) T { return of[w.IntN(len(of))] }

// command is the next one of a release.
func (w *writer) command(r *draft) op {
	o := op{Helm: one(w, w.majors...), Other: r.other}
	o.Do = w.verb(r)
	switch o.Do {
	case doInstall, doUpgrade:
		w.ofChart(r, &o)
	case doRollback:
		o.Back = w.IntN(10)
		r.stuck, r.there, r.kept = false, true, false
	case doTest:
		w.filter(r, &o)
	case doUninstall:
		r.kept = w.often(45)
		if r.kept {
			o.Flags = append(o.Flags, "--keep-history")
		}
		r.there, r.stuck = false, false
	}
	if o.Do != doTest && w.often(6) {
		o.Flags = append(o.Flags, "--no-hooks")
	}
	if (o.Do == doUpgrade || o.Do == doRollback) && w.often(40) {
		o.Flags = append(o.Flags, fmt.Sprintf("--history-max=%d", 1+w.IntN(3)))
	}
	if w.often(14) {
		o.Kill = &kill{Write: 1 + w.IntN(8), Done: w.often(50)}
		r.stuck = true
	}
	return o
}

// verb is what to do next.
func (w *writer) verb(r *draft) string {
	n := w.IntN(100)
	switch {
	case r.stuck && n < 75:
		return one(w, doRollback, doRollback, doUninstall)
	case r.there && n < 52:
		return doUpgrade
	case r.there && n < 67:
		return doRollback
	case r.there && n < 77:
		return doTest
	case r.there && n < 98:
		return doUninstall
	case r.there:
		return doInstall // which is there already
	case n < 82 || !r.kept:
		return doInstall
	case n < 94:
		return doRollback
	default:
		return one(w, doUpgrade, doUninstall)
	}
}

// ofChart makes the command one of a chart that is like the last, and not the same.
func (w *writer) ofChart(r *draft, o *op) {
	if len(r.chart) == 0 {
		for range 4 + w.IntN(6) {
			w.add(r)
		}
	} else if !w.often(15) {
		for range 1 + w.IntN(4) {
			w.mutate(r)
		}
	}
	for i := range r.chart {
		c := r.chart[i]
		c.Uses = maps.Clone(c.Uses)
		o.Chart = append(o.Chart, c)
	}
	if o.Do == doUpgrade && w.often(30) {
		o.Flags = append(o.Flags, "--install")
	}
	if o.Do == doInstall && r.kept && w.often(80) {
		o.Flags = append(o.Flags, "--replace")
	}
	if w.often(20) {
		o.Flags = append(o.Flags, "--take-ownership")
	}
	if o.Helm == 4 && o.Do == doInstall && w.often(25) {
		o.Flags = append(o.Flags, "--server-side=false")
	}
	r.there, r.kept, r.stuck = true, false, false
}

// filter makes the command run some of the tests only.
func (w *writer) filter(r *draft, o *op) {
	if !w.often(50) {
		return
	}
	for i := range r.chart {
		if strings.Contains(r.chart[i].Hook, "test") {
			o.Flags = append(o.Flags, "--filter="+one(w, "name=", "!name=")+r.chart[i].Name)
			return
		}
	}
}

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

// refer has an item refer to others, which may not be there.
func (w *writer) refer(i *item) {
	name := func() string { return one(w, "a", "b", "c") }
	i.Uses = map[string]string{}
	switch i.Kind {
	case "Service", "NetworkPolicy":
		i.Uses["app"] = name()
	case "RoleBinding", "ClusterRoleBinding":
		i.Uses["ServiceAccount"], i.Uses[strings.TrimSuffix(i.Kind, "Binding")] = name(), name()
	case "Job", "Pod", "Deployment", "StatefulSet":
		percent := 45
		if i.Kind == "Job" || i.Kind == "Pod" {
			percent = 10 // without its account it never runs, and Helm waits
		}
		for _, kind := range []string{"ServiceAccount", "ConfigMap", "Secret", "PersistentVolumeClaim"} {
			if w.often(percent) {
				i.Uses[kind] = name()
			}
		}
	}
}

// fate says what becomes of a Job or Pod.
func (w *writer) fate(i *item) {
	if i.Kind == "Job" || i.Kind == "Pod" {
		n := w.IntN(100)
		switch {
		case n < 10:
			i.Outcome = "fail"
		case n < 12:
			i.Outcome = "hang"
		default:
			i.Outcome = ""
		}
	}
}

func (w *writer) events() string {
	return one(w,
		"pre-install", "pre-install", "post-install", "pre-upgrade", "pre-upgrade", "post-upgrade", "pre-install,pre-upgrade",
		"pre-install,pre-upgrade", "pre-install,pre-upgrade,pre-rollback", "post-install,post-upgrade", "pre-rollback", "post-rollback",
		"pre-rollback,pre-upgrade", "pre-delete", "post-delete", "pre-install,pre-delete", "test", "test", "test,pre-upgrade")
}

func (w *writer) policy(kind string) *string {
	if kind == "PersistentVolumeClaim" && w.often(90) {
		// A claim goes when its controller finds the time. Helm does not wait for that.
		policy := one(w, "hook-succeeded", "hook-failed", "never", "x")
		return &policy
	}
	policy := one(w, "", "", "", "", "none", "before-hook-creation", "before-hook-creation", "before-hook-creation", "hook-succeeded", "hook-succeeded",
		"before-hook-creation,hook-succeeded", "before-hook-creation,hook-succeeded", "hook-succeeded,hook-failed", "hook-failed", "never", "x")
	if policy == "none" {
		policy = ""
		return &policy
	}
	if policy == "" {
		return nil
	}
	return &policy
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
