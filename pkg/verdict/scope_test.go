package verdict_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

func TestScopeIncludes(t *testing.T) {
	find := func(namespace string, id *snapshot.ReleaseID) *verdict.Finding {
		o := job(namespace, "a")
		return &verdict.Finding{Object: &o, Release: id}
	}
	shopBlog, deskBlog, shopWiki := rel("shop", "blog"), rel("desk", "blog"), rel("shop", "wiki")
	inShop, ofBlog := verdict.Scope{Namespace: "shop"}, verdict.Scope{Releases: called("x", "blog")}
	both := verdict.Scope{Namespace: "shop", Releases: called("blog")}
	for _, tt := range []struct {
		name  string
		scope verdict.Scope
		find  *verdict.Finding
		want  bool
	}{
		{"everything", verdict.Scope{}, find("shop", nil), true},
		{"everything, without a namespace", verdict.Scope{}, find("", nil), true},
		{"the namespace", inShop, find("shop", nil), true},
		{"another namespace", inShop, find("desk", nil), false},
		{"a foreign release's object in the namespace", inShop, find("shop", &deskBlog), true},
		{"the namespace's release's object elsewhere", inShop, find("desk", &shopBlog), false},
		{"the namespace's release's object without a namespace", inShop, find("", &shopBlog), true},
		{"a foreign release's object without a namespace", inShop, find("", &deskBlog), false},
		{"nobody's object without a namespace", inShop, find("", nil), false},
		{"the release", ofBlog, find("shop", &shopBlog), true},
		{"the release of another namespace", ofBlog, find("desk", &deskBlog), true},
		{"another release", ofBlog, find("shop", &shopWiki), false},
		{"nobody's", ofBlog, find("shop", nil), false},
		{"the namespace's release", both, find("shop", &shopBlog), true},
		{"the namespace's release, elsewhere", both, find("desk", &shopBlog), true},
		{"the namespace's release, without a namespace", both, find("", &shopBlog), true},
		{"the release of that name of another namespace", both, find("desk", &deskBlog), false},
		{"a foreign release of that name, in the namespace", both, find("shop", &deskBlog), true},
		{"another release of the namespace", both, find("shop", &shopWiki), false},
	} {
		if got := tt.scope.Includes(tt.find); got != tt.want {
			t.Errorf("%s: Includes = %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestScopeSelectKeepsItsArgument(t *testing.T) {
	snap := &snapshot.Snapshot{Objects: []snapshot.Object{job("a", "1"), job("b", "2"), job("c", "3"), job("b", "4")}}
	findings, _ := verdict.Judge(snap, verdict.Options{})
	selected := verdict.Scope{Namespace: "b"}.Select(findings)
	if diff := cmp.Diff([]string{"b/Job/2", "b/Job/4"}, names(selected)); diff != "" {
		t.Errorf("selected (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"a/Job/1", "b/Job/2", "b/Job/4", "c/Job/3"}, names(findings)); diff != "" {
		t.Errorf("the argument afterwards (-want +got):\n%s", diff)
	}
}

func TestScopeUnknown(t *testing.T) {
	snap := &snapshot.Snapshot{
		Records: []snapshot.Record{unread(rel("shop", "hookless"), 1, release.StatusDeployed), unread(rel("desk", "far"), 1, release.StatusFailed)},
		Objects: []snapshot.Object{with(job("shop", "a"), label("release", "gone")), job("shop", "nobody")},
	}
	findings, _ := verdict.Judge(snap, verdict.Options{})
	for _, tt := range []struct {
		scope verdict.Scope
		want  []verdict.ReleaseName
	}{
		{verdict.Scope{}, nil},
		{verdict.Scope{Releases: called("hookless", "gone", "far")}, nil},
		{verdict.Scope{Releases: called("nobody", "gone", "typo")}, called("nobody", "typo")},
		{verdict.Scope{Namespace: "shop", Releases: called("hookless", "gone", "far")}, called("far")},
		{verdict.Scope{Namespace: "desk", Releases: called("hookless", "gone", "far")}, called("hookless", "gone")},
	} {
		if diff := cmp.Diff(tt.want, tt.scope.Unknown(snap, findings)); diff != "" {
			t.Errorf("%+v: unknown (-want +got):\n%s", tt.scope, diff)
		}
	}
}

// TestNoNamespaceOutOfScope: of what has no namespace nothing is asked for where one was
// asked for that its release is not stored in: it is not shown.
func TestNoNamespaceOutOfScope(t *testing.T) {
	for _, tt := range []struct {
		name      string
		release   string // its namespace
		namespace string // that was asked for
		want      bool
	}{
		{"all namespaces", "desk", "", true},
		{"that of its release", "shop", "shop", true},
		{"another one", "desk", "shop", false},
	} {
		s := &snapshot.Snapshot{Namespace: tt.namespace, Time: someTime, Objects: objects(with(clusterScoped("a"), ownedBy("gone", tt.release)))}
		f, lacks := verdict.Judge(s, verdict.Options{Namespace: tt.namespace})
		if got := !lacks.None(); got != tt.want || f[0].Verdict != verdict.Orphan {
			t.Errorf("%s: %s, lacking %v", tt.name, f[0].Reason, describe(lacks))
		}
		if shown := (verdict.Scope{Namespace: tt.namespace}).Includes(&f[0]); shown != tt.want {
			t.Errorf("%s: shown %v", tt.name, shown)
		}
	}
}
