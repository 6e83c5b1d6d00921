package verdict_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

func TestAttribution(t *testing.T) {
	const instance = "app.kubernetes.io/instance"
	blog, wiki, desk := rel("shop", "blog"), rel("shop", "wiki"), rel("desk", "blog")
	blogMaps := snapshot.ReleaseID{Driver: snapshot.ConfigMaps, Namespace: "shop", Name: "blog"}
	deployed, superseded, failed := release.StatusDeployed, release.StatusSuperseded, release.StatusFailed
	a := declares(jobRef("a"))
	for _, tt := range []struct {
		name     string
		object   snapshot.Object
		records  []snapshot.Record
		want     *snapshot.ReleaseID
		by       verdict.Attribution
		revision int // of the claim, 0 without one
	}{
		{"nothing tells", job("shop", "a"), nil, nil, verdict.ByNothing, 0},
		{"a record", job("shop", "a"), []snapshot.Record{rec(blog, 1, deployed, a)}, &blog, verdict.ByRecord, 1},
		{
			"a record beats annotation and label", with(job("shop", "a"), ownedBy("wiki", "shop"), label(instance, "wiki")),
			[]snapshot.Record{rec(wiki, 1, deployed), rec(blog, 1, deployed, a)},
			&blog, verdict.ByRecord, 1,
		},
		{
			"a record declares what another deployer made", with(job("shop", "a"), author("argocd-controller")),
			[]snapshot.Record{rec(blog, 1, deployed, a)},
			&blog, verdict.ByRecord, 1,
		},
		{
			"an annotation beats a label", with(job("shop", "a"), ownedBy("wiki", "shop"), label(instance, "blog")),
			[]snapshot.Record{rec(wiki, 1, deployed), rec(blog, 1, deployed)},
			&wiki, verdict.ByOwnershipAnnotation, 0,
		},
		{
			"an annotation of a foreign namespace", with(job("shop", "a"), ownedBy("blog", "desk")),
			nil, &desk, verdict.ByOwnershipAnnotation, 0,
		},
		{"half an annotation", with(job("shop", "a"), annotation("meta.helm.sh/release-name", "blog")), nil, nil, verdict.ByNothing, 0},
		{"the other half", with(job("shop", "a"), annotation("meta.helm.sh/release-namespace", "shop")), nil, nil, verdict.ByNothing, 0},
		{"a label", with(job("shop", "a"), label(instance, "blog")), nil, &blog, verdict.ByInstanceLabel, 0},
		{"the older label", with(job("shop", "a"), label("release", "blog")), nil, &blog, verdict.ByInstanceLabel, 0},
		{"both labels", with(job("shop", "a"), label("release", "blog"), label(instance, "wiki")), nil, &wiki, verdict.ByInstanceLabel, 0},
		{"an empty label", with(job("shop", "a"), label(instance, ""), label("release", "blog")), nil, &blog, verdict.ByInstanceLabel, 0},
		{
			"a label names no release of another namespace", with(job("shop", "a"), label(instance, "blog")),
			[]snapshot.Record{rec(desk, 1, deployed)},
			&blog, verdict.ByInstanceLabel, 0,
		},
		{
			"a label on an object without a namespace", with(clusterScoped("a"), label(instance, "blog")),
			[]snapshot.Record{rec(blog, 1, deployed)},
			nil, verdict.ByNothing, 0,
		},
		{"a label that Argo CD wrote", with(job("shop", "a"), label(instance, "blog"), author("argocd-controller")), nil, nil, verdict.ByNothing, 0},
		{"a label that kubectl wrote", with(job("shop", "a"), label(instance, "blog"), author("kubectl-client-side-apply")), nil, nil, verdict.ByNothing, 0},
		{"a label that oc wrote", with(job("shop", "a"), label(instance, "blog"), author("oc")), nil, nil, verdict.ByNothing, 0},
		{"a label that somebody like oc wrote", with(job("shop", "a"), label(instance, "blog"), author("octopus")), nil, &blog, verdict.ByInstanceLabel, 0},
		{"a label by Flux", with(job("shop", "a"), label(instance, "blog"), author("helm-controller")), nil, &blog, verdict.ByInstanceLabel, 0},
		{
			"a label, and records in ConfigMaps", with(job("shop", "a"), label(instance, "blog")),
			[]snapshot.Record{rec(blogMaps, 1, deployed)},
			&blogMaps, verdict.ByInstanceLabel, 0,
		},
		{
			"a label, and records in both", with(job("shop", "a"), label(instance, "blog")),
			[]snapshot.Record{rec(blogMaps, 1, deployed), rec(blog, 1, deployed)},
			&blog, verdict.ByInstanceLabel, 0,
		},

		{
			"the newest record that declares it", job("shop", "a"),
			[]snapshot.Record{rec(blog, 1, superseded, a), rec(blog, 3, deployed, a), rec(blog, 2, superseded, a)},
			&blog, verdict.ByRecord, 3,
		},
		{
			"dropped since", job("shop", "a"),
			[]snapshot.Record{rec(blog, 1, superseded, a), rec(blog, 2, superseded, a), rec(blog, 3, deployed)},
			&blog, verdict.ByRecord, 2,
		},
		{
			"the deployed record beats newer history", job("shop", "a"),
			[]snapshot.Record{rec(blog, 2, deployed, a), rec(blog, 3, failed, a), rec(blog, 4, failed)},
			&blog, verdict.ByRecord, 2,
		},
		{
			"a record in force beats another release's history", job("shop", "a"),
			[]snapshot.Record{rec(blog, 1, superseded, a), rec(blog, 2, deployed), rec(wiki, 1, deployed, a)},
			&wiki, verdict.ByRecord, 1,
		},
		{
			"a failed current record is in force", job("shop", "a"),
			[]snapshot.Record{rec(blog, 1, superseded, a), rec(blog, 2, deployed), rec(wiki, 1, failed, a)},
			&wiki, verdict.ByRecord, 1,
		},
		{
			"the home namespace beats a foreign one", job("shop", "a"),
			[]snapshot.Record{rec(desk, 5, deployed, declares(in("shop", jobRef("a")))), rec(blog, 1, deployed, a)},
			&blog, verdict.ByRecord, 1,
		},
		{
			"history at home beats a foreign record in force", job("shop", "a"),
			[]snapshot.Record{rec(desk, 5, deployed, declares(in("shop", jobRef("a")))), rec(blog, 1, superseded, a), rec(blog, 2, deployed)},
			&blog, verdict.ByRecord, 1,
		},
		{
			"a foreign record that says it is of the namespace", job("shop", "a"),
			[]snapshot.Record{storedIn("aaa", rec(blog, 5, deployed, a)), rec(blog, 1, superseded, a)},
			&blog, verdict.ByRecord, 1,
		},
		{
			"a foreign release that names the namespace", job("shop", "a"),
			[]snapshot.Record{rec(desk, 5, deployed, declares(in("shop", jobRef("a"))))},
			&desk, verdict.ByRecord, 5,
		},
		{
			"a release that names another namespace", job("shop", "a"),
			[]snapshot.Record{rec(blog, 5, deployed, declares(in("desk", jobRef("a"))))},
			nil, verdict.ByNothing, 0,
		},
		{
			"the same release name in two namespaces", job("desk", "a"),
			[]snapshot.Record{rec(blog, 5, deployed, a), rec(desk, 1, deployed, a)},
			&desk, verdict.ByRecord, 1,
		},
		{
			"the same release in two drivers", job("shop", "a"),
			[]snapshot.Record{rec(blogMaps, 1, deployed), rec(blog, 2, deployed, a)},
			&blog, verdict.ByRecord, 2,
		},
		{
			"a record stored away from its release", job("shop", "a"),
			[]snapshot.Record{storedIn("flux-system", rec(blog, 1, deployed, a))},
			&snapshot.ReleaseID{Driver: snapshot.Secrets, Namespace: "flux-system", Name: "blog"}, verdict.ByRecord, 1,
		},

		{
			"the same name, another kind", job("shop", "a"),
			[]snapshot.Record{rec(blog, 1, deployed, declares(release.Ref{APIVersion: "v1", Kind: "Pod", Name: "a"}))},
			nil, verdict.ByNothing, 0,
		},
		{
			"the same kind of another group", job("shop", "a"),
			[]snapshot.Record{rec(blog, 1, deployed, declares(release.Ref{APIVersion: "batch.volcano.sh/v1", Kind: "Job", Name: "a"}))},
			nil, verdict.ByNothing, 0,
		},
		{
			"another version of the group", job("shop", "a"),
			[]snapshot.Record{rec(blog, 1, deployed, declares(release.Ref{APIVersion: "batch/v1beta1", Kind: "Job", Name: "a"}))},
			&blog, verdict.ByRecord, 1,
		},
		{
			"a manifest that could not be read", job("shop", "a"),
			[]snapshot.Record{rec(blog, 1, deployed, declares(release.Ref{Kind: "Job", Name: "a"}))},
			&blog, verdict.ByRecord, 1,
		},
		{
			"a kind that moved out of extensions",
			with(job("shop", "a"), func(o *snapshot.Object) { o.APIVersion, o.Kind = "networking.k8s.io/v1", "Ingress" }),
			[]snapshot.Record{rec(blog, 1, deployed, declares(release.Ref{APIVersion: "extensions/v1beta1", Kind: "Ingress", Name: "a"}))},
			&blog, verdict.ByRecord, 1,
		},
		{"without a namespace", clusterScoped("a"), []snapshot.Record{rec(blog, 1, deployed, declares(roleRef))}, &blog, verdict.ByRecord, 1},
		{
			"without a namespace, though the manifest names one", clusterScoped("a"),
			[]snapshot.Record{rec(blog, 1, deployed, declares(in("desk", roleRef)))},
			&blog, verdict.ByRecord, 1,
		},

		{
			"generateName", with(job("shop", "a-x7k2p"), func(o *snapshot.Object) { o.GenerateName = "a-" }),
			[]snapshot.Record{rec(blog, 1, deployed, declares(release.Ref{APIVersion: "batch/v1", Kind: "Job", GenerateName: "a-"}))},
			&blog, verdict.ByRecord, 1,
		},
		{
			"a name that only looks generated", job("shop", "a-x7k2p"),
			[]snapshot.Record{rec(blog, 1, deployed, declares(release.Ref{APIVersion: "batch/v1", Kind: "Job", GenerateName: "a-"}))},
			nil, verdict.ByNothing, 0,
		},
		{
			"another generateName", with(job("shop", "a-b-x7k2p"), func(o *snapshot.Object) { o.GenerateName = "a-b-" }),
			[]snapshot.Record{rec(blog, 1, deployed, declares(release.Ref{APIVersion: "batch/v1", Kind: "Job", GenerateName: "a-"}))},
			nil, verdict.ByNothing, 0,
		},
		{
			"a hook named as another's generateName", with(job("shop", "a-x7k2p"), func(o *snapshot.Object) { o.GenerateName = "a-" }),
			[]snapshot.Record{rec(blog, 1, deployed, declares(jobRef("a-")))},
			nil, verdict.ByNothing, 0,
		},
		{
			"a List's child", with(job("shop", "b"), unannotated),
			[]snapshot.Record{rec(blog, 1, deployed, declares(jobRef("a"), jobRef("b")))},
			&blog, verdict.ByRecord, 1,
		},
	} {
		for _, reversed := range []bool{false, true} {
			records := slices.Clone(tt.records)
			if reversed {
				slices.Reverse(records)
			}
			findings, _ := verdict.Judge(&snapshot.Snapshot{Objects: []snapshot.Object{tt.object}, Records: records}, verdict.Options{})
			if len(findings) != 1 {
				t.Fatalf("%s: %d findings, want 1", tt.name, len(findings))
			}
			f := findings[0]
			if diff := cmp.Diff(tt.want, f.Release); diff != "" {
				t.Errorf("%s (reversed: %v): release (-want +got):\n%s", tt.name, reversed, diff)
			}
			if f.Attribution != tt.by {
				t.Errorf("%s (reversed: %v): attribution %q, want %q", tt.name, reversed, f.Attribution, tt.by)
			}
			revision := 0
			if f.Claim != nil {
				revision = f.Claim.Record.Revision
			}
			if revision != tt.revision {
				t.Errorf("%s (reversed: %v): claimed by revision %d, want %d", tt.name, reversed, revision, tt.revision)
			}
		}
	}
}

