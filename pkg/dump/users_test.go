package dump

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/live"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// with adds to an object what a text in YAML says.
func with(o thing, text string) thing {
	var more thing
	if err := yaml.Unmarshal([]byte(text), &more); err != nil {
		panic(err)
	}
	for key, value := range more {
		o[key] = value
	}
	return o
}

// recordOf stores a record with ordinary resources.
func (c *cast) recordOf(namespace, name, manifest string, hooks ...any) {
	text := jsonText(thing{"name": name, "namespace": namespace, "version": 1, "manifest": manifest, "hooks": hooks})
	c.stored("Secret", namespace, name, 1, pack([]byte(text)))
}

func jsonText(v any) string {
	text, err := yaml.Marshal(v)
	if err == nil {
		text, err = yaml.YAMLToJSON(text)
	}
	if err != nil {
		panic(err)
	}
	return string(text)
}

// village has hook objects, and who uses them: live ones and records.
func village() []thing {
	const rbac = "rbac.authorization.k8s.io/v1"
	c := &cast{}
	c.hook("v1", "ServiceAccount", "shop", "sa")
	c.hook("v1", "Secret", "shop", "token")["data"] = thing{"password": "aHVudGVyMg=="}
	with(c.hook(rbac, "ClusterRoleBinding", "", "crb"), "subjects: [{kind: ServiceAccount, name: far, namespace: desk}]")
	c.plain("v1", "ServiceAccount", "desk", "far")
	with(c.plain("apps/v1", "Deployment", "shop", "d"), "spec: {template: {spec: {serviceAccountName: sa, containers: [{args: [--secret=token]}]}}}")
	with(c.plain("batch/v1", "Job", "shop", "done"), "{spec: {template: {spec: {serviceAccountName: sa}}}, status: {conditions: [{type: Complete, status: 'True'}]}}")
	with(c.plain(rbac, "RoleBinding", "desk", "rb"), "{subjects: [{kind: ServiceAccount, name: sa, namespace: shop}], roleRef: {kind: Role, name: r}}")
	with(c.plain("v1", "ServiceAccount", "shop", "other"), "imagePullSecrets: [{name: token}]")
	const deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec: {template: {spec: {serviceAccountName: sa}}}\n"
	c.recordOf("shop", "blog", "---\n# Source: x\n"+deployment, thing{"name": "h", "kind": "Pod", "manifest": "{apiVersion: v1, kind: Pod, metadata: {name: h}, spec: {serviceAccountName: sa}}"})
	c.recordOf("shop", "half", deployment+"---\nkind: [")
	c.stored("Secret", "shop", "bad", 1, "?")
	return c.objects
}

func useLines(all []snapshot.Use) []string {
	var out []string
	for _, u := range all {
		line := fmt.Sprintf("%s %s: %s: %s %s", u.By.Kind, u.By.Name, u.Field, u.Of.Kind, u.Of.Name)
		if u.Record != nil {
			line += " in " + u.Record.Release.Name
		}
		if u.Idle {
			line += ", idle"
		}
		out = append(out, line)
	}
	return out
}

func TestUsesOfDumps(t *testing.T) {
	want := []string{
		"ServiceAccount far: subjects: ClusterRoleBinding crb",
		"RoleBinding rb: subjects: ServiceAccount sa",
		"Deployment d: spec.template.spec.containers.args:  token",
		"ServiceAccount other: imagePullSecrets.name: Secret token",
		"Deployment d: spec.template.spec.serviceAccountName: ServiceAccount sa in blog",
		"Deployment d: spec.template.spec.serviceAccountName: ServiceAccount sa in half",
		"Deployment d: spec.template.spec.serviceAccountName: ServiceAccount sa",
		"Job done: spec.template.spec.serviceAccountName: ServiceAccount sa, idle",
		"Pod h: spec.serviceAccountName: ServiceAccount sa in blog",
	}
	slices.Sort(want)
	objects := village()
	backwards := slices.Clone(objects)
	slices.Reverse(backwards)
	for name, text := range map[string]string{
		"JSON": jsonOf(t, listOf(objects)), "YAML": yamlOf(t, listOf(objects)), "backwards": jsonOf(t, listOf(backwards)),
	} {
		s := mustOpen(t, text)
		got := useLines(s.Uses)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		for _, r := range s.Records {
			if r.ManifestRead != (r.Release.Name == "blog") || r.Body != nil && len(r.Body.Resources) != 1 {
				t.Errorf("%s: %s: manifest read: %v, body %+v", name, r.Release.Name, r.ManifestRead, r.Body)
			}
		}
		if strings.Contains(written(t, s), "hunter2") {
			t.Error("a password is in the Snapshot")
		}
	}
}

