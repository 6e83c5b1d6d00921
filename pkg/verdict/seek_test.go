package verdict_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// TestSearches: what records elsewhere may say of an object is looked for in all their
// revisions, and none of their bodies is asked for; once, and anew for what nobody has
// looked for.
func TestSearches(t *testing.T) {
	far := rel("desk", "far")
	thorough := verdict.Options{Thorough: true}
	stray, role := account(ofBlog), made("ClusterRole", "seeder", "pre-install")
	bodies := []snapshot.Record{unread(far, 2, release.StatusDeployed), unread(far, 1, release.StatusSuperseded)}
	search := []string{"search of desk/far.v2", "search of desk/far.v1"}
	silent := func(of ...snapshot.Object) func(*snapshot.Snapshot) {
		return func(s *snapshot.Snapshot) {
			for _, o := range of {
				s.Sought = append(s.Sought, o.Ref())
			}
			for i := range s.Records {
				s.Records[i].Silent = true
			}
		}
	}
	for _, tt := range []struct {
		name    string
		object  snapshot.Object
		change  func(*snapshot.Snapshot)
		options verdict.Options
		want    []string
	}{
		{name: "an account, for ls", object: stray, want: search[:1]},
		{name: "an account, to prune it", object: stray, options: thorough, want: search},
		{name: "one that prune leaves alone", object: with(stray, annotation("helm.sh/resource-policy", "keep")), options: thorough, want: search[:1]},
		{name: "what has no namespace and no mark", object: role, want: search},
		{name: "searched for it", object: stray, change: silent(role, stray), options: thorough},
		{name: "searched for another one", object: stray, change: silent(role), options: thorough, want: search},
		{name: "searched, and one has come since", object: stray, options: thorough, want: []string{"search of desk/far.v3"}, change: func(s *snapshot.Snapshot) {
			silent(stray)(s)
			s.Records = append(s.Records, unread(far, 3, release.StatusFailed))
		}},
		{name: "searched, and one spoke", object: stray, options: thorough, change: func(s *snapshot.Snapshot) {
			silent(stray)(s)
			s.Records[1] = rec(far, 1, release.StatusSuperseded)
			s.Records[1].ManifestRead = true
		}},
		{name: "where one cannot be read that may say anything, the rest does not matter", object: stray, options: thorough, change: func(s *snapshot.Snapshot) {
			s.Gaps = append(s.Gaps, snapshot.Gap{What: "manifest", Namespace: "desk", Why: "test", Manifest: &bodies[1].RecordID})
		}},
		{name: "who uses it comes last", object: stray, options: thorough, want: search, change: func(s *snapshot.Snapshot) {
			s.Objects[0].UsersRead = false
		}},
		{name: "and is asked for then", object: stray, options: thorough, want: []string{"users of ServiceAccount shop/seeder"}, change: func(s *snapshot.Snapshot) {
			silent(stray)(s)
			s.Objects[0].UsersRead = false
		}},
		{name: "one that another release declares", object: stray, options: thorough, want: search[:1], change: func(s *snapshot.Snapshot) {
			s.Records = append(s.Records, rec(rel("shop", "wiki"), 1, release.StatusUninstalled, declares(refTo(stray))))
			s.Records[2].ManifestRead = true
		}},
	} {
		s := only(tt.object, append([]snapshot.Record{}, bodies...)...)
		s.Time, s.RecordsEverywhere, s.WitnessesEverywhere = someTime, true, true
		s.Objects[0].UsersRead = true
		if tt.change != nil {
			tt.change(&s)
		}
		_, lacks := verdict.Judge(&s, tt.options)
		if diff := cmp.Diff(tt.want, describe(lacks)); diff != "" {
			t.Errorf("%s: lacks (-want +got):\n%s", tt.name, diff)
		}
	}
}

