package verdict_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// everywhere stands for the metadata of all records in a list of what is lacking.
const everywhere = "records everywhere"

func describe(l verdict.Lacks) []string {
	var out []string
	for _, id := range l.Bodies {
		out = append(out, fmt.Sprintf("%s/%s.v%d", id.Release.Namespace, id.Release.Name, id.Revision))
	}
	if l.RecordsEverywhere {
		out = append(out, everywhere)
	}
	for _, id := range l.Manifests {
		out = append(out, fmt.Sprintf("manifest of %s/%s.v%d", id.Release.Namespace, id.Release.Name, id.Revision))
	}
	for _, id := range l.Search.Records {
		out = append(out, fmt.Sprintf("search of %s/%s.v%d", id.Release.Namespace, id.Release.Name, id.Revision))
	}
	for _, d := range l.Runs {
		out = append(out, fmt.Sprintf("%s %s/%s", d.Kind, d.Namespace, d.Name))
	}
	for _, ref := range l.Users {
		out = append(out, fmt.Sprintf("users of %s %s/%s", ref.Kind, ref.Namespace, ref.Name))
	}
	if l.Dependents {
		out = append(out, "dependents")
	}
	if l.Witnesses {
		out = append(out, "witnesses")
	}
	for _, name := range l.HelmReleases {
		out = append(out, fmt.Sprintf("HelmRelease %s/%s", name.Namespace, name.Name))
	}
	return out
}

// source is a cluster as the settle loop sees it. Bodies come only on demand, and
// some of them cannot be read.
type source struct {
	snap       *snapshot.Snapshot
	bodies     map[snapshot.RecordID]*release.Body
	elsewhere  []snapshot.Record
	unreadable map[snapshot.RecordID]bool
}

// newSource takes the bodies out of a whole snapshot, and the records of other
// namespaces unless everything was asked for.
func newSource(whole *snapshot.Snapshot) *source {
	s := &source{
		snap:       &snapshot.Snapshot{Namespace: whole.Namespace, RecordsEverywhere: whole.Namespace == "", Objects: whole.Objects},
		bodies:     make(map[snapshot.RecordID]*release.Body),
		unreadable: make(map[snapshot.RecordID]bool),
	}
	if whole.Namespace != "" {
		s.snap.Namespaces = []string{whole.Namespace}
	}
	for _, r := range whole.Records {
		s.bodies[r.RecordID] = r.Body
		r.Body = nil
		if whole.Namespace == "" || r.Release.Namespace == whole.Namespace {
			s.snap.Records = append(s.snap.Records, r)
		} else {
			s.elsewhere = append(s.elsewhere, r)
		}
	}
	return s
}

// settle fills lacks until there are none. It returns what was lacking in each
// round, and fails when a body is asked for twice, or out of nowhere.
func (s *source) settle(t *testing.T, o verdict.Options) ([]verdict.Finding, [][]string) {
	t.Helper()
	var rounds [][]string
	asked := make(map[snapshot.RecordID]bool)
	for len(rounds) < 100 {
		findings, lacks := verdict.Judge(s.snap, o)
		if lacks.None() {
			return findings, rounds
		}
		rounds = append(rounds, describe(lacks))
		if lacks.RecordsEverywhere {
			if s.snap.RecordsEverywhere {
				t.Fatal("the records of all namespaces are asked for twice")
			}
			s.snap.RecordsEverywhere = true
			s.snap.Records = append(s.snap.Records, s.elsewhere...)
		}
		for _, id := range lacks.Bodies {
			if asked[id] {
				t.Fatalf("the body of %v is asked for twice", id)
			}
			asked[id] = true
			i := slices.IndexFunc(s.snap.Records, func(r snapshot.Record) bool { return r.RecordID == id })
			if i < 0 {
				t.Fatalf("the body of %v is asked for, a record that nobody has shown", id)
			}
			if s.unreadable[id] {
				s.snap.Gaps = append(s.snap.Gaps, snapshot.Gap{What: "record", Why: "test", Record: &id})
			} else {
				s.snap.Records[i].Body = s.bodies[id]
			}
		}
		s.fillTheRest(t, lacks)
	}
	t.Fatalf("it does not settle; the last rounds lacked %v", rounds[95:])
	return nil, nil
}

