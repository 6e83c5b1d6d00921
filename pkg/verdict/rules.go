package verdict

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// rule says why a guard refuses an orphan, or "" if it does not.
type rule struct {
	guard Guard
	why   func(e *evidence, f *Finding, o *Options) string
}

// rules are the guards that need no more than the object and its release. Shared
// and referenced need other objects: see shared.go and referenced.go.
func rules() []rule {
	return []rule{
		{GuardKeep, func(_ *evidence, f *Finding, _ *Options) string { return keepMark(f) }},
		{GuardOwner, ownsOthers},
		{GuardRunning, stillRuns},
		{GuardEvidence, holdsLogs},
		{GuardAuthorChoice, authorChose},
		{GuardNotRecreated, notRecreated},
		{GuardSupporting, supports},
		{GuardHoldsData, holdsData},
		{GuardTakesEffect, takesEffect},
		{GuardTooYoung, tooYoung},
	}
}

// keepMarks are annotations by which other tools are told not to delete an object,
// or to ask first. Argo CD's may stand among other options, and Flux takes its own as
// a label as well.
func keepMarks() []struct{ annotation, value string } {
	return []struct{ annotation, value string }{
		{"cli-utils.sigs.k8s.io/on-remove", "keep"},
		{"client.lifecycle.config.k8s.io/deletion", "detach"},
		{"argocd.argoproj.io/sync-options", "Prune=false"},
		{"argocd.argoproj.io/sync-options", "Delete=false"},
		{"argocd.argoproj.io/sync-options", "Prune=confirm"},
		{"argocd.argoproj.io/sync-options", "Delete=confirm"},
		{"kustomize.toolkit.fluxcd.io/prune", "disabled"},
		{"kapp.k14s.io/delete-strategy", "orphan"},
	}
}

// keepMark says what asks for an object to be kept, on itself or in any record that
// declares it. It is absolute, so doubtful spellings count.
func keepMark(f *Finding) string {
	if value, ok := f.Object.Annotations[hook.ResourcePolicyAnnotation]; ok {
		return fmt.Sprintf("%s: %s", hook.ResourcePolicyAnnotation, value)
	}
	if keepsByPolicy(f.Declared.Policy) {
		return fmt.Sprintf("%s: %s", hook.DeletePolicyAnnotation, f.Declared.Policy)
	}
	for _, m := range keepMarks() {
		for word := range strings.SplitSeq(f.Object.Annotations[m.annotation]+","+f.Object.Labels[m.annotation], ",") {
			if strings.EqualFold(strings.TrimSpace(word), m.value) {
				return fmt.Sprintf("%s: %s", m.annotation, m.value)
			}
		}
	}
	for i := range f.Claims {
		c := &f.Claims[i]
		switch d := c.Hook.Declared; {
		case d.Keep:
			return fmt.Sprintf("%s: %s in revision %d of %s", hook.ResourcePolicyAnnotation, d.ResourcePolicy, c.Record.Revision, c.Record.Release.Name)
		case keepsByPolicy(d.Policy):
			return fmt.Sprintf("%s: %s in revision %d of %s", hook.DeletePolicyAnnotation, d.Policy, c.Record.Revision, c.Record.Release.Name)
		}
	}
	return ""
}

func ownsOthers(_ *evidence, f *Finding, _ *Options) string {
	d := f.Object.Dependent
	switch {
	case d == nil:
		return ""
	case f.Object.Kind == "Namespace" || f.Object.Kind == "CustomResourceDefinition":
		return fmt.Sprintf("%s would go with it", nameOf(*d))
	default:
		return fmt.Sprintf("%s names it as its owner, and would go with it", nameOf(*d))
	}
}

func stillRuns(_ *evidence, f *Finding, _ *Options) string {
	if !f.runs() || outcomeOf(f.Object) != unfinished {
		return ""
	}
	return fmt.Sprintf("the %s has not finished", f.Object.Kind)
}

// logsFor is for how long somebody may want to read why a run failed.
const logsFor = 24 * time.Hour

func holdsLogs(e *evidence, f *Finding, _ *Options) string {
	if !f.runs() || outcomeOf(f.Object) != failed {
		return ""
	}
	if f.Current != nil && f.Current.Status == release.StatusFailed {
		return "it failed, and so did the release: its logs may tell why"
	}
	if ended := f.Object.Run.Finished; ended.IsZero() || e.snapshot.Time.Sub(ended) < logsFor {
		return "it failed less than a day ago: its logs may tell why"
	}
	return ""
}