// TestSearchesForWhatIsFinal: that nothing will delete an object is said when the records
// that Helm works from next have been searched, wherever they are and may be read. Other
// reasons do not say that.
func TestSearchesForWhatIsFinal(t *testing.T) {
	far := rel("desk", "far")
	found := rec(far, 2, release.StatusDeployed) // whose hooks were read, and not its manifest
	once := seed(events("post-install"), policy("before-hook-creation"))
	missed := account(policy("hook-succeeded"))
	misspelt := account(policy("x"))
	thorough := verdict.Options{Thorough: true}
	search := []string{"search of desk/far.v2", "search of desk/far.v1"}
	ofManifests := search[:1]
	for _, tt := range []struct {
		name     string
		reason   verdict.Reason
		object   snapshot.Object
		records  []snapshot.Record
		options  verdict.Options
		confined bool
		want     []string
	}{
		{name: "a Job that its release declares", reason: verdict.ReasonNeverRunsAgain, object: once, records: append(deployed(once), found), want: ofManifests},
		{
			name: "older revisions do not count", reason: verdict.ReasonNeverRunsAgain, object: once,
			records: append(deployed(once), unread(far, 2, release.StatusDeployed), unread(far, 1, release.StatusSuperseded)), want: ofManifests,
		},
		{
			name: "as far as rights reach", reason: verdict.ReasonNeverRunsAgain, object: once, confined: true,
			records: append(deployed(once), unread(far, 2, release.StatusDeployed)),
		},
		{
			name: "a Job whose reason does not say so", reason: verdict.ReasonNoDeletePolicy, object: seed(),
			records: append(deployed(seed()), unread(far, 2, release.StatusDeployed)),
		},
		{
			name: "but to prune it, since it may be shared", reason: verdict.ReasonNoDeletePolicy, object: seed(), options: thorough,
			records: append(deployed(seed()), unread(far, 2, release.StatusDeployed), unread(far, 1, release.StatusSuperseded)), want: search,
		},
		{name: "a Job that was dropped", reason: verdict.ReasonDropped, object: seed(), records: append(replacedBy(seed()), found), want: ofManifests},
		{name: "as far as rights reach, too", reason: verdict.ReasonDropped, object: seed(), confined: true, records: append(replacedBy(seed()), found)},
		{name: "an account that Helm was to delete", reason: verdict.ReasonPolicyMissed, object: missed, records: append(deployed(missed), found)},
		{name: "to prune it", reason: verdict.ReasonPolicyMissed, object: missed, options: thorough, records: append(deployed(missed), found), want: ofManifests},
		{name: "to prune it, wherever rights reach", reason: verdict.ReasonPolicyMissed, object: missed, confined: true, options: thorough, records: append(deployed(missed), found), want: []string{everywhere}},
		{name: "an account that a guard leaves alone", reason: verdict.ReasonPolicyUnknown, object: misspelt, records: append(deployed(misspelt), found), want: ofManifests},
		{name: "which needs no rights", reason: verdict.ReasonPolicyUnknown, object: misspelt, confined: true, options: thorough, records: append(deployed(misspelt), found)},
		{
			name: "an account that could be pruned needs them", reason: verdict.ReasonPolicyUnknown, object: misspelt, confined: true,
			options: verdict.Options{Allow: verdict.Guards(), Thorough: true}, records: deployed(misspelt), want: []string{everywhere},
		},
	} {
		s := only(tt.object, tt.records...)
		s.Time, s.Namespace = someTime, "shop"
		s.RecordsEverywhere, s.RecordsConfined = !tt.confined, tt.confined
		s.Objects[0].UsersRead = true
		for i := range s.Records {
			r := &s.Records[i]
			r.ManifestRead = r.Body != nil && r.Release.Namespace == "shop"
		}
		findings, lacks := verdict.Judge(&s, tt.options)
		if findings[0].Reason != tt.reason {
			t.Errorf("%s: %s, want %s", tt.name, findings[0].Reason, tt.reason)
		}
		if diff := cmp.Diff(tt.want, describe(lacks)); diff != "" {
			t.Errorf("%s: lacks (-want +got):\n%s", tt.name, diff)
		}
	}
}