// fillTheRest fills what verdicts lack beyond attribution. Nobody uses anything here.
func (s *source) fillTheRest(t *testing.T, lacks verdict.Lacks) {
	t.Helper()
	for _, id := range lacks.Manifests {
		i := slices.IndexFunc(s.snap.Records, func(r snapshot.Record) bool { return r.RecordID == id })
		switch r := &s.snap.Records[i]; {
		case r.ManifestRead:
			t.Fatalf("the manifest of %v is asked for twice", id)
		case s.unreadable[id]:
			s.snap.Gaps = append(s.snap.Gaps, snapshot.Gap{What: "manifest", Why: "test", Manifest: &id})
		default:
			r.Body, r.ManifestRead = s.bodies[id], true
		}
	}
	s.search(t, lacks.Search)
	for _, d := range lacks.Runs {
		if slices.ContainsFunc(s.snap.Runs, func(k snapshot.KnownRun) bool { return k.DeclaredRun == d }) {
			t.Fatalf("%+v is looked for twice", d)
		}
		s.snap.Runs = append(s.snap.Runs, snapshot.KnownRun{DeclaredRun: d})
	}
	for _, ref := range lacks.Users {
		for i := range s.snap.Objects {
			if o := &s.snap.Objects[i]; o.UID == ref.UID {
				o.UsersRead = true
			}
		}
	}
	if lacks.Dependents {
		s.snap.Restricted = false
	}
	if lacks.Witnesses && s.snap.WitnessesEverywhere {
		t.Fatal("witnesses are asked for twice")
	}
	s.snap.WitnessesEverywhere = s.snap.WitnessesEverywhere || lacks.Witnesses
	for _, name := range lacks.HelmReleases {
		s.snap.HelmReleases = append(s.snap.HelmReleases, snapshot.HelmRelease{Namespace: name.Namespace, Name: name.Name, Missing: true})
	}
}

// search reads the records that name one of the objects, and notes that the others do not.
func (s *source) search(t *testing.T, search verdict.Search) {
	t.Helper()
	if len(search.Of) == 0 {
		return
	}
	known := len(s.snap.Sought)
	s.snap.Seek(search.Of)
	if len(search.Of) == known && len(search.Records) == 0 {
		t.Fatal("a search is asked for twice")
	}
	for i := range s.snap.Records {
		r := &s.snap.Records[i]
		switch {
		case !slices.Contains(search.Records, r.RecordID):
		case r.ManifestRead || r.Silent:
			t.Fatalf("%v is searched twice", r.RecordID)
		case s.unreadable[r.RecordID]:
			s.snap.Gaps = append(s.snap.Gaps, snapshot.Gap{What: "manifest", Why: "test", Manifest: &r.RecordID})
		case says(s.bodies[r.RecordID], search.Of):
			r.Body, r.ManifestRead = s.bodies[r.RecordID], true
		default:
			r.Silent = true
		}
	}
}

// says tells whether a body has the name of one of the objects, or what it is made from.
func says(b *release.Body, of []snapshot.ObjectRef) bool {
	for _, h := range b.Hooks {
		for _, declared := range h.Objects {
			if slices.ContainsFunc(of, func(ref snapshot.ObjectRef) bool {
				return ref.Name == declared.Name || declared.Name == "" && strings.HasPrefix(ref.Name, declared.GenerateName)
			}) {
				return true
			}
		}
	}
	return slices.ContainsFunc(b.Resources, func(declared release.Ref) bool {
		return slices.ContainsFunc(of, func(ref snapshot.ObjectRef) bool { return ref.Name == declared.Name })
	})
}