// in sets the namespace that a manifest names.
func in(namespace string, ref release.Ref) release.Ref {
	ref.Namespace = namespace
	return ref
}

func storedIn(namespace string, r snapshot.Record) snapshot.Record {
	r.Release.Namespace = namespace
	return r
}

func TestClaimsSayWhichRecordIsInForce(t *testing.T) {
	blog := rel("shop", "blog")
	a := declares(jobRef("a"))
	snap := &snapshot.Snapshot{
		Objects: []snapshot.Object{job("shop", "a")},
		Records: []snapshot.Record{
			rec(blog, 9, release.StatusDeployed, a), rec(blog, 11, release.StatusFailed, declares(), a),
			rec(blog, 8, release.StatusDeployed, a), rec(blog, 10, release.StatusFailed, a),
		},
	}
	findings, _ := verdict.Judge(snap, verdict.Options{})
	type claim struct {
		Revision, Index   int
		Current, Deployed bool
	}
	var got []claim
	for _, c := range findings[0].Claims {
		got = append(got, claim{c.Record.Revision, c.Index, c.Current, c.Deployed})
	}
	want := []claim{{11, 1, true, false}, {10, 0, false, false}, {9, 0, false, true}, {8, 0, false, false}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("claims (-want +got):\n%s", diff)
	}
}