// TestFoundElsewhere: a user of an older revision, in another namespace, has prune leave an
// object alone, as one that the newest declares does.
func TestFoundElsewhere(t *testing.T) {
	far := rel("desk", "far")
	job := snapshot.ObjectRef{APIVersion: "batch/v1", Kind: "Job", Namespace: "shop", Name: "check"}
	for revision := 1; revision <= 2; revision++ {
		s := only(account(ofBlog), rec(far, 2, release.StatusDeployed), rec(far, 1, release.StatusSuperseded))
		s.Uses = []snapshot.Use{{Of: s.Objects[0].Ref(), By: job, Field: "spec.x", Record: &snapshot.RecordID{Release: far, Revision: revision}}}
		f := judgedFirst(t, s, verdict.Options{Thorough: true})
		if len(f.Refusals) != 1 || f.Refusals[0].Guard != verdict.GuardReferenced {
			t.Errorf("used by revision %d: %+v, want it refused as %s", revision, f.Refusals, verdict.GuardReferenced)
		}
	}
}

// TestGapsElsewhere: what could not be read of records that may say something of an object
// has prune leave it alone, wherever they are stored.
func TestGapsElsewhere(t *testing.T) {
	far := snapshot.RecordID{Release: rel("desk", "far"), Revision: 1}
	o, other := account(ofBlog), made("Secret", "x", "test")
	manifest := func(of ...snapshot.Object) snapshot.Gap {
		g := snapshot.Gap{What: "manifest", Why: "test", Namespace: "desk", Manifest: &far}
		for _, o := range of {
			g.Of = append(g.Of, o.Ref())
		}
		return g
	}
	record := snapshot.Gap{What: "record", Why: "test", Namespace: "desk", Record: &far}
	unreached := func(g snapshot.Gap) snapshot.Gap { g.Unreached = true; return g }
	lasting := func(g snapshot.Gap) snapshot.Gap { g.Unreached, g.Lasting = true, true; return g }
	spoilt := snapshot.Gap{What: "records", Why: "test", Records: snapshot.Secrets, Namespace: "desk"}
	missed, once := account(policy("hook-succeeded")), seed(events("post-install"), policy("before-hook-creation"))
	for _, tt := range []struct {
		name    string
		object  snapshot.Object
		records []snapshot.Record
		sought  []snapshot.Object
		gap     snapshot.Gap
		want    bool
	}{
		{"one that may say anything", o, nil, objects(o), manifest(), true},
		{"one that says something of it", o, nil, objects(o, other), manifest(other, o), true},
		{"one that says something of another one", o, nil, objects(o, other), manifest(other), false},
		{"a record that cannot be read at all", o, nil, objects(o), record, true},
		{"one that may say anything, of a Job", seed(), replacedBy(seed()), objects(seed()), manifest(), true},
		{"one that says something of it, of a Job", seed(), replacedBy(seed()), objects(seed(), other), manifest(other, seed()), true},
		{"a record that cannot be read at all, of a Job", seed(), replacedBy(seed()), objects(seed()), record, false},
		{"a record that cannot be read at all, of an account that Helm was to delete", missed, deployed(missed), objects(missed), record, false},
		{"a record of which the server had no answer", o, nil, objects(o), unreached(record), true},
		{"that, of a Job", seed(), replacedBy(seed()), objects(seed()), unreached(record), true},
		{"that, of a Job that its release declares", once, deployed(once), objects(once), unreached(record), true},
		{"a manifest of which it had none, of that Job", once, deployed(once), objects(once), unreached(manifest()), true},
		{"records of which it had none, of that Job", once, deployed(once), objects(once), unreached(snapshot.Gap{What: "records", Why: "test", Records: snapshot.Secrets, Besides: []string{"shop"}}), true},
		{"records of one namespace of which it had none, of that Job", once, deployed(once), objects(once), unreached(spoilt), true},
		{"those of which it will have none, of that Job", once, deployed(once), objects(once), lasting(spoilt), false},
		{"those, of a Job", seed(), replacedBy(seed()), objects(seed()), lasting(spoilt), false},
		{"those, of an account that Helm was to delete", missed, deployed(missed), objects(missed), lasting(spoilt), false},
		{"those, of an account", o, nil, objects(o), lasting(spoilt), true},
		{"those beside it, of a Job", seed(), replacedBy(seed()), objects(seed()), lasting(snapshot.Gap{What: "records", Why: "test", Records: snapshot.Secrets, Namespace: "shop"}), true},
		{"a manifest that may say anything, of that Job", once, deployed(once), objects(once), manifest(), true},
		{"one that says something of that Job", once, deployed(once), objects(once, other), manifest(other, once), true},
		{"one that says something of another one than that Job", once, deployed(once), objects(once, other), manifest(other), false},
		{"a record that cannot be read at all, of that Job", once, deployed(once), objects(once), record, false},
	} {
		s := only(tt.object, append(slices.Clone(tt.records), rec(far.Release, far.Revision, release.StatusSuperseded))...)
		for _, sought := range tt.sought {
			s.Sought = append(s.Sought, sought.Ref())
		}
		s.Gaps = []snapshot.Gap{tt.gap}
		f := judgedFirst(t, s, verdict.Options{})
		if got := f.Reason == verdict.ReasonIncompleteEvidence; got != tt.want || f.Prunable() == tt.want {
			t.Errorf("%s: %s, prunable %v", tt.name, f.Reason, f.Prunable())
		}
	}
}