func TestLacksAskForTheLikeliestFirst(t *testing.T) {
	const instance = "app.kubernetes.io/instance"
	blog, wiki, far, farBlog := rel("shop", "blog"), rel("shop", "wiki"), rel("desk", "far"), rel("desk", "blog")
	deployed, superseded, failed := release.StatusDeployed, release.StatusSuperseded, release.StatusFailed
	none := func(id snapshot.ReleaseID, revision int, status release.Status) snapshot.Record {
		return rec(id, revision, status)
	}
	with3 := func(hooks ...release.Hook) []snapshot.Record {
		return []snapshot.Record{
			rec(blog, 4, failed, hooks...), none(blog, 3, deployed), none(blog, 2, superseded), none(blog, 1, superseded),
			none(wiki, 2, deployed), none(wiki, 1, superseded), none(far, 2, deployed), none(far, 1, superseded),
			none(farBlog, 2, deployed), none(farBlog, 1, superseded),
		}
	}
	a := declares(jobRef("a"))
	elsewhere := []string{"search of desk/far.v2", "search of desk/far.v1", "search of desk/blog.v2", "search of desk/blog.v1"}
	for _, tt := range []struct {
		name      string
		namespace string
		object    snapshot.Object
		records   []snapshot.Record
		options   verdict.Options
		want      [][]string
	}{
		{name: "no records", object: job("shop", "a")},
		{
			name: "found at once: nothing else is read", object: with(job("shop", "a"), label(instance, "blog")), records: with3(a),
			want: [][]string{{"shop/blog.v4", "shop/blog.v3"}},
		},
		{
			name: "by name", object: job("shop", "blog-migrate"), records: with3(declares(jobRef("blog-migrate"))),
			want: [][]string{{"shop/blog.v4", "shop/blog.v3"}},
		},
		{name: "by a name with dots", object: job("shop", "my-blog-x"), records: []snapshot.Record{
			rec(rel("shop", "my.blog"), 1, deployed, declares(jobRef("my-blog-x"))), none(wiki, 1, deployed),
		}, want: [][]string{{"shop/my.blog.v1"}}},
		{
			name:   "marked, declared nowhere: its namesakes, the namespace, and namesakes elsewhere",
			object: with(job("shop", "a"), label(instance, "blog")), records: with3(), want: [][]string{
				{"shop/blog.v4", "shop/blog.v3"},
				{"shop/blog.v2", "shop/blog.v1"},
				{"shop/wiki.v2"},
				{"shop/wiki.v1"},
				{"desk/blog.v2", "desk/blog.v1"},
			},
		},
		{name: "unmarked, declared nowhere: everything", object: job("shop", "a"), records: with3(), want: [][]string{
			{"shop/blog.v4", "shop/blog.v3", "shop/wiki.v2"},
			{"shop/blog.v2", "shop/blog.v1", "shop/wiki.v1"},
			elsewhere,
		}},
		{
			name: "another deployer's: its own namespace's", object: with(job("shop", "a"), author("argocd-controller")), records: with3(),
			want: [][]string{
				{"shop/blog.v4", "shop/blog.v3", "shop/wiki.v2"},
				{"shop/blog.v2", "shop/blog.v1", "shop/wiki.v1"},
			},
		},
		{name: "a controller's: nothing", object: with(job("shop", "a"), controlled), records: with3()},
		{
			name: "one namespace: others only when nothing there declares it", namespace: "shop", object: job("shop", "a"), records: with3(),
			want: [][]string{
				{"shop/blog.v4", "shop/blog.v3", "shop/wiki.v2"},
				{"shop/blog.v2", "shop/blog.v1", "shop/wiki.v1"},
				{everywhere},
				elsewhere,
			},
		},
		{
			name: "one namespace, found there", namespace: "shop", object: job("shop", "a"), records: with3(a),
			want: [][]string{{"shop/blog.v4", "shop/blog.v3", "shop/wiki.v2"}},
		},
		{
			name: "without a namespace, one namespace read: its own releases", namespace: "shop", object: clusterScoped("blog-a"), records: with3(),
			want: [][]string{
				{"shop/blog.v4", "shop/blog.v3"},
				{"shop/blog.v2", "shop/blog.v1"},
				{"shop/wiki.v2"},
				{"shop/wiki.v1"},
			},
		},
		{
			name: "without a namespace, all read: anybody's", object: clusterScoped("blog-a"), records: with3(),
			want: [][]string{
				{"desk/blog.v2", "shop/blog.v4", "shop/blog.v3"},
				{"desk/blog.v1", "shop/blog.v2", "shop/blog.v1"},
				{"search of shop/wiki.v2", "search of shop/wiki.v1", "search of desk/far.v2", "search of desk/far.v1"},
			},
		},
		{
			name:   "only history declares it: a release may have taken it over since",
			object: with(job("shop", "a"), label(instance, "blog")),
			records: []snapshot.Record{
				none(blog, 2, deployed), rec(blog, 1, superseded, a), rec(wiki, 2, deployed, a), none(wiki, 1, superseded), none(far, 1, deployed),
			},
			want: [][]string{{"shop/blog.v2"}, {"shop/blog.v1"}, {"shop/wiki.v2"}},
		},
		{
			name: "a release that was asked for: all of it, whatever lives", records: with3(), options: verdict.Options{Releases: called("wiki", "x")},
			want: [][]string{{"shop/wiki.v2", "shop/wiki.v1"}},
		},
	} {
		whole := &snapshot.Snapshot{Namespace: tt.namespace, Records: tt.records}
		if tt.object.Name != "" {
			whole.Objects = []snapshot.Object{tt.object}
		}
		_, rounds := newSource(whole).settle(t, tt.options)
		if diff := cmp.Diff(tt.want, rounds); diff != "" {
			t.Errorf("%s: lacks, round by round (-want +got):\n%s", tt.name, diff)
		}
	}
}