func authorChose(e *evidence, f *Finding, _ *Options) string {
	switch f.Reason {
	case ReasonPolicyUnknown:
		return "its delete policy is one that Helm does not know: somebody meant something by it"
	case ReasonKeptByOutcome:
		return fmt.Sprintf("its delete policy is %s: the chart keeps it after another outcome", f.Declared.Policy)
	default:
		return e.countsAsRun(f)
	}
}

// countsAsRun says at which revision's hook Helm 4 would take the finished object for one
// that has run, as it does where no policy has it replaced. Without it the hook would run
// again, and may not be able to.
func (e *evidence) countsAsRun(f *Finding) string {
	views := e.views(f)
	for i := range views {
		v := &views[i]
		for j := range v.claims {
			c := &v.claims[j]
			for _, event := range c.Hook.Events {
				if v.mayRun(c.Record, event) && counts(f, event) && blockingBy(methodAt(c, event), f, v, c) == BlockSilentlySkipped {
					return fmt.Sprintf("at %s Helm 4 takes it for the run of revision %d's hook, and without it runs that again", event, c.Record.Revision)
				}
			}
		}
	}
	return ""
}

// counts tells whether it matters that a hook runs again at an event. What Helm was to
// delete after its run was to run again at the next, but not at an uninstall: by then there
// may be nothing left that it needs.
func counts(f *Finding, e hook.Event) bool {
	return f.Reason != ReasonPolicyMissed || e == hook.PreDelete || e == hook.PostDelete
}

// methodAt is how Helm 4 may apply a hook at an event: rollbacks and installs have a flag.
func methodAt(c *Claim, e hook.Event) string {
	switch e {
	case hook.PreRollback, hook.PostRollback, hook.PreInstall, hook.PostInstall:
		return methodSSA
	default:
		return c.Record.Body.ApplyMethod
	}
}

// hasRecords tells whether any release that the object is held against has records.
func (x *Finding) hasRecords() bool { return x.Current != nil }

func notRecreated(_ *evidence, f *Finding, _ *Options) string {
	if f.runs() || !f.hasRecords() || f.Current.Status == release.StatusUninstalled || f.Reason == ReasonPolicyMissed {
		return ""
	}
	if slices.Contains(f.Declared.Events, hook.PreUpgrade) || slices.Contains(f.Declared.Events, hook.PostUpgrade) {
		return ""
	}
	return "no upgrade would make it again"
}

func supports(_ *evidence, f *Finding, _ *Options) string {
	if f.runs() || !f.hasRecords() || f.Reason == ReasonPolicyMissed {
		return ""
	}
	return fmt.Sprintf("%s has records: it may need the %s in ways that cannot be seen", f.Current.Release.Name, f.Object.Kind)
}

func holdsData(_ *evidence, f *Finding, _ *Options) string {
	missed := f.Reason == ReasonPolicyMissed
	switch kind := kindOf(f.Object); {
	case kind == kindSecret && !missed:
		return "Secrets hold data"
	case kind == kindConfigMap && f.Reason == ReasonDropped:
		return "ConfigMaps hold data, and another revision may read this one"
	case kind == kindCustom:
		return "custom resources may hold or stand for data"
	case kind == kindData:
		return fmt.Sprintf("a %s holds data", f.Object.Kind)
	default:
		return ""
	}
}

func takesEffect(_ *evidence, f *Finding, _ *Options) string {
	if kindOf(f.Object) != kindEffective {
		return ""
	}
	return fmt.Sprintf("a %s takes effect by being there", f.Object.Kind)
}

// tooYoung refuses what may not have been noticed yet: runs that have just ended,
// and what has just been made.
func tooYoung(e *evidence, f *Finding, o *Options) string {
	least, since, what := youngSupporting, f.Object.Created, "made"
	if r := f.Object.Run; f.runs() && r != nil && r.Phase.Finished() {
		least, what = youngRun, "finished"
		if !r.Finished.IsZero() {
			since = r.Finished
		}
	}
	if o.MinAge != nil {
		least = *o.MinAge
	}
	if least == 0 || (!since.IsZero() && e.snapshot.Time.Sub(since) >= least) {
		return ""
	}
	return fmt.Sprintf("it was %s less than %s ago", what, least)
}

// nameOf is an object as people write it, with its namespace.
func nameOf(r snapshot.ObjectRef) string {
	name := strings.ToLower(r.Kind) + "/" + r.Name
	if r.Namespace == "" {
		return name
	}
	return name + " in " + r.Namespace
}
