package verdict_test

import (
	"testing"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// TestGapsMakeUnknown: an orphan is one only if nothing that was not read could make
// it something else, or make a guard speak for it.
func TestGapsMakeUnknown(t *testing.T) {
	goes := account(policy("hook-succeeded"))
	kind := func(group, kind, resource string) *snapshot.Kind {
		return &snapshot.Kind{Group: group, Version: "v1", Kind: kind, Resource: resource, Namespaced: true}
	}
	record := func(namespace, name string, revision int) *snapshot.RecordID {
		return &snapshot.RecordID{Release: rel(namespace, name), Revision: revision}
	}
	var (
		jobs      = kind("batch", "Job", "jobs")
		pods      = kind("", "Pod", "pods")
		secrets   = kind("", "Secret", "secrets")
		nodes     = &snapshot.Kind{Version: "v1", Kind: "Node", Resource: "nodes"}
		fresh     = only(seed(), append(deployed(seed()), otherRelease())...)
		dropped   = only(seed(), append(replacedBy(seed()), otherRelease())...)
		part      = only(goes, append(deployed(goes), otherRelease())...)
		unowned   = only(account(ofBlog), otherRelease())
		bindings  = kind("rbac.authorization.k8s.io", "RoleBinding", "rolebindings")
		missed    = made("Role", "seeder", "pre-upgrade", policy("hook-succeeded"))
		role      = only(missed, append(deployed(missed), otherRelease())...)
		old       = only(account(ofBlog), otherRelease())
		job       = only(seed(ofBlog), otherRelease())
		guarded   = only(made("PersistentVolumeClaim", "x", "pre-install", ofBlog), otherRelease())
		cluster   = only(with(account(ownedBy("blog", "shop")), func(o *snapshot.Object) { o.Namespace = "" }), otherRelease())
		settings  = made("ConfigMap", "settings", "pre-upgrade", policy("hook-succeeded"))
		passed    = only(settings, append(deployed(settings), otherRelease())...)
		left      = only(with(settings, ofBlog), otherRelease())
		policies  = &snapshot.Kind{Group: "admissionregistration.k8s.io", Version: "v1", Kind: "ValidatingAdmissionPolicyBinding"}
		unread    = func(s snapshot.Snapshot, i int) snapshot.Snapshot { s.Records[i].Body = nil; return s }
		unreadOld = unread(only(seed(), declare(2, release.StatusDeployed, declaring(seed())), declare(1, release.StatusSuperseded)), 1)
		unreadNew = unread(only(seed(ofBlog), declare(2, release.StatusDeployed), declare(1, release.StatusSuperseded, declaring(seed()))), 0)
	)
	records := snapshot.Gap{What: "records", Records: snapshot.Secrets}
	besides := func(namespace string, g snapshot.Gap) snapshot.Gap {
		g.Besides = []string{namespace}
		return g
	}
	in := func(namespace string, g snapshot.Gap) snapshot.Gap {
		g.Namespace = namespace
		return g
	}
	for _, tt := range []struct {
		name string
		snap snapshot.Snapshot
		gap  snapshot.Gap
		hide bool
	}{
		{"records, of a release that is gone", job, records, true},
		{"records elsewhere, of a release that is gone", job, in("hall", records), true},
		{"records, of a Job that its release declares", fresh, records, false},
		{"records beside it, of a Job that was dropped", dropped, in("shop", records), true},
		{"records elsewhere, of a Job that was dropped", dropped, in("hall", records), false},
		{"records beside it, of an account", part, in("shop", records), true},
		{"records elsewhere, of an account", part, in("hall", records), false},
		{"records elsewhere, of what is in no namespace", cluster, in("hall", records), true},
		{"records of all but its namespace, of a Job that was dropped", dropped, besides("shop", records), false},
		{"records of all but another namespace, of a Job that was dropped", dropped, besides("hall", records), true},
		{"records of all but its namespace, of an account that Helm was to delete", part, besides("shop", records), false},
		{"records of all but its namespace, of an account of a release that is gone", old, besides("shop", records), true},

		{"its release's current record", unreadNew, snapshot.Gap{What: "record", Namespace: "shop", Record: record("shop", "blog", 2)}, true},
		// It may ask to keep the object.
		{"its release's older record", unreadOld, snapshot.Gap{What: "record", Namespace: "shop", Record: record("shop", "blog", 1)}, true},
		{"a neighbour's record, of a Job that its release declares", fresh, snapshot.Gap{What: "record", Namespace: "shop", Record: record("shop", "wiki", 1)}, false},
		{"a neighbour's record, of an account", part, snapshot.Gap{What: "record", Namespace: "shop", Record: record("shop", "wiki", 1)}, true},
		{"a record elsewhere, of an account", part, snapshot.Gap{What: "record", Namespace: "hall", Record: record("hall", "wiki", 1)}, false},

		{"its release's manifest", fresh, snapshot.Gap{What: "manifest", Namespace: "shop", Manifest: record("shop", "blog", 1)}, true},
		{"its release's manifest, of what Helm was to delete", part, snapshot.Gap{What: "manifest", Namespace: "shop", Manifest: record("shop", "blog", 1)}, true},
		{"a neighbour's manifest, of an account", part, snapshot.Gap{What: "manifest", Namespace: "shop", Manifest: record("shop", "wiki", 1)}, true},
		{"a neighbour's manifest, of a Job", fresh, snapshot.Gap{What: "manifest", Namespace: "shop", Manifest: record("shop", "wiki", 1)}, false},

		// A witness may be of any kind.
		{"Secrets, of a release that is gone", job, snapshot.Gap{What: "secrets", Kind: secrets}, true},
		{"Secrets elsewhere, of a release that is gone", job, snapshot.Gap{What: "secrets", Namespace: "hall", Kind: secrets}, true},
		{"witnesses, of a release that is gone", unowned, snapshot.Gap{What: "witnesses", Witnesses: true, Kind: secrets}, true},
		{"witnesses, of a release with records", fresh, snapshot.Gap{What: "witnesses", Witnesses: true, Kind: secrets}, false},
		{"a group, of a release that is gone", job, snapshot.Gap{What: "group", Group: "example.com"}, true},
		{"a group, of a Job that its release declares", fresh, snapshot.Gap{What: "group", Group: "example.com"}, false},
		{"metrics", unowned, snapshot.Gap{What: "group", Group: "metrics.k8s.io"}, false},
		{"everything in another namespace, of a Job that its release declares", fresh, snapshot.Gap{What: "anything", Namespace: "hall", Everything: true}, false},

		// A hook of the same release may run, and need it.
		{"Jobs, of an account", part, snapshot.Gap{What: "jobs", Namespace: "shop", Kind: jobs}, true},
		{"Pods, of an account", part, snapshot.Gap{What: "pods", Kind: pods}, true},
		{"Jobs elsewhere, of an account", part, snapshot.Gap{What: "jobs", Namespace: "hall", Kind: jobs}, false},
		// Something may name it as its owner.
		{"Secrets, of an account", part, snapshot.Gap{What: "secrets", Namespace: "shop", Kind: secrets}, true},
		// Owners of what has no namespace have none.
		{"nodes, of an account", part, snapshot.Gap{What: "nodes", Kind: nodes}, false},
		{"nodes, of what is in no namespace", cluster, snapshot.Gap{What: "nodes", Kind: nodes}, true},
		{"Secrets elsewhere, of an account", part, snapshot.Gap{What: "secrets", Namespace: "hall", Kind: secrets}, false},

		{"what Pods use, of an account", part, snapshot.Gap{What: "what pods use", Namespace: "shop", Kind: pods, Users: true}, true},
		{"what Pods use elsewhere, of an account", part, snapshot.Gap{What: "what pods use", Namespace: "hall", Kind: pods, Users: true}, false},
		// Who grants it something does not need it, and Helm was to delete it.
		{"what bindings use, of an account that Helm was to delete", part, snapshot.Gap{What: "what rolebindings use", Kind: bindings, Users: true}, false},
		{"what bindings use, of an account", old, snapshot.Gap{What: "what rolebindings use", Kind: bindings, Users: true}, true},
		{"what bindings use, of a Role that Helm was to delete", role, snapshot.Gap{What: "what rolebindings use", Kind: bindings, Users: true}, true},
		// No policy takes parameters from what Helm was to delete.
		{"what policies use, of a ConfigMap that Helm was to delete", passed, snapshot.Gap{What: "what policies use", Kind: policies, Users: true}, false},
		{"what Pods use, of a ConfigMap that Helm was to delete", passed, snapshot.Gap{What: "what pods use", Kind: pods, Users: true}, true},
		{"what policies use, of a ConfigMap", left, snapshot.Gap{What: "what policies use", Kind: policies, Users: true}, true},
		{"everything elsewhere, of an account that Helm was to delete", part, snapshot.Gap{What: "anything", Namespace: "hall", Everything: true}, false},
		{"everything beside it, of an account that Helm was to delete", part, snapshot.Gap{What: "anything", Namespace: "shop", Everything: true}, true},
		{"everything elsewhere, of a Role that Helm was to delete", role, snapshot.Gap{What: "anything", Namespace: "hall", Everything: true}, false},
		{"what Pods mention, of a Job", fresh, snapshot.Gap{What: "what pods use", Namespace: "shop", Kind: pods, Users: true}, true},
		// It is left alone in any case: the gap makes no difference.
		{"what Pods use, of what a guard leaves alone", guarded, snapshot.Gap{What: "what pods use", Namespace: "shop", Kind: pods, Users: true}, false},
	} {
		tt.gap.Why = "test"
		before := judgedFirst(t, also(tt.snap, func(s *snapshot.Snapshot) {
			for i := range s.Records {
				if s.Records[i].Body == nil { // only with the gap nobody asks for it
					s.Gaps = []snapshot.Gap{{What: "record", Namespace: "shop", Record: &s.Records[i].RecordID}}
				}
			}
		}), verdict.Options{})
		f := judgedFirst(t, also(tt.snap, func(s *snapshot.Snapshot) { s.Gaps = []snapshot.Gap{tt.gap} }), verdict.Options{})
		hidden := f.Reason == verdict.ReasonIncompleteEvidence
		if hidden != tt.hide || (f.Evidence.Hidden != nil) != tt.hide {
			t.Errorf("%s: %s, which was %s", tt.name, f.Reason, before.Reason)
		}
		if hidden && (len(f.Refusals) > 0 || f.Prunable()) || !hidden && f.Reason != before.Reason {
			t.Errorf("%s: %s with guards %v, which was %s", tt.name, f.Reason, refusing(f), before.Reason)
		}
	}
}

// TestUnreadStates: a Job of which nobody knows whether it has finished is no orphan.
func TestUnreadStates(t *testing.T) {
	stateless := func(o *snapshot.Object) { o.Run = nil }
	if f := judgedFirst(t, only(seed(ofBlog, stateless), otherRelease()), verdict.Options{Allow: verdict.Guards()}); f.Reason != verdict.ReasonIncompleteEvidence {
		t.Errorf("without a record: %s %s", f.Verdict, f.Reason)
	}
	for _, status := range []release.Status{release.StatusDeployed, release.StatusUninstalled} {
		if f := judgedFirst(t, only(seed(stateless), declare(1, status, declaring(seed()))), verdict.Options{}); f.Reason != verdict.ReasonRunning {
			t.Errorf("of a release that is %s: %s", status, f.Reason)
		}
	}
}