// A body that cannot be read is asked for once, and does not stop the search.
func TestGapsDoNotStopTheSearch(t *testing.T) {
	blog := rel("shop", "blog")
	s := newSource(&snapshot.Snapshot{
		Objects: []snapshot.Object{with(job("shop", "a"), label("release", "blog"))},
		Records: []snapshot.Record{
			rec(blog, 2, release.StatusDeployed, declares(jobRef("a"))), rec(blog, 1, release.StatusSuperseded, declares(jobRef("a"))),
		},
	})
	s.unreadable[snapshot.RecordID{Release: blog, Revision: 2}] = true
	findings, rounds := s.settle(t, verdict.Options{})
	if diff := cmp.Diff([][]string{{"shop/blog.v2"}, {"shop/blog.v1"}}, rounds); diff != "" {
		t.Errorf("lacks, round by round (-want +got):\n%s", diff)
	}
	if c := findings[0].Claim; c == nil || c.Record.Revision != 1 {
		t.Errorf("claimed by %+v, want revision 1", c)
	}
}

// randomSnapshot makes small worlds in which much collides. Readable is the
// share of records whose body is there.
func randomSnapshot(random *rand.Rand, readable float64) *snapshot.Snapshot {
	pick := func(words ...string) string { return words[random.IntN(len(words))] }
	namespace := func() string { return pick("n1", "n2", "n3") }
	name := func() string { return pick("a", "b", "c", "a-b", "b-c") }
	kind := func() (string, string) {
		k := pick("batch/v1 Job", "v1 Pod", "v1 ConfigMap", "rbac.authorization.k8s.io/v1 ClusterRole", "extensions/v1beta1 Job")
		var version, kind string
		if _, err := fmt.Sscan(k, &version, &kind); err != nil {
			panic(err)
		}
		return version, kind
	}
	snap := &snapshot.Snapshot{Namespace: pick("", "", "n1")}
	statuses := []release.Status{release.StatusDeployed, release.StatusSuperseded, release.StatusFailed, release.StatusUninstalled}
	used := make(map[snapshot.RecordID]bool)
	for range random.IntN(25) {
		id := snapshot.ReleaseID{Driver: snapshot.Driver(pick("secret", "secret", "configmap")), Namespace: namespace(), Name: pick("a", "b", "c")}
		var hooks []release.Hook
		for range random.IntN(4) {
			version, kind := kind()
			ref := release.Ref{APIVersion: version, Kind: kind, Name: name()}
			if random.IntN(5) == 0 {
				ref.Namespace = namespace()
			}
			if random.IntN(5) == 0 {
				ref.Name, ref.GenerateName = "", ref.Name+"-"
			}
			hooks = append(hooks, declares(ref))
		}
		r := rec(id, 1+random.IntN(5), statuses[random.IntN(len(statuses))], hooks...)
		if random.Float64() >= readable {
			r.Body = nil
		}
		if !used[r.RecordID] {
			used[r.RecordID] = true
			snap.Records = append(snap.Records, r)
		}
	}
	for i := range random.IntN(12) {
		version, kind := kind()
		o := snapshot.Object{APIVersion: version, Kind: kind, Namespace: namespace(), Name: name(), UID: fmt.Sprint(i), Author: pick("helm", "helm", "", "argocd-controller")}
		if kind == "ClusterRole" {
			o.Namespace = ""
		}
		if random.IntN(4) > 0 {
			o.Annotations = map[string]string{hook.Annotation: pick("pre-install", "test", "pre-upgrade,post-install", "nonsense")}
		}
		switch random.IntN(6) {
		case 0:
			label("release", name())(&o)
		case 1:
			ownedBy(name(), namespace())(&o)
		case 2:
			o.GenerateName = o.Name + "-"
		case 3:
			controlled(&o)
		}
		if !slices.ContainsFunc(snap.Objects, func(other snapshot.Object) bool {
			return o.APIVersion == other.APIVersion && o.Kind == other.Kind && o.Namespace == other.Namespace && o.Name == other.Name
		}) {
			snap.Objects = append(snap.Objects, o)
		}
	}
	return snap
}

