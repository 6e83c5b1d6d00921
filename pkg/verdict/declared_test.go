package verdict_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// told says of each finding what it is, whose by which revision, and its status.
func told(findings []verdict.Finding) []string {
	var out []string
	for _, f := range findings {
		name := f.Object.Name
		if name == "" {
			name = f.Object.GenerateName + "*"
		}
		revision := 0
		if f.Claim != nil {
			revision = f.Claim.Record.Revision
		}
		out = append(out, fmt.Sprintf("%s/%s/%s r%d %s", f.Object.Kind, f.Object.Namespace, name, revision, f.Status))
	}
	slices.Sort(out)
	return out
}

func TestDeclaredAndNotThere(t *testing.T) {
	blog := rel("shop", "blog")
	role := release.Ref{APIVersion: "rbac.authorization.k8s.io/v1", Kind: "ClusterRole", Name: "r"}
	generated := release.Ref{APIVersion: "batch/v1", Kind: "Job", GenerateName: "g-"}
	generatedToo := release.Ref{APIVersion: "batch/v1", Kind: "Job", GenerateName: "h-"}
	live := with(job("shop", "g-abcde"), func(o *snapshot.Object) { o.GenerateName = "g-" })
	snap := &snapshot.Snapshot{
		RecordsEverywhere: true,
		Kinds: []snapshot.Kind{
			{Group: "batch", Version: "v1", Resource: "jobs", Kind: "Job", Namespaced: true},
			{Group: "rbac.authorization.k8s.io", Version: "v1", Resource: "clusterroles", Kind: "ClusterRole"},
		},
		Objects: []snapshot.Object{job("shop", "a"), live},
		Records: []snapshot.Record{
			rec(blog, 3, release.StatusFailed, declares(jobRef("a")), declares(jobRef("new")), declares(in("desk", jobRef("far")))),
			rec(blog, 2, release.StatusDeployed, declares(jobRef("a")), declares(jobRef("kept")), declares(role), declares(generated), declares(generatedToo)),
			rec(blog, 1, release.StatusSuperseded, declares(jobRef("a")), declares(jobRef("old"))),
			rec(rel("desk", "wiki"), 1, release.StatusDeployed, declares(jobRef("w"))),
		},
	}
	for _, tt := range []struct {
		name      string
		namespace string
		options   verdict.Options
		want      []string
	}{
		{"without asking", "", verdict.Options{}, []string{"Job/shop/g-abcde r2 Unknown", "Job/shop/a r3 Unknown"}},
		{"of all releases", "", verdict.Options{Declared: true}, []string{
			"Job/desk/w r1 Absent",
			"Job/shop/h-* r2 Absent", "Job/shop/g-abcde r2 Unknown", "Job/shop/a r3 Unknown",
			"Job/desk/far r3 Absent", "Job/shop/kept r2 Absent", "Job/shop/new r3 Absent", "ClusterRole//r r2 Absent",
		}},
		{"of one namespace", "desk", verdict.Options{Declared: true}, []string{
			"Job/desk/w r1 Absent", "Job/shop/g-abcde r2 Unknown", "Job/shop/a r3 Unknown",
		}},
		{"of one release", "", verdict.Options{Declared: true, Releases: called("wiki")}, []string{
			"Job/desk/w r1 Absent", "Job/shop/g-abcde r2 Unknown", "Job/shop/a r3 Unknown",
		}},
		{"of one revision", "", verdict.Options{Revision: 1, Releases: called("blog")}, []string{"Job/shop/a r1 Unknown", "Job/shop/old r1 Absent"}},
		{"of a revision that nobody has", "", verdict.Options{Revision: 9}, nil},
	} {
		s := *snap
		s.Namespace = tt.namespace
		findings, lacks := verdict.Judge(&s, tt.options)
		if !lacks.None() {
			t.Errorf("%s: lacks %+v", tt.name, lacks)
		}
		slices.Sort(tt.want)
		if diff := cmp.Diff(tt.want, told(findings)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
		for _, f := range findings {
			if f.Live == (f.Status == verdict.Absent) {
				t.Errorf("%s: %s is live: %v, and %s", tt.name, f.Object.Name, f.Live, f.Status)
			}
		}
	}
}

// One record may declare an object twice, in two documents for other events.
func TestDeclaredTwice(t *testing.T) {
	blog := rel("shop", "blog")
	first, second := declares(jobRef("a")), declares(jobRef("a"))
	first.Declared.Events, second.Declared.Events = []hook.Event{hook.PreInstall}, []hook.Event{hook.PreUpgrade}
	snap := &snapshot.Snapshot{Records: []snapshot.Record{
		rec(blog, 2, release.StatusFailed, first, second), rec(blog, 1, release.StatusDeployed, first, second),
	}}
	findings, _ := verdict.Judge(snap, verdict.Options{Declared: true})
	var got []hook.Event
	for _, f := range findings {
		got = append(got, f.Declared.Events...)
	}
	if diff := cmp.Diff([]hook.Event{hook.PreInstall, hook.PreUpgrade}, got); diff != "" {
		t.Errorf("events of an object declared twice (-want +got):\n%s", diff)
	}
}

// A List bears the annotation itself, and its children do not.
func TestDeclaredChildrenAreNotAnnotated(t *testing.T) {
	named, list := declares(jobRef("a")), declares(jobRef("b"), jobRef("c"))
	named.Name, named.Kind = "a", "Job"
	list.Name, list.Kind = "", "List"
	findings, _ := verdict.Judge(&snapshot.Snapshot{
		Records: []snapshot.Record{rec(rel("shop", "blog"), 1, release.StatusDeployed, named, list)},
	}, verdict.Options{Declared: true})
	got := make(map[string]bool)
	for _, f := range findings {
		got[f.Object.Name] = f.Annotated
	}
	if diff := cmp.Diff(map[string]bool{"a": true, "b": false, "c": false}, got); diff != "" {
		t.Errorf("annotated (-want +got):\n%s", diff)
	}
}

// A revision is told as it was, whatever the live object says by now.
func TestRevisionTellsItsOwnDeclaration(t *testing.T) {
	was := declares(jobRef("a"))
	was.Declared = hook.Declaration{Events: []hook.Event{hook.PostDelete}, Weight: 7}
	blog := rel("shop", "blog")
	snap := &snapshot.Snapshot{
		Objects: []snapshot.Object{with(job("shop", "a"), annotation(hook.Annotation, "test"))},
		Records: []snapshot.Record{rec(blog, 2, release.StatusDeployed, declares(jobRef("a"))), rec(blog, 1, release.StatusSuperseded, was)},
	}
	findings, _ := verdict.Judge(snap, verdict.Options{Revision: 1})
	if len(findings) != 1 || findings[0].Declared.Weight != 7 || findings[0].Declared.Events[0] != hook.PostDelete {
		t.Errorf("revision 1 is told as %+v", findings)
	}
}

// Where objects could not be listed, nobody knows whether they are there.
func TestUnlistedIsNotAbsent(t *testing.T) {
	blog := rel("shop", "blog")
	jobs := snapshot.Kind{Group: "batch", Version: "v1", Resource: "jobs", Kind: "Job", Namespaced: true}
	for _, tt := range []struct {
		name string
		gap  snapshot.Gap
		want verdict.Status
	}{
		{"the kind", snapshot.Gap{Kind: &jobs}, verdict.StatusUnknown},
		{"the kind, there", snapshot.Gap{Kind: &jobs, Namespace: "shop"}, verdict.StatusUnknown},
		{"the kind, elsewhere", snapshot.Gap{Kind: &jobs, Namespace: "desk"}, verdict.Absent},
		{"everything there", snapshot.Gap{Everything: true, Namespace: "shop"}, verdict.StatusUnknown},
		{"everything elsewhere", snapshot.Gap{Everything: true, Namespace: "desk"}, verdict.Absent},
		{"records", snapshot.Gap{Records: snapshot.ConfigMaps}, verdict.Absent},
	} {
		findings, _ := verdict.Judge(&snapshot.Snapshot{
			Records: []snapshot.Record{rec(blog, 1, release.StatusDeployed, declares(jobRef("a")))}, Gaps: []snapshot.Gap{tt.gap},
		}, verdict.Options{Declared: true})
		if len(findings) != 1 || findings[0].Status != tt.want {
			t.Errorf("%s could not be read: %v, want %s", tt.name, told(findings), tt.want)
		}
	}
}

// What is declared in a namespace that was not listed is absent only if it was
// looked for there.
func TestNotLookedForIsNotAbsent(t *testing.T) {
	blog := rel("shop", "blog")
	far := declares(in("desk", jobRef("far")))
	generated := declares(in("desk", release.Ref{APIVersion: "batch/v1", Kind: "Job", GenerateName: "g-"}))
	unreadable := declares(release.Ref{Kind: "Job", Name: "u"})
	unreadable.Unreadable = "its manifest is odd"
	missing := []snapshot.Missing{{Group: "batch", Kind: "Job", Namespace: "desk", Name: "far"}}
	for _, tt := range []struct {
		name       string
		namespaces []string
		missing    []snapshot.Missing
		hook       release.Hook
		want       verdict.Status
	}{
		{"all were listed", nil, nil, far, verdict.Absent},
		{"it was listed", []string{"desk", "shop"}, nil, far, verdict.Absent},
		{"it was not listed", []string{"shop"}, nil, far, verdict.StatusUnknown},
		{"it was not listed, and looked for", []string{"shop"}, missing, far, verdict.Absent},
		{"a generated name cannot be looked for", []string{"shop"}, missing, generated, verdict.StatusUnknown},
		{"nobody knows where it would be", nil, nil, unreadable, verdict.StatusUnknown},
	} {
		findings, _ := verdict.Judge(&snapshot.Snapshot{
			Namespace: "shop", Namespaces: tt.namespaces, Missing: tt.missing, RecordsEverywhere: true,
			Records: []snapshot.Record{rec(blog, 1, release.StatusDeployed, tt.hook)},
		}, verdict.Options{Declared: true})
		if len(findings) != 1 || findings[0].Status != tt.want {
			t.Errorf("%s: %v, want %s", tt.name, told(findings), tt.want)
		}
	}
}

// A live object that a release declares is told as its own to who asks for it by
// name, though another release would be named else.
func TestSharedObjectsAreShownToWhoAsks(t *testing.T) {
	shared := declares(jobRef("shared"))
	snap := &snapshot.Snapshot{
		RecordsEverywhere: true, Objects: []snapshot.Object{job("shop", "shared")},
		Records: []snapshot.Record{
			rec(rel("shop", "aaa"), 1, release.StatusDeployed, shared), rec(rel("shop", "bbb"), 1, release.StatusDeployed, shared),
		},
	}
	for _, name := range []string{"aaa", "bbb"} {
		findings, _ := verdict.Judge(snap, verdict.Options{Releases: called(name), Declared: true})
		if len(findings) != 1 || findings[0].Release.Name != name || !findings[0].Live {
			t.Errorf("asked for %s: %v", name, told(findings))
		}
	}
}

// A child of a List in another namespace bears no annotation: it is a hook object
// to who asks for its release, and live to who asks what is declared.
func TestChildrenElsewhere(t *testing.T) {
	child := with(job("desk", "child"), unannotated)
	snap := &snapshot.Snapshot{
		RecordsEverywhere: true, Objects: []snapshot.Object{child},
		Records: []snapshot.Record{rec(rel("shop", "blog"), 1, release.StatusDeployed, declares(in("desk", jobRef("child"))))},
	}
	for _, tt := range []struct {
		name    string
		options verdict.Options
		want    int
	}{
		{"a plain list", verdict.Options{}, 0},
		{"the release", verdict.Options{Releases: called("blog")}, 1},
		{"what is declared", verdict.Options{Declared: true}, 1},
		{"a revision", verdict.Options{Revision: 1}, 1},
	} {
		findings, _ := verdict.Judge(snap, tt.options)
		if len(findings) != tt.want || (tt.want == 1 && !findings[0].Live) {
			t.Errorf("%s: %v, want %d, live", tt.name, told(findings), tt.want)
		}
	}
}
