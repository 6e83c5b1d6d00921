package verdict_test

import (
	"slices"
	"testing"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// bound is a binding of a release that is gone, and whose account is not there.
func bound() (snapshot.Object, snapshot.Use) {
	binding := made("RoleBinding", "seeder", "pre-install", ofBlog)
	absent := account()
	absent.UID = ""
	return binding, snapshot.Use{Of: binding.Ref(), By: absent.Ref(), Field: "subjects", Absent: true}
}

// TestAbsentUsers: a binding stays for an account that another release may make.
func TestAbsentUsers(t *testing.T) {
	binding, use := bound()
	wiki, far := rel("shop", "wiki"), rel("desk", "far")
	elsewhere := account(func(o *snapshot.Object) { o.Namespace = "desk" })
	there := func(r snapshot.Record) snapshot.Record {
		body := *r.Body
		body.Hooks = slices.Clone(body.Hooks)
		for i := range body.Hooks {
			body.Hooks[i].Objects[0].Namespace = "shop"
		}
		r.Body = &body
		return r
	}
	for _, tt := range []struct {
		name    string
		records []snapshot.Record
		refuses bool
	}{
		{"nobody makes it", []snapshot.Record{otherRelease()}, false},
		{"as a hook", []snapshot.Record{rec(wiki, 1, release.StatusDeployed, declaring(account()))}, true},
		{"as an ordinary resource", []snapshot.Record{lists(rec(wiki, 1, release.StatusDeployed), account())}, true},
		{"in an older revision", []snapshot.Record{rec(wiki, 2, release.StatusDeployed), lists(rec(wiki, 1, release.StatusSuperseded), account())}, true},
		{"of a release that is uninstalled", []snapshot.Record{rec(wiki, 1, release.StatusUninstalled, declaring(account()))}, true},
		{"in another namespace", []snapshot.Record{rec(far, 1, release.StatusDeployed, declaring(elsewhere))}, false},
		{"from another namespace", []snapshot.Record{there(rec(far, 1, release.StatusDeployed, declaring(account())))}, true},
		{"what is of its name", []snapshot.Record{lists(rec(wiki, 1, release.StatusDeployed), made("ConfigMap", "seeder", "test"))}, false},
	} {
		f := judgedFirst(t, using(only(binding, tt.records...), use), verdict.Options{})
		if got := slices.Contains(refusing(f), verdict.GuardReferenced); f.Reason != verdict.ReasonReleaseGone || got != tt.refuses {
			t.Errorf("%s: %s %v", tt.name, f.Reason, refusing(f))
		}
	}
}

// TestAbsentUsersOfItsOwn: what Helm was to delete stays for an account that the release's own
// hooks make when they do not make the binding.
func TestAbsentUsersOfItsOwn(t *testing.T) {
	binding := made("RoleBinding", "seeder", "pre-upgrade", policy("hook-succeeded"))
	absent := account()
	absent.UID = ""
	use := snapshot.Use{Of: binding.Ref(), By: absent.Ref(), Field: "subjects", Absent: true}
	for list, refuses := range map[string]bool{"pre-upgrade": false, "pre-upgrade,pre-delete": true, "post-install": false} {
		record := declare(1, release.StatusDeployed, declaring(binding), declaring(with(account(), events(list))))
		f := judgedFirst(t, using(only(binding, record), use), verdict.Options{})
		if got := slices.Contains(refusing(f), verdict.GuardReferenced); f.Reason != verdict.ReasonPolicyMissed || got != refuses {
			t.Errorf("an account of %s: %s %v", list, f.Reason, refusing(f))
		}
	}
}

// TestAbsentUsersAreSought: who may make them is looked for in all records, before a binding
// is called prunable to be pruned.
func TestAbsentUsersAreSought(t *testing.T) {
	binding, use := bound()
	binding.UsersRead = true
	records := []snapshot.Record{{RecordID: snapshot.RecordID{Release: rel("desk", "other"), Revision: 1}, Status: release.StatusDeployed}}
	s := using(only(binding, records...), use)
	s.Time, s.RecordsEverywhere, s.WitnessesEverywhere = someTime, true, true
	for thorough, want := range map[bool]bool{true: true, false: false} {
		_, lacks := verdict.Judge(&s, verdict.Options{Thorough: thorough})
		if got := slices.Contains(lacks.Search.Of, use.By); got != want {
			t.Errorf("thorough %t: searched for %v", thorough, lacks.Search.Of)
		}
	}
	// A record in which the account may be, and that cannot be read, leaves it unknown.
	s.Sought = []snapshot.ObjectRef{binding.Ref(), use.By}
	s.Gaps = []snapshot.Gap{{What: "what it declares", Manifest: &records[0].RecordID, Of: []snapshot.ObjectRef{use.By}, Why: "no YAML"}}
	findings, _ := verdict.Judge(&s, verdict.Options{Thorough: true})
	if findings[0].Reason != verdict.ReasonIncompleteEvidence {
		t.Errorf("with a record that may make it: %s", findings[0].Reason)
	}
}