// Whatever the world, it settles in few rounds, each body is asked for at most
// once, and reading on demand never attributes to a record in force other than
// reading everything does.
func TestSettlesWhateverTheWorld(t *testing.T) {
	const tiers = 13 // of verdict's search and proof, with one for the records of all namespaces
	random := rand.New(rand.NewPCG(5, 6))
	most := 0
	for i := range 3000 {
		whole := randomSnapshot(random, 1)
		s := newSource(whole)
		if i%2 == 1 {
			for id := range s.bodies {
				s.unreadable[id] = (id.Revision+len(id.Release.Name)+i)%3 == 0
			}
		}
		var options verdict.Options
		if i%5 == 0 {
			options.Releases = called("a")
		}
		findings, rounds := s.settle(t, options)
		most = max(most, len(rounds))
		if len(rounds) > tiers {
			t.Fatalf("world %d: %d rounds, want at most %d: %v", i, len(rounds), tiers, rounds)
		}
		hooks := 0
		for _, o := range whole.Objects {
			if _, ok := o.Annotations[hook.Annotation]; ok {
				hooks++
			}
		}
		if n := len(slices.DeleteFunc(slices.Clone(findings), func(f verdict.Finding) bool { return !f.Annotated })); n != hooks {
			t.Fatalf("world %d: %d findings with annotation of %d such objects", i, n, hooks)
		}
		if i%2 == 0 && whole.Namespace == "" && options.Releases == nil {
			sameHomeAttribution(t, i, whole, findings)
		}
	}
	if most < 4 {
		t.Errorf("the longest search took %d rounds: these worlds test nothing", most)
	}
}

// sameHomeAttribution compares with a judgement of everything: an object that a
// record in force of its own namespace declares must be attributed to it.
func sameHomeAttribution(t *testing.T, world int, whole *snapshot.Snapshot, lazy []verdict.Finding) {
	t.Helper()
	eager, _ := verdict.Judge(whole, verdict.Options{})
	byUID := make(map[string]verdict.Finding)
	for _, f := range lazy {
		byUID[f.Object.UID] = f
	}
	for _, f := range eager {
		c := f.Claim
		if c == nil || !f.Annotated || slices.ContainsFunc(f.Object.Owners, func(o snapshot.Owner) bool { return o.Controller }) {
			continue
		}
		got := byUID[f.Object.UID]
		home := f.Object.Namespace != "" && c.Record.Release.Namespace == f.Object.Namespace && (c.Current || c.Deployed)
		if home && (got.Claim == nil || got.Release.Namespace != f.Release.Namespace || (!got.Claim.Current && !got.Claim.Deployed)) {
			t.Errorf("world %d: %s %s/%s is declared by %v in force, read on demand by %+v",
				world, f.Object.Kind, f.Object.Namespace, f.Object.Name, c.Record.RecordID, got.Claim)
		}
		if got.Claim == nil && f.Object.Author != "argocd-controller" && len(f.Declared.UnknownEvents) == 0 && len(f.Object.Labels) == 0 && f.Object.Annotations["meta.helm.sh/release-name"] == "" {
			t.Errorf("world %d: %s %s/%s is declared by %v, and on demand nothing was found",
				world, f.Object.Kind, f.Object.Namespace, f.Object.Name, c.Record.RecordID)
		}
	}
}
