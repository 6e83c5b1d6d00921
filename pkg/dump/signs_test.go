package dump

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// owned is an owner reference to an object that newThing has made.
func owned(by thing) []any {
	return []any{thing{"apiVersion": by["apiVersion"], "kind": by["kind"], "name": metaOf(by)["name"], "uid": metaOf(by)["uid"]}}
}

// town is a dump with signs of every sort.
func town() []thing {
	c := &cast{}
	helm := thing{"meta.helm.sh/release-name": "blog", "meta.helm.sh/release-namespace": "shop"}
	metaOf(c.plain("v1", "ConfigMap", "shop", "b"))["annotations"] = helm
	metaOf(c.plain("v1", "ConfigMap", "shop", "a"))["annotations"] = helm
	metaOf(c.plain("v1", "PersistentVolumeClaim", "shop", "data"))["annotations"] = thing{"meta.helm.sh/release-name": "old", "meta.helm.sh/release-namespace": "shop"}
	metaOf(c.plain("apps/v1", "Deployment", "desk", "mail"))["labels"] = thing{"app.kubernetes.io/instance": "mail"}
	metaOf(c.plain("v1", "Namespace", "", "desk"))["deletionTimestamp"] = "2026-01-02T12:05:00Z"
	c.plain("v1", "Namespace", "", "shop")

	// Declared without annotation: a hook that only its record knows.
	c.record("Secret", "shop", "blog", 1, `{apiVersion: v1, kind: ServiceAccount, metadata: {name: declared}}`)
	declared := c.plain("v1", "ServiceAccount", "shop", "declared")
	job := c.hook("batch/v1", "Job", "shop", "migrate")
	job["spec"] = thing{"ttlSecondsAfterFinished": 60}
	job["status"] = thing{"conditions": []any{thing{"type": "Complete", "status": "True", "lastTransitionTime": "2026-01-02T12:03:00Z"}}}
	metaOf(c.plain("v1", "Pod", "shop", "migrate-x"))["ownerReferences"] = owned(job)
	metaOf(c.plain("v1", "Secret", "shop", "z"))["ownerReferences"] = owned(declared)
	metaOf(c.hook("v1", "Secret", "shop", "y"))["ownerReferences"] = owned(declared)

	c.plain("helm.toolkit.fluxcd.io/v2", "HelmRelease", "flux", "wiki")["spec"] = thing{"targetNamespace": "shop", "values": thing{"password": "hunter2"}}
	c.plain("helm.toolkit.fluxcd.io/v2", "HelmRelease", "flux", "mail")["spec"] = thing{"releaseName": "post"}
	return c.objects
}