// What the live object says counts; what the record says only where it says nothing.
func TestDeclared(t *testing.T) {
	recorded := hook.Declaration{Events: []hook.Event{hook.PreUpgrade}, Weight: 3}
	records := []snapshot.Record{rec(rel("shop", "blog"), 1, release.StatusDeployed, declares(jobRef("a")))}
	for _, tt := range []struct {
		name      string
		object    snapshot.Object
		records   []snapshot.Record
		want      hook.Declaration
		annotated bool
	}{
		{
			"annotated", with(job("shop", "a"), annotation(hook.Annotation, "test")), records,
			hook.Declaration{Events: []hook.Event{hook.Test}},
			true,
		},
		{"not annotated", with(job("shop", "a"), unannotated), records, recorded, false},
	} {
		findings, _ := verdict.Judge(&snapshot.Snapshot{Objects: []snapshot.Object{tt.object}, Records: tt.records}, verdict.Options{})
		if diff := cmp.Diff(tt.want, findings[0].Declared); diff != "" {
			t.Errorf("%s: declared (-want +got):\n%s", tt.name, diff)
		}
		if findings[0].Annotated != tt.annotated {
			t.Errorf("%s: annotated is %v", tt.name, findings[0].Annotated)
		}
	}
}

// Without an annotation an object is a hook only by a record that is in force and
// stored beside it.
func TestUnannotatedObjects(t *testing.T) {
	blog, a := rel("shop", "blog"), declares(jobRef("a"))
	for _, tt := range []struct {
		name    string
		records []snapshot.Record
		want    int
	}{
		{"declared by nobody", nil, 0},
		{"declared by the current record", []snapshot.Record{rec(blog, 1, release.StatusFailed, a)}, 1},
		{"declared by the deployed record", []snapshot.Record{rec(blog, 1, release.StatusDeployed, a), rec(blog, 2, release.StatusFailed)}, 1},
		{"declared by history: an ordinary resource by now", []snapshot.Record{rec(blog, 1, release.StatusSuperseded, a), rec(blog, 2, release.StatusDeployed)}, 0},
		{"declared from elsewhere", []snapshot.Record{rec(rel("desk", "wiki"), 1, release.StatusDeployed, declares(in("shop", jobRef("a"))))}, 0},
		{"declared by a record that says it is from here", []snapshot.Record{storedIn("desk", rec(blog, 1, release.StatusDeployed, a))}, 0},
	} {
		snap := &snapshot.Snapshot{Objects: []snapshot.Object{with(job("shop", "a"), unannotated)}, Records: tt.records}
		if findings, _ := verdict.Judge(snap, verdict.Options{}); len(findings) != tt.want {
			t.Errorf("%s: %d findings, want %d", tt.name, len(findings), tt.want)
		}
	}
}

