package verdict_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// guardRow says which guards refuse the first object of a snapshot, an orphan.
type guardRow struct {
	name   string
	guard  verdict.Guard // that the row is about
	snap   snapshot.Snapshot
	guards []verdict.Guard
}

func gone(o snapshot.Object) snapshot.Snapshot {
	return only(with(o, ofBlog), otherRelease())
}

// usedBy is a live object's use of another one.
func usedBy(o, user snapshot.Object) snapshot.Use {
	return snapshot.Use{Of: o.Ref(), By: user.Ref(), Field: "spec.x"}
}

// using adds uses to a snapshot.
func using(s snapshot.Snapshot, list ...snapshot.Use) snapshot.Snapshot {
	s.Uses = append(s.Uses, list...)
	return s
}

// guardRows have rows for each guard: where it refuses, and where it nearly does.
func guardRows() []guardRow {
	const (
		keep, shared, owner, running = verdict.GuardKeep, verdict.GuardShared, verdict.GuardOwner, verdict.GuardRunning
		logs, chose, referenced      = verdict.GuardEvidence, verdict.GuardAuthorChoice, verdict.GuardReferenced
		recreated, supporting        = verdict.GuardNotRecreated, verdict.GuardSupporting
		data, effect, young          = verdict.GuardHoldsData, verdict.GuardTakesEffect, verdict.GuardTooYoung
	)
	all := func(g ...verdict.Guard) []verdict.Guard { return g }
	wiki := rel("shop", "wiki")
	depended := func(o *snapshot.Object) {
		o.Dependent = &snapshot.ObjectRef{Kind: "ConfigMap", Namespace: "shop", Name: "dependent"}
	}
	once := account(events("pre-install"))
	misspelt, forFailure := seed(policy("nonsense")), seed(policy("hook-failed"))
	back := seed(events("post-install,pre-rollback"), policy("hook-failed"))
	again := seed(events("post-install,pre-rollback"))
	tested := seed(events("test"), policy("hook-failed"))
	upgraded := seed(events("post-upgrade"), policy("hook-failed"))
	goes := seed(events("pre-upgrade,pre-rollback"), policy("hook-succeeded"))
	last := seed(events("post-install,post-delete"), policy("hook-succeeded"))
	lost := seed(ran(snapshot.RunFailed), finishedAgo(day-time.Second))
	old := seed(ran(snapshot.RunFailed), finishedAgo(day))
	missed := func(kind string) snapshot.Object { return made(kind, "x", "pre-upgrade", policy("hook-succeeded")) }
	kept := func(o snapshot.Object, name, value string) snapshot.Snapshot {
		return only(with(o, annotation(name, value)), deployed(o)...)
	}
	pod := made("Pod", "user", "test")
	return []guardRow{
		{"Helm's own annotation", keep, kept(seed(), "helm.sh/resource-policy", "keep"), all(keep)},
		{"any value of it", keep, kept(seed(), "helm.sh/resource-policy", ""), all(keep)},
		{"the policy never, the release gone", keep, gone(seed(policy("never"))), all(keep)},
		{"the policy keep, the release gone", keep, gone(seed(policy("Keep"))), all(keep)},
		{"cli-utils", keep, kept(seed(), "cli-utils.sigs.k8s.io/on-remove", "keep"), all(keep)},
		{"lifecycle", keep, kept(seed(), "client.lifecycle.config.k8s.io/deletion", "detach"), all(keep)},
		{"Argo CD's among others", keep, kept(seed(), "argocd.argoproj.io/sync-options", "Validate=false, prune=false"), all(keep)},
		{"Argo CD's other", keep, kept(seed(), "argocd.argoproj.io/sync-options", "Delete=false"), all(keep)},
		{"Flux", keep, kept(seed(), "kustomize.toolkit.fluxcd.io/prune", "disabled"), all(keep)},
		{"Flux, allowed", keep, kept(seed(), "kustomize.toolkit.fluxcd.io/prune", "enabled"), nil},
		{"in an older revision only", keep, only(seed(), declare(2, release.StatusDeployed, declaring(seed())),
			declare(1, release.StatusSuperseded, declaring(seed(annotation("helm.sh/resource-policy", "keep"))))), all(keep)},
		{"the policy of an older revision only", keep, only(seed(), declare(2, release.StatusDeployed, declaring(seed())),
			declare(1, release.StatusSuperseded, declaring(seed(policy("never"))))), all(keep)},

		{"another release declared it", shared, only(account(), append(replacedBy(account()),
			rec(wiki, 2, release.StatusDeployed), rec(wiki, 1, release.StatusSuperseded, declaring(account())))...), all(shared, supporting)},
		{"another release has one of that name in its own namespace", shared, only(account(), append(replacedBy(account()),
			lists(rec(rel("desk", "wiki"), 1, release.StatusDeployed), account()))...), all(supporting)},

		{"something would go with it", owner, gone(account(depended)), all(owner)},
		{"nothing would", owner, gone(account()), nil},

		{"of a gone release, at work", running, gone(seed(ran(snapshot.RunRunning))), all(running)},
		{"suspended", running, gone(seed(ran(snapshot.RunSuspended))), all(running)},

		{"failed less than a day ago", logs, only(lost, deployed(lost)...), all(logs)},
		{"failed a day ago", logs, only(old, deployed(old)...), nil},
		{"failed a day ago, and so did the release", logs, only(old, declare(1, release.StatusFailed, declaring(old))), all(logs)},
		{"failed at an unknown time", logs, only(seed(ran(snapshot.RunFailed), func(o *snapshot.Object) { o.Run = &snapshot.Run{Phase: snapshot.RunFailed} }),
			deployed(seed())...), all(logs)},
		{"succeeded, and the release failed", logs, only(seed(), declare(1, release.StatusFailed, declaring(seed()))), nil},

		{"a policy that Helm does not know", chose, only(misspelt, deployed(misspelt)...), all(chose)},
		{"a policy for another outcome", chose, only(forFailure, deployed(forFailure)...), all(chose)},
		{"no policy", chose, only(seed(), deployed(seed())...), nil},
		{"dropped, and Helm 4 would take it for its run at a rollback", chose, only(back,
			applied(declare(2, release.StatusDeployed)), applied(declare(1, release.StatusSuperseded, declaring(back)))), all(chose)},
		{"dropped, and Helm 4 may roll back what Helm 3 made", chose, only(back, replacedBy(back)...), all(chose)},
		{"dropped, and no command runs it from that revision", chose, only(forFailure,
			applied(declare(2, release.StatusDeployed)), applied(declare(1, release.StatusSuperseded, declaring(forFailure)))), nil},
		{"dropped, and a test after a rollback would take it for its run", chose, only(tested,
			applied(declare(2, release.StatusDeployed)), applied(declare(1, release.StatusSuperseded, declaring(tested)))), all(chose)},
		{"dropped, and Helm 3 could not make it for a test", chose, only(tested, replacedBy(tested)...), nil},
		{"dropped, and Helm 4 would make it anew", chose, only(again,
			applied(declare(2, release.StatusDeployed)), applied(declare(1, release.StatusSuperseded, declaring(again)))), nil},
		{"dropped, and it would be the run of one of two revisions", chose, only(back, applied(declare(3, release.StatusDeployed)),
			applied(declare(2, release.StatusSuperseded, declaring(back))),
			applied(declare(1, release.StatusSuperseded, declaring(back, text("two"), neverRan)))), all(chose)},
		{"uninstalled, and Helm 4 may install it anew", chose, only(forFailure, declare(1, release.StatusUninstalled, declaring(forFailure))), all(chose)},
		{"uninstalled, and made at upgrades", chose, only(upgraded, applied(declare(1, release.StatusUninstalled, declaring(upgraded)))), nil},
		{"Helm was to delete it, and would take it for its next run", chose, only(goes, applied(declare(1, release.StatusDeployed, declaring(goes)))), nil},
		{"Helm was to delete it, and would take it for its run at an uninstall", chose, only(last,
			applied(declare(1, release.StatusDeployed, declaring(last)))), all(chose)},
		{"and Helm 3 could not make it", chose, only(last, deployed(last)...), nil},

		{"a Pod uses it", referenced, using(gone(account()), usedBy(account(), pod)), all(referenced)},
		{"a Pod of another namespace uses one of its name", referenced, using(gone(account()), usedBy(with(account(), func(o *snapshot.Object) {
			o.Namespace, o.UID = "desk", "other"
		}), pod)), nil},
		{"a Pod uses what is of its name and another kind", referenced, using(gone(account()), usedBy(made("Secret", "seeder", "test"), pod)), nil},
		{"a text mentions its name", referenced, using(gone(account()), snapshot.Use{
			Of: snapshot.ObjectRef{Namespace: "shop", Name: "seeder"}, By: pod.Ref(), Field: "spec.containers.args",
		}), all(referenced)},

		{"no upgrade makes it", recreated, only(once, replacedBy(once)...), all(recreated, supporting)},
		{"an upgrade makes it", recreated, only(account(), replacedBy(account())...), all(supporting)},
		{"no upgrade makes it, and the release is uninstalled", recreated, only(once, declare(1, release.StatusUninstalled, declaring(once))), all(supporting)},
		{"no upgrade makes it, and Helm was to delete it", recreated, only(missed("Role"), deployed(missed("Role"))...), nil},

		{"its release has records", supporting, only(account(), replacedBy(account())...), all(supporting)},
		{"its release is uninstalled, with records", supporting, only(account(), declare(1, release.StatusUninstalled, declaring(account()))), all(supporting)},
		{"its release has none", supporting, gone(account()), nil},

		{"a claim", data, gone(made("PersistentVolumeClaim", "x", "pre-install")), all(data)},
		{"a StatefulSet", data, gone(made("StatefulSet", "x", "pre-install")), all(data)},
		{"a Secret", data, gone(made("Secret", "x", "pre-install")), all(data)},
		{"a custom resource", data, gone(made("Widget", "x", "pre-install")), all(data)},
		{"a ConfigMap of a release that is gone", data, gone(made("ConfigMap", "x", "pre-install")), nil},
		{"a ConfigMap that was dropped", data, only(missed("ConfigMap"), replacedBy(missed("ConfigMap"))...), all(supporting, data)},
		{"a Secret that Helm was to delete", data, only(missed("Secret"), deployed(missed("Secret"))...), nil},
		{"a ConfigMap that Helm was to delete", data, only(missed("ConfigMap"), deployed(missed("ConfigMap"))...), nil},
		{"a claim that Helm was to delete", data, only(missed("PersistentVolumeClaim"), deployed(missed("PersistentVolumeClaim"))...), all(data)},
		{"a custom resource that Helm was to delete", data, only(missed("Widget"), deployed(missed("Widget"))...), all(data)},

		{"a Deployment", effect, gone(made("Deployment", "x", "pre-install")), all(effect)},
		{"a NetworkPolicy", effect, gone(made("NetworkPolicy", "x", "pre-install")), all(effect)},
		{"a Deployment that Helm was to delete", effect, only(missed("Deployment"), deployed(missed("Deployment"))...), all(effect)},
		{"a Role", effect, gone(made("Role", "x", "pre-install")), nil},

		{"finished just now", young, only(seed(finishedAgo(10*time.Minute-time.Second)), deployed(seed())...), all(young)},
		{"finished ten minutes ago", young, only(seed(finishedAgo(10*time.Minute)), deployed(seed())...), nil},
		{"made just now", young, gone(account(createdAgo(time.Hour - time.Second))), all(young)},
		{"made an hour ago", young, gone(account(createdAgo(time.Hour))), nil},
		{"made at an unknown time", young, gone(account(func(o *snapshot.Object) { o.Created = time.Time{} })), all(young)},
	}
}

