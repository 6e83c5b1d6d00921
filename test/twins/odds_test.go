//go:build e2e

package twins

import (
	"strings"
)

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