// TestRecordsElsewhereUnlisted: who may not list the records of other namespaces prunes what
// runs, and what was to be deleted after its run; whom anything else serves nobody can tell.
func TestRecordsElsewhereUnlisted(t *testing.T) {
	misspelt, missed := account(policy("x")), account(policy("hook-succeeded"))
	for _, tt := range []struct {
		name    string
		object  snapshot.Object
		records []snapshot.Record
		allow   []verdict.Guard
		want    bool
	}{
		{"a Job that was dropped", seed(), replacedBy(seed()), nil, false},
		{"an account that Helm was to delete", missed, deployed(missed), nil, false},
		{"an account that a guard leaves alone", misspelt, deployed(misspelt), nil, false},
		{"an account that none does", misspelt, deployed(misspelt), verdict.Guards(), true},
	} {
		s := only(tt.object, tt.records...)
		s.Namespace, s.RecordsConfined = "shop", true
		for _, namespace := range []string{"", "hall"} { // where it may list namespaces each is named
			g := snapshot.Gap{What: "records", Why: "test", Records: snapshot.Secrets, Namespace: namespace}
			if namespace == "" {
				g.Besides = []string{"shop"}
			}
			s.Gaps = []snapshot.Gap{g}
			f := judgedFirst(t, s, verdict.Options{Thorough: true, Allow: tt.allow})
			if got := f.Reason == verdict.ReasonIncompleteEvidence; got != tt.want {
				t.Errorf("%s, records unlisted in %q: %s, prunable %v", tt.name, namespace, f.Reason, f.Prunable())
			}
		}
	}
}

// TestNoAnswerBeside: where the server had no answer to what is beside an object, a reason
// that nothing will delete it is not given, whatever rights are.
func TestNoAnswerBeside(t *testing.T) {
	once := seed(events("post-install"), policy("before-hook-creation"))
	for _, tt := range []struct {
		name      string
		object    snapshot.Object
		namespace string
		want      bool
	}{
		{"beside it", once, "shop", true},
		{"elsewhere, where nobody may look", once, "desk", false},
		{"beside what is not said to stay", seed(), "shop", false},
	} {
		s := only(tt.object, deployed(tt.object)...)
		s.Namespace, s.RecordsConfined = "shop", true
		s.Gaps = []snapshot.Gap{{What: "records", Why: "timed out", Records: snapshot.ConfigMaps, Namespace: tt.namespace, Unreached: true}}
		f := judgedFirst(t, s, verdict.Options{})
		if got := f.Reason == verdict.ReasonIncompleteEvidence; got != tt.want {
			t.Errorf("%s: %s", tt.name, f.Reason)
		}
	}
}