// What files lack is told when somebody asks, once.
func TestDumpsLackUsers(t *testing.T) {
	ctx := context.Background()
	e, err := openText(jsonOf(t, listOf(village())), Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := e.Snapshot()
	read := func() {
		var ids []snapshot.RecordID
		for _, r := range s.Records {
			ids = append(ids, r.RecordID)
		}
		if err := errors.Join(e.ReadUsers(ctx, live.Refs(s.Objects)), e.ReadManifests(ctx, ids)); err != nil {
			t.Fatal(err)
		}
	}
	before := len(s.Gaps)
	read()
	gaps := make(map[string]int)
	for _, g := range s.Gaps[before:] {
		gaps[g.What]++
		if g.Users != (g.Kind != nil) || g.Users == (g.Manifest != nil) {
			t.Errorf("gap %+v", g)
		}
	}
	for _, what := range []string{"what pods use", "what cronjobs.batch use", "what ingresses.networking.k8s.io use", "manifest of release record sh.helm.release.v1.half.v1"} {
		if gaps[what] != 1 {
			t.Errorf("%q is told %d times", what, gaps[what])
		}
	}
	if gaps["what podtemplates use"]+gaps["what deployments.apps use"]+gaps["manifest of release record sh.helm.release.v1.blog.v1"] != 0 {
		t.Errorf("gaps %v", gaps)
	}
	for _, o := range s.Objects {
		if !o.UsersRead {
			t.Errorf("%s: somebody would ask for ever", o.Name)
		}
	}
	after := len(s.Gaps)
	if read(); len(s.Gaps) != after {
		t.Errorf("gaps %+v are told again", s.Gaps[after:])
	}
	// All of it is in a Snapshot, which lacks nothing then.
	again, err := openText(written(t, s), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(s, again.Snapshot()); diff != "" {
		t.Errorf("(-written +read):\n%s", diff)
	}
	if e, s = again, again.Snapshot(); len(s.Gaps) != after {
		t.Fatal("gaps are lost")
	}
	if read(); len(s.Gaps) != after {
		t.Errorf("the Snapshot lacks %+v", s.Gaps[after:])
	}
}

// A Snapshot for which nobody asked who uses what says so.
func TestSnapshotLacksUsers(t *testing.T) {
	object := snapshot.Object{APIVersion: "v1", Kind: "ConfigMap", Namespace: "shop", Name: "a", UID: "u"}
	id := snapshot.RecordID{Release: snapshot.ReleaseID{Driver: snapshot.Secrets, Namespace: "shop", Name: "blog"}, Revision: 1}
	e, err := openText(written(t, &snapshot.Snapshot{Objects: []snapshot.Object{object}, Records: []snapshot.Record{{RecordID: id}}}), Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	for range 2 {
		if err := errors.Join(e.ReadUsers(ctx, []snapshot.ObjectRef{object.Ref()}), e.ReadManifests(ctx, []snapshot.RecordID{id})); err != nil {
			t.Fatal(err)
		}
	}
	s := e.Snapshot()
	if len(s.Gaps) != 2 || !s.Gaps[0].Users || s.Gaps[1].Manifest == nil || *s.Gaps[1].Manifest != id || !s.Objects[0].UsersRead {
		t.Errorf("gaps %+v, objects %+v", s.Gaps, s.Objects)
	}
}