func TestStatus(t *testing.T) {
	run := func(p snapshot.RunPhase) func(*snapshot.Object) {
		return func(o *snapshot.Object) { o.Run = &snapshot.Run{Phase: p} }
	}
	deleting := func(o *snapshot.Object) { o.Deleting = someTime }
	volcano := func(o *snapshot.Object) { o.APIVersion = "batch.volcano.sh/v1alpha1" }
	for _, tt := range []struct {
		object snapshot.Object
		want   verdict.Status
	}{
		{with(job("n", "a"), run(snapshot.RunSucceeded)), "Succeeded"},
		{with(job("n", "a"), run(snapshot.RunFailed)), "Failed"},
		{with(job("n", "a"), run(snapshot.RunSuspended)), "Suspended"},
		{with(job("n", "a"), run(snapshot.RunPending)), "Pending"},
		{with(job("n", "a"), run(snapshot.RunRunning)), "Running"},
		{with(job("n", "a"), run(snapshot.RunRunning), deleting), verdict.Terminating},
		{job("n", "a"), verdict.StatusUnknown},
		{with(job("n", "a"), volcano), verdict.Present},
		{clusterScoped("a"), verdict.Present},
		{with(clusterScoped("a"), deleting), verdict.Terminating},
	} {
		findings, _ := verdict.Judge(&snapshot.Snapshot{Objects: []snapshot.Object{tt.object}}, verdict.Options{})
		if got := findings[0].Status; got != tt.want {
			t.Errorf("%s %s: status %q, want %q", tt.object.APIVersion, tt.object.Kind, got, tt.want)
		}
	}
}