func refusing(f verdict.Finding) []verdict.Guard {
	var guards []verdict.Guard
	for _, r := range f.Refusals {
		guards = append(guards, r.Guard)
	}
	return guards
}

func TestGuards(t *testing.T) {
	for _, tt := range guardRows() {
		t.Run(string(tt.guard)+"/"+tt.name, func(t *testing.T) {
			f := judgedFirst(t, tt.snap, verdict.Options{})
			if f.Verdict != verdict.Orphan {
				t.Fatalf("it is %s %s, and no orphan", f.Verdict, f.Reason)
			}
			if diff := cmp.Diff(tt.guards, refusing(f)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", f.Reason, diff)
			}
			if f.Prunable() != (len(tt.guards) == 0) {
				t.Errorf("prunable: %t", f.Prunable())
			}
			for _, r := range f.Refusals {
				if r.Why == "" {
					t.Errorf("%s does not say why", r.Guard)
				}
			}
			// What the user allows is lifted, said all the same, and nothing else is.
			f = judgedFirst(t, tt.snap, verdict.Options{Allow: []verdict.Guard{tt.guard}, Named: func(*verdict.Finding) bool { return true }})
			if diff := cmp.Diff(tt.guards, refusing(f)); diff != "" {
				t.Errorf("with --allow %s (-want +got):\n%s", tt.guard, diff)
			}
			for _, r := range f.Refusals {
				if r.Lifted != (r.Guard == tt.guard && tt.guard.Liftable()) {
					t.Errorf("with --allow %s: %s is lifted: %t", tt.guard, r.Guard, r.Lifted)
				}
			}
		})
	}
}

