//go:build e2e

package twins

// fate says what becomes of a Job or Pod.
func (w *writer) fate(i *item) {
	if i.runs() {
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

// events are a hook's phases: often those of another, so that hooks run together.
func (w *writer) events(r *draft) string {
	if len(r.chart) > 0 && w.often(50) {
		if x := one(w, r.chart...); x.Hook != "" && x.Kind != "Namespace" && x.Kind != "CustomResourceDefinition" {
			return x.Hook
		}
	}
	return one(w,
		"pre-install", "pre-install", "post-install", "pre-upgrade", "pre-upgrade", "post-upgrade", "pre-install,pre-upgrade",
		"pre-install,pre-upgrade", "pre-install,pre-upgrade", "post-install,post-upgrade", "post-install,post-upgrade",
		"pre-install,pre-upgrade,pre-rollback", "pre-rollback", "post-rollback", "pre-rollback,pre-upgrade", "pre-delete", "post-delete",
		"pre-install,pre-delete", "test", "test,pre-upgrade")
}

// policy is a delete policy, or none.
func (w *writer) policy(kind string) *string {
	switch {
	case kind == "Namespace":
		// It goes when all that is in it has gone. Helm does not wait for that.
		policy := one(w, "hook-failed", "never", "x")
		return &policy
	case kind == "PersistentVolumeClaim":
		// So does a claim, when its controller finds the time.
		policy := one(w, "hook-succeeded", "hook-failed", "never", "x")
		return &policy
	case w.often(w.missed):
		policy := one(w, "hook-succeeded", "before-hook-creation,hook-succeeded")
		return &policy
	}
	policy := one(w, "", "", "", "", "", "", "", "", "none", "before-hook-creation", "before-hook-creation", "before-hook-creation",
		"before-hook-creation", "hook-succeeded", "hook-succeeded", "hook-succeeded", "before-hook-creation,hook-succeeded",
		"before-hook-creation,hook-succeeded", "before-hook-creation,hook-succeeded", "before-hook-creation,hook-failed",
		"hook-succeeded,hook-failed", "hook-failed", "never", "x")
	if policy == "none" {
		policy = ""
		return &policy
	}
	if policy == "" {
		return nil
	}
	return &policy
}