func TestSigns(t *testing.T) {
	want := mustOpen(t, jsonOf(t, listOf(town())))
	objects := town()
	slices.Reverse(objects)
	if diff := cmp.Diff(want, mustOpen(t, jsonOf(t, listOf(objects)))); diff != "" {
		t.Errorf("the order of objects matters (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, mustOpen(t, written(t, want))); diff != "" {
		t.Errorf("written and read again (-want +got):\n%s", diff)
	}
	ref := func(apiVersion, kind, namespace, name, uid string) snapshot.ObjectRef {
		return snapshot.ObjectRef{APIVersion: apiVersion, Kind: kind, Namespace: namespace, Name: name, UID: uid}
	}
	if diff := cmp.Diff([]snapshot.Witness{
		{Release: "mail", Namespace: "desk", Mark: snapshot.MarkLabel, Object: ref("apps/v1", "Deployment", "desk", "mail", "deployment/desk/mail")},
		{Release: "blog", Namespace: "shop", Mark: snapshot.MarkAnnotation, Object: ref("v1", "ConfigMap", "shop", "a", "configmap/shop/a")},
	}, want.Witnesses); diff != "" {
		t.Errorf("witnesses (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]snapshot.HelmRelease{
		{Namespace: "flux", Name: "mail", Release: "post", Target: "flux", Storage: "flux"},
		{Namespace: "flux", Name: "wiki", Release: "shop-wiki", Target: "shop", Storage: "flux"},
	}, want.HelmReleases); diff != "" {
		t.Errorf("HelmReleases (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"desk"}, want.Terminating); diff != "" {
		t.Errorf("terminating (-want +got):\n%s", diff)
	}
	dependents := make(map[string]*snapshot.ObjectRef)
	for _, o := range want.Objects {
		dependents[o.Name] = o.Dependent
		if o.Name == "migrate" && o.Run.Expires != time.Date(2026, 1, 2, 12, 4, 0, 0, time.UTC) {
			t.Errorf("the Job expires %v", o.Run.Expires)
		}
	}
	secret := ref("v1", "Secret", "shop", "y", "")
	if diff := cmp.Diff(map[string]*snapshot.ObjectRef{"declared": &secret, "migrate": nil, "y": nil}, dependents); diff != "" {
		t.Errorf("dependents (-want +got):\n%s", diff)
	}
}

// Files do not say what was not read, and what they lack is no proof.
func TestSignsThatFilesLack(t *testing.T) {
	wiki, other := snapshot.FluxName{Namespace: "flux", Name: "wiki"}, snapshot.FluxName{Namespace: "flux", Name: "other"}
	all := &snapshot.Snapshot{WitnessesEverywhere: true, Kinds: []snapshot.Kind{{Group: "batch", Version: "v1", Resource: "jobs", Kind: "Job"}}}
	for _, tt := range []struct {
		name, text string
		want       []string // gaps of witnesses
	}{
		{"with workloads", jsonOf(t, listOf(town())), nil},
		{"an empty list of them", `{"apiVersion":"v1","kind":"ServiceList","items":[]}`, nil},
		{"without", jsonOf(t, listOf(shop())), []string{"deployments, statefulsets, daemonsets and services"}},
		{"declared only", jsonOf(t, listOf(declaring(`{apiVersion: apps/v1, kind: Deployment, metadata: {name: x}}`))), []string{"deployments, statefulsets, daemonsets and services"}},
		{"a Snapshot of all", written(t, all), nil},
		{"a Snapshot of some", written(t, &snapshot.Snapshot{}), []string{"what shows that releases live"}},
	} {
		e, err := openText(tt.text, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := e.ReadWitnesses(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := e.ReadHelmReleases(t.Context(), []snapshot.FluxName{wiki, other, other}); err != nil {
				t.Fatal(err)
			}
		}
		var got []string
		others := 0
		for _, g := range e.Snapshot().Gaps {
			switch {
			case g.Witnesses:
				got = append(got, g.What)
			case g.What == "Flux's HelmRelease other" && g.Namespace == "flux":
				others++
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" || !e.Snapshot().WitnessesEverywhere {
			t.Errorf("%s: everywhere %v, gaps (-want +got):\n%s", tt.name, e.Snapshot().WitnessesEverywhere, diff)
		}
		if h := e.Snapshot().FluxRelease(other); h == nil || h.Missing || h.Release != "" || others != 1 {
			t.Errorf("%s: %+v, %d gaps; want it unknown, and one gap", tt.name, h, others)
		}
	}
}

// declaring is a dump of a record that declares the manifests.
func declaring(manifests ...string) []thing {
	c := &cast{}
	c.record("Secret", "shop", "blog", 1, manifests...)
	return c.objects
}

func TestHelmReleaseOfNoShape(t *testing.T) {
	c := &cast{}
	c.plain("helm.toolkit.fluxcd.io/v2", "HelmRelease", "flux", "x")["spec"] = thing{"releaseName": []any{"hunter2"}}
	_, err := openText(jsonOf(t, listOf(c.objects)), Options{})
	if err == nil || !strings.Contains(err.Error(), "the spec of HelmRelease x: ") || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("error %v", err)
	}
}