// TestMinAge: age has a flag of its own.
func TestMinAge(t *testing.T) {
	age := func(d time.Duration) verdict.Options { return verdict.Options{MinAge: &d} }
	young, old := gone(account(createdAgo(time.Second))), gone(seed())
	for _, tt := range []struct {
		snap    snapshot.Snapshot
		options verdict.Options
		refuses bool
	}{
		{young, verdict.Options{}, true},
		{young, age(0), false},
		{young, age(time.Second), false},
		{young, age(2 * time.Second), true},
		{old, verdict.Options{}, false},
		{old, age(3 * day), true},
	} {
		f := judgedFirst(t, tt.snap, tt.options)
		if got := slices.Contains(refusing(f), verdict.GuardTooYoung); got != tt.refuses {
			t.Errorf("%s made %s ago, %+v: refuses %t", f.Object.Kind, someTime.Sub(f.Object.Created), tt.options.MinAge, got)
		}
	}
}

// TestSomeGuardsAreNeverLifted tries all that a user can allow on orphans of which
// each is left alone by one guard.
func TestSomeGuardsAreNeverLifted(t *testing.T) {
	never := []verdict.Guard{verdict.GuardKeep, verdict.GuardShared, verdict.GuardOwner, verdict.GuardTooYoung}
	var alone []guardRow
	for _, row := range guardRows() {
		if slices.ContainsFunc(row.guards, func(g verdict.Guard) bool { return slices.Contains(never, g) }) {
			alone = append(alone, row)
		}
	}
	guards := verdict.Guards()
	for bits := range 1 << len(guards) {
		var allow []verdict.Guard
		for i, g := range guards {
			if bits&(1<<i) != 0 {
				allow = append(allow, g)
			}
		}
		for _, row := range alone {
			findings, _ := verdict.Judge(complete(row.snap), verdict.Options{Allow: allow})
			if i := slices.IndexFunc(findings, func(f verdict.Finding) bool { return f.Prunable() }); i >= 0 {
				t.Fatalf("%s: with --allow %v %s could be pruned", row.name, allow, findings[i].Object.Name)
			}
		}
	}
	for _, g := range guards {
		if g.Liftable() == slices.Contains(never, g) {
			t.Errorf("%s can be lifted: %t", g, g.Liftable())
		}
	}
}
