package verdict

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// What an index finds is what a walk over everything finds, in the same order.
func TestIndexesFindWhatWalksFind(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	some := func(of ...string) string { return of[random.IntN(len(of))] }
	namespace := func() string { return some("", "a", "b", "c") }
	name := func() string { return some("x", "y", "z") }

	all := newDeclarations[string]()
	walk := make(map[string][]declaration)
	uses := make([]snapshot.Use, 0, 200)
	for i := range 200 {
		key := name()
		d := declaration{Claim{Record: &snapshot.Record{}, Index: i}, &release.Ref{Kind: "Job", Namespace: some("a", "b", "c"), Name: key}}
		all.add(key, d)
		walk[key] = append(walk[key], d)
		uses = append(uses, snapshot.Use{Of: snapshot.ObjectRef{Namespace: namespace(), Name: name()}, Field: fmt.Sprint(i)})
	}
	found := newUses(uses)
	for range 100 {
		o := &snapshot.Object{Kind: "Job", Namespace: namespace(), Name: name()}
		var want, got []int
		for _, d := range walk[o.Name] {
			if d.matches(o) {
				want = append(want, d.claim.Index)
			}
		}
		for d := range all.of(o.Name, o.Namespace) {
			if d.matches(o) {
				got = append(got, d.claim.Index)
			}
		}
		if o.Namespace == "" { // those of one namespace after the other: claims are sorted later
			slices.Sort(got)
		}
		if !slices.Equal(got, want) {
			t.Errorf("declarations of %s/%s: %v, want %v", o.Namespace, o.Name, got, want)
		}
		var wantUses, gotUses []string
		for i := range uses {
			if concerns(&uses[i], o) {
				wantUses = append(wantUses, uses[i].Field)
			}
		}
		for _, u := range found.of(o) {
			if concerns(u, o) {
				gotUses = append(gotUses, u.Field)
			}
		}
		if !slices.Equal(gotUses, wantUses) {
			t.Errorf("uses of %s/%s: %v, want %v", o.Namespace, o.Name, gotUses, wantUses)
		}
	}
}

// Of two HelmReleases that bear one name the first counts, as when one looks for it.
func TestSignsFindWhatWalksFind(t *testing.T) {
	s := &snapshot.Snapshot{
		HelmReleases: []snapshot.HelmRelease{
			{Namespace: "a", Name: "x", Release: "first"},
			{Namespace: "a", Name: "x", Release: "second"},
			{Namespace: "b", Name: "x", Release: "other"},
		},
		Terminating: []string{"a"},
	}
	found := newSigns(s)
	for _, n := range []snapshot.FluxName{{Namespace: "a", Name: "x"}, {Namespace: "b", Name: "x"}, {Namespace: "c", Name: "x"}} {
		if got, want := found.flux[n], s.FluxRelease(n); got != want {
			t.Errorf("%v is %+v, want %+v", n, got, want)
		}
	}
	if !found.terminating["a"] || found.terminating["b"] {
		t.Errorf("terminating: %v", found.terminating)
	}
}

// Findings that are equal stay as they stand: sorting by place is a stable sort.
func TestSortingByPlaceIsStable(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for n := range 60 {
		list := make([]Finding, n)
		for i := range list {
			list[i] = Finding{
				Object:   &snapshot.Object{Namespace: fmt.Sprint(random.IntN(3)), Name: fmt.Sprint(random.IntN(3)), UID: fmt.Sprint(i)},
				Declared: hook.Declaration{Weight: random.IntN(2)},
			}
		}
		want := slices.Clone(list)
		slices.SortStableFunc(want, func(a, b Finding) int { return compareFindings(&a, &b) })
		sortFindings(list)
		for i := range list {
			if list[i].Object.UID != want[i].Object.UID {
				t.Fatalf("%d findings: number %d is %s, want %s", n, i, list[i].Object.UID, want[i].Object.UID)
			}
		}
	}
}

// tenants is a cluster in which each namespace has the same release of the same chart,
// with live hook objects of one name, and orphans of releases that are gone.
func tenants(namespaces, revisions int) *snapshot.Snapshot {
	s := &snapshot.Snapshot{RecordsEverywhere: true, WitnessesEverywhere: true}
	for n := range namespaces {
		ns := fmt.Sprintf("tenant-%d", n)
		id := snapshot.ReleaseID{Driver: snapshot.Secrets, Namespace: ns, Name: "app"}
		for r := range revisions {
			s.Records = append(s.Records, snapshot.Record{
				RecordID: snapshot.RecordID{Release: id, Revision: r + 1}, Status: release.StatusDeployed, ManifestRead: true,
				Body: &release.Body{Name: "app", Namespace: ns, Revision: r + 1, Hooks: []release.Hook{{
					Name: "migrate", Kind: "Job", Events: []hook.Event{hook.PreUpgrade},
					Objects: []release.Ref{{APIVersion: "batch/v1", Kind: "Job", Name: "migrate"}},
				}}},
			})
		}
		s.Witnesses = append(s.Witnesses, snapshot.Witness{Release: "app", Namespace: ns, Mark: snapshot.MarkAnnotation})
		for _, o := range []struct{ name, release string }{{"migrate", "app"}, {"left", "gone"}} {
			s.Objects = append(s.Objects, snapshot.Object{
				APIVersion: "batch/v1", Kind: "Job", Namespace: ns, Name: o.name, UID: ns + o.name, Author: "helm", UsersRead: true,
				Labels: map[string]string{labelInstance: o.release}, Annotations: map[string]string{hook.Annotation: "pre-upgrade"},
				Run: &snapshot.Run{Phase: snapshot.RunSucceeded},
			})
		}
		s.Uses = append(s.Uses, snapshot.Use{Of: snapshot.ObjectRef{Kind: "Job", Namespace: ns, Name: "left"}, By: snapshot.ObjectRef{Kind: "Pod", Namespace: ns, Name: "p"}})
	}
	return s
}

// BenchmarkJudge tells what a hook object costs. It must not grow with how many there are.
func BenchmarkJudge(b *testing.B) {
	for _, namespaces := range []int{100, 1_000, 10_000} {
		b.Run(fmt.Sprintf("objects=%d", 2*namespaces), func(b *testing.B) {
			s := tenants(namespaces, 5)
			b.ReportAllocs()
			for b.Loop() {
				if findings, lacks := Judge(s, Options{}); len(findings) != 2*namespaces || !lacks.None() {
					b.Fatalf("%d findings, lacking %+v", len(findings), lacks)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*2*namespaces), "ns/object")
		})
	}
}

// What judging allocates for an object does not depend on how many others there are.
func TestJudgingAllocatesAlike(t *testing.T) {
	each := func(namespaces int) float64 {
		s := tenants(namespaces, 5)
		return testing.AllocsPerRun(3, func() { Judge(s, Options{}) }) / float64(2*namespaces)
	}
	few, many := each(50), each(1_000)
	t.Logf("%.1f allocations for each of 100 objects, %.1f for each of 2000", few, many)
	if many > few*1.2 {
		t.Errorf("%.1f allocations for each of 2000 objects, and %.1f for each of 100", many, few)
	}
}
