package verdict_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

func names(findings []verdict.Finding) []string {
	var out []string
	for i := range findings {
		o := findings[i].Object
		out = append(out, o.Namespace+"/"+o.Kind+"/"+o.Name)
	}
	return out
}

// wantOrder judges the objects in many orders, and wants them in the one given.
func wantOrder(t *testing.T, records []snapshot.Record, objects ...snapshot.Object) {
	t.Helper()
	var want []string
	for _, o := range objects {
		want = append(want, o.Namespace+"/"+o.Kind+"/"+o.Name)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		snap := &snapshot.Snapshot{Records: append([]snapshot.Record(nil), records...), Objects: append([]snapshot.Object(nil), objects...)}
		random.Shuffle(len(snap.Objects), func(i, j int) { snap.Objects[i], snap.Objects[j] = snap.Objects[j], snap.Objects[i] })
		random.Shuffle(len(snap.Records), func(i, j int) { snap.Records[i], snap.Records[j] = snap.Records[j], snap.Records[i] })
		findings, _ := verdict.Judge(snap, verdict.Options{})
		if diff := cmp.Diff(want, names(findings)); diff != "" {
			t.Fatalf("order (-want +got):\n%s", diff)
		}
	}
}

func hookJob(name, events string, weight int) snapshot.Object {
	return with(job("shop", name), annotation(hook.Annotation, events), annotation(hook.WeightAnnotation, fmt.Sprint(weight)),
		label("release", "blog"))
}

func TestOrderWithinAReleaseIsHelms(t *testing.T) {
	wantOrder(t, nil,
		hookJob("z", "pre-install", -5),
		hookJob("a", "post-delete,pre-install", 0),
		hookJob("b", "pre-install", 0),
		hookJob("a1", "pre-install", 10),
		hookJob("z1", "post-install", -9),
		hookJob("a2", "pre-upgrade", 0),
		hookJob("a3", "post-upgrade", 0),
		hookJob("a4", "pre-rollback", 0),
		hookJob("a5", "post-rollback", 0),
		hookJob("a6", "pre-delete", 0),
		hookJob("a7", "post-delete", 0),
		hookJob("a8", "test", -9),
		hookJob("a9", "crd-install", -99),
	)
}

func TestOrderOfReleases(t *testing.T) {
	in := func(namespace, name, instance string) snapshot.Object {
		return with(job(namespace, name), label("release", instance))
	}
	wantOrder(t, []snapshot.Record{rec(rel("desk", "wiki"), 1, release.StatusDeployed, declares(roleRef))},
		in("desk", "z", "blog"),
		clusterScoped("a"), // desk/wiki's
		job("desk", "a"),   // nobody's: last in its namespace
		in("shop", "y", "blog"),
		in("shop", "x", "wiki"),
		job("shop", "a"),
	)
	wantOrder(t, nil, clusterScoped("nobody's"), in("desk", "a", "blog"))
}

// Objects of one name and weight come as their records have them.
func TestOrderOfOneName(t *testing.T) {
	blog := rel("shop", "blog")
	of := func(kind string) (snapshot.Object, release.Ref) {
		o := with(job("shop", "a"), func(o *snapshot.Object) { o.APIVersion, o.Kind, o.UID = "v1", kind, kind })
		return o, release.Ref{APIVersion: "v1", Kind: kind, Name: "a"}
	}
	account, accountRef := of("ServiceAccount")
	config, configRef := of("ConfigMap")
	secret, secretRef := of("Secret")
	service, serviceRef := of("Service")
	endpoints, _ := of("Endpoints")
	label("release", "blog")(&endpoints)
	wantOrder(t, []snapshot.Record{
		rec(blog, 2, release.StatusDeployed, declares(accountRef), declares(configRef)),
		rec(blog, 1, release.StatusSuperseded, declares(serviceRef), declares(secretRef), declares(accountRef)),
	}, account, config, service, secret, endpoints)
}

// The order of the findings never depends on the order of the evidence.
func TestOrderIsTotal(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		snap := randomSnapshot(random, 1)
		first, _ := verdict.Judge(snap, verdict.Options{})
		want := keysOf(first)
		random.Shuffle(len(snap.Objects), func(i, j int) { snap.Objects[i], snap.Objects[j] = snap.Objects[j], snap.Objects[i] })
		random.Shuffle(len(snap.Records), func(i, j int) { snap.Records[i], snap.Records[j] = snap.Records[j], snap.Records[i] })
		again, _ := verdict.Judge(snap, verdict.Options{})
		if diff := cmp.Diff(want, keysOf(again)); diff != "" {
			t.Fatalf("order after a shuffle (-want +got):\n%s", diff)
		}
	}
}

func keysOf(findings []verdict.Finding) []string {
	var out []string
	for i := range findings {
		f := &findings[i]
		key := fmt.Sprint(f.Object.UID, f.Attribution, f.Release, f.Status)
		for _, c := range f.Claims {
			key += fmt.Sprint(c.Record.RecordID, c.Index, c.Current, c.Deployed)
		}
		out = append(out, key)
	}
	return out
}
