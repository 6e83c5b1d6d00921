package verdict_test

import (
	"slices"
	"testing"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// prunable are the objects that could be pruned, as kind/name.
func prunable(t *testing.T, s snapshot.Snapshot, o verdict.Options) []string {
	t.Helper()
	names := []string{}
	for name, f := range judged(t, s, o) {
		if f.Prunable() {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// TestReferencedIsAFixpoint: what is used by somebody who stays stays, and what only
// those use who go as well goes.
func TestReferencedIsAFixpoint(t *testing.T) {
	sa := account(ofBlog)
	binding := made("RoleBinding", "seeder", "pre-install", ofBlog)
	role := made("Role", "seeder", "pre-install", ofBlog)
	secret := made("Secret", "seeder", "pre-install", ofBlog)
	web := made("Deployment", "web", "pre-install", ofBlog)
	stranger := snapshot.Object{APIVersion: "v1", Kind: "Pod", Namespace: "shop", Name: "stranger", UID: "stranger"}
	idle := func(u snapshot.Use) snapshot.Use {
		u.Idle = true
		return u
	}
	owned := func(u snapshot.Use, uid string) snapshot.Use {
		u.Owners = []string{uid}
		return u
	}
	mutual := []snapshot.Use{usedBy(sa, binding), usedBy(role, binding), usedBy(binding, sa)}
	all := []string{"Role/seeder", "RoleBinding/seeder", "ServiceAccount/seeder"}
	wired := objects(sa, role, binding)
	aJob := seed(ofBlog)
	pod := made("Pod", "seed-x", "test")
	for _, tt := range []struct {
		name    string
		objects []snapshot.Object
		uses    []snapshot.Use
		options verdict.Options
		want    []string
	}{
		{"they name each other", wired, mutual, verdict.Options{}, all},
		{"somebody uses one of them", wired, append(slices.Clone(mutual), usedBy(sa, stranger)), verdict.Options{}, []string{}},
		{"somebody who has finished uses one", wired, append(slices.Clone(mutual), idle(usedBy(sa, stranger))), verdict.Options{}, all},
		{"somebody uses the end of a chain", objects(secret, role, binding), []snapshot.Use{
			usedBy(role, binding), usedBy(binding, stranger),
		}, verdict.Options{}, []string{}},
		{"one of a chain stays by another guard", objects(sa, web), []snapshot.Use{usedBy(sa, web)}, verdict.Options{}, []string{}},
		{
			"and goes if that is lifted", objects(sa, web),
			[]snapshot.Use{usedBy(sa, web)},
			verdict.Options{Allow: []verdict.Guard{verdict.GuardTakesEffect}},
			[]string{"Deployment/web", "ServiceAccount/seeder"},
		},
		{
			"and what the one who goes owns goes with it", objects(sa, web),
			[]snapshot.Use{owned(usedBy(sa, stranger), web.UID)},
			verdict.Options{Allow: []verdict.Guard{verdict.GuardTakesEffect}},
			[]string{"Deployment/web", "ServiceAccount/seeder"},
		},
		{"not all of them are to go", wired, mutual, verdict.Options{
			Planned: func(f *verdict.Finding) bool { return f.Object.Kind == "ServiceAccount" },
		}, []string{}},
		{"those that are to go suffice", wired, mutual, verdict.Options{
			Planned: func(f *verdict.Finding) bool {
				return f.Object.Kind == "RoleBinding" || f.Object.Kind == "ServiceAccount"
			},
		}, []string{"Role/seeder", "RoleBinding/seeder", "ServiceAccount/seeder"}},
		{"it is lifted", wired, append(slices.Clone(mutual), usedBy(sa, stranger)), verdict.Options{
			Allow: []verdict.Guard{verdict.GuardReferenced},
		}, all},
		{"a Job's own Pods are a part of it", objects(aJob), []snapshot.Use{owned(snapshot.Use{
			Of: aJob.Ref(), By: pod.Ref(), Field: "spec.x",
		}, aJob.UID)}, verdict.Options{}, []string{"Job/seed"}},
	} {
		s := snapshot.Snapshot{Objects: tt.objects, Records: []snapshot.Record{otherRelease()}, Uses: tt.uses}
		if got := prunable(t, s, tt.options); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v could be pruned, want %v", tt.name, got, tt.want)
		}
	}
}

// TestDeclaredUsers: what a chart declares may be made again, while its release is
// there; but what Helm was to delete anyway it makes again by itself.
func TestDeclaredUsers(t *testing.T) {
	use := func(id snapshot.ReleaseID, of snapshot.Object) snapshot.Use {
		return snapshot.Use{
			Of: snapshot.ObjectRef{APIVersion: of.APIVersion, Kind: of.Kind, Namespace: "shop", Name: of.Name}, Field: "spec.x",
			By:     snapshot.ObjectRef{APIVersion: "apps/v1", Kind: "Deployment", Namespace: "shop", Name: "web"},
			Record: &snapshot.RecordID{Release: id, Revision: 1},
		}
	}
	missed := account(policy("hook-succeeded"))
	for _, tt := range []struct {
		name    string
		snap    snapshot.Snapshot
		user    snapshot.ReleaseID
		refuses bool
	}{
		{"of its own release", only(account(), replacedBy(account())...), blog(), true},
		{"of its own release, uninstalled", only(account(), declare(1, release.StatusUninstalled, declaring(account()))), blog(), false},
		{"of another release", only(account(ofBlog), otherRelease()), rel("desk", "other"), true},
		{"of another release, uninstalled", only(account(ofBlog), uninstalledOther()), rel("desk", "other"), true},
		{"of a release without records", only(account(ofBlog), otherRelease()), rel("desk", "nobody"), false},
		{"of its own release, and Helm was to delete it", only(missed, deployed(missed)...), blog(), false},
		{"of another release, and Helm was to delete it", only(missed, append(deployed(missed), otherRelease())...), rel("desk", "other"), true},
		{"another, uninstalled, and Helm was to delete it", only(missed, append(deployed(missed), uninstalledOther())...), rel("desk", "other"), true},
	} {
		f := judgedFirst(t, using(tt.snap, use(tt.user, account())), verdict.Options{})
		if got := slices.Contains(refusing(f), verdict.GuardReferenced); f.Verdict != verdict.Orphan || got != tt.refuses {
			t.Errorf("%s: %s refuses %t", tt.name, f.Reason, got)
		}
	}
	// What an ordinary resource of its own release names stays, too, and what that only
	// mentions does not.
	web, hooked := made("Deployment", "web", ""), made("Deployment", "web", "pre-upgrade")
	also := func(o snapshot.Object) snapshot.Record {
		return declare(1, release.StatusDeployed, declaring(missed), declaring(o))
	}
	mention := use(blog(), account())
	mention.Of.APIVersion, mention.Of.Kind = "", ""
	for _, tt := range []struct {
		name    string
		use     snapshot.Use
		record  snapshot.Record
		refuses bool
	}{
		{"an ordinary resource", use(blog(), account()), lists(deployed(missed)[0], web), true},
		{"a hook", use(blog(), account()), also(hooked), false},
		{"a hook at a rollback, where nobody makes it", use(blog(), account()), also(with(hooked, events("pre-upgrade,pre-rollback"))), true},
		{"a hook at an uninstall", use(blog(), account()), also(with(hooked, events("pre-delete"))), true},
		{"a hook at an install, after which none follows", use(blog(), account()), also(with(hooked, events("post-install"))), false},
		{"an ordinary resource that mentions it", mention, lists(deployed(missed)[0], web), false},
		{"of another kind", use(blog(), account()), lists(deployed(missed)[0], made("Service", "web", "")), false},
	} {
		f := judgedFirst(t, using(only(missed, tt.record), tt.use), verdict.Options{})
		if got := slices.Contains(refusing(f), verdict.GuardReferenced); f.Reason != verdict.ReasonPolicyMissed || got != tt.refuses {
			t.Errorf("%s uses what Helm was to delete: %s %v", tt.name, f.Reason, refusing(f))
		}
	}
	// A rollback may bring back who waits for a Job, and not the Job.
	job := seed()
	waiter := use(blog(), job)
	waiter.Of.APIVersion, waiter.Of.Kind = "", ""
	uninstalled := using(only(job, declare(1, release.StatusUninstalled, declaring(job))), waiter)
	if f := judgedFirst(t, uninstalled, verdict.Options{}); !slices.Contains(refusing(f), verdict.GuardReferenced) {
		t.Errorf("somebody waits for a Job of a release that is uninstalled: %s %v", f.Reason, refusing(f))
	}
	// A live user counts even so.
	s := using(only(missed, deployed(missed)...), usedBy(missed, made("Pod", "user", "test")))
	if f := judgedFirst(t, s, verdict.Options{}); !slices.Contains(refusing(f), verdict.GuardReferenced) || f.Reason != verdict.ReasonPolicyMissed {
		t.Errorf("what Helm was to delete, in use: %s %v", f.Reason, refusing(f))
	}
	// A binding that grants an account something does not need it, where Helm was to
	// delete the account; it does need its Role.
	binding := made("RoleBinding", "far", "test")
	role := made("Role", "seeder", "pre-upgrade", policy("hook-succeeded"))
	for _, tt := range []struct {
		object  snapshot.Object
		records []snapshot.Record
		refuses bool
	}{
		{missed, deployed(missed), false},
		{account(ofBlog), []snapshot.Record{otherRelease()}, true},
		{role, deployed(role), true},
	} {
		s := using(only(tt.object, tt.records...), usedBy(tt.object, binding))
		if f := judgedFirst(t, s, verdict.Options{}); slices.Contains(refusing(f), verdict.GuardReferenced) != tt.refuses {
			t.Errorf("a binding of %s %s: refused by %v", tt.object.Kind, f.Reason, refusing(f))
		}
	}
}
