package verdict_test

import (
	"testing"
	"time"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

const (
	day      = 24 * time.Hour
	instance = "app.kubernetes.io/instance"
	rbac     = "rbac.authorization.k8s.io/v1"
)

// blog is the release of most tables, in the namespace shop.
func blog() snapshot.ReleaseID { return rel("shop", "blog") }

// made is a live hook object of the namespace shop as Helm leaves it: two days old,
// and succeeded if it runs.
func made(kind, name, events string, changes ...func(*snapshot.Object)) snapshot.Object {
	versions := map[string]string{
		"Job": "batch/v1", "Role": rbac, "RoleBinding": rbac, "ClusterRole": rbac, "ClusterRoleBinding": rbac,
		"Deployment": "apps/v1", "StatefulSet": "apps/v1", "NetworkPolicy": "networking.k8s.io/v1",
		"CustomResourceDefinition": "apiextensions.k8s.io/v1", "Widget": "example.com/v1",
	}
	o := snapshot.Object{
		APIVersion: "v1", Kind: kind, Namespace: "shop", Name: name, UID: kind + "/" + name, Author: "helm",
		Created: someTime.Add(-2 * day), Annotations: map[string]string{hook.Annotation: events},
	}
	if v := versions[kind]; v != "" {
		o.APIVersion = v
	}
	if kind == "Job" || kind == "Pod" {
		o.Run = &snapshot.Run{Phase: snapshot.RunSucceeded, Finished: o.Created.Add(time.Minute)}
	}
	return with(o, changes...)
}

func seed(changes ...func(*snapshot.Object)) snapshot.Object {
	return made("Job", "seed", "post-install,post-upgrade", changes...)
}

func account(changes ...func(*snapshot.Object)) snapshot.Object {
	return made("ServiceAccount", "seeder", "pre-install,pre-upgrade", changes...)
}

func policy(words string) func(*snapshot.Object) {
	return annotation(hook.DeletePolicyAnnotation, words)
}

func events(list string) func(*snapshot.Object) { return annotation(hook.Annotation, list) }

// ran sets the state of a Job or Pod.
func ran(phase snapshot.RunPhase) func(*snapshot.Object) {
	return func(o *snapshot.Object) {
		o.Run = &snapshot.Run{Phase: phase}
		if phase.Finished() {
			o.Run.Finished = o.Created.Add(time.Minute)
		}
	}
}

// finishedAgo is when a Job or Pod ended, before now.
func finishedAgo(ago time.Duration) func(*snapshot.Object) {
	return func(o *snapshot.Object) {
		run := *o.Run
		run.Finished = someTime.Add(-ago)
		o.Run = &run
	}
}

func createdAgo(ago time.Duration) func(*snapshot.Object) {
	return func(o *snapshot.Object) { o.Created = someTime.Add(-ago) }
}

// expiresIn is when Kubernetes deletes a finished Job.
func expiresIn(d time.Duration) func(*snapshot.Object) {
	return func(o *snapshot.Object) {
		run := *o.Run
		run.Expires = someTime.Add(d)
		o.Run = &run
	}
}

func ofBlog(o *snapshot.Object) { label(instance, "blog")(o) }

func coAuthors(names ...string) func(*snapshot.Object) {
	return func(o *snapshot.Object) { o.CoAuthors = names }
}

// declaring is the hook that made an object, as a record has it after its run.
func declaring(o snapshot.Object, changes ...func(*release.Hook)) release.Hook {
	d, _ := hook.Parse(o.Annotations)
	h := release.Hook{
		Name: o.Name, Kind: o.Kind, Events: d.Events, Weight: d.Weight, Declared: d, Digest: "one",
		DeletePolicies: d.Policy.Words, Objects: []release.Ref{refTo(o)},
		LastRun: release.Run{StartedAt: o.Created, CompletedAt: o.Created.Add(time.Minute), Phase: "Succeeded"},
	}
	if !d.Policy.Set {
		h.DeletePolicies = []hook.DeletePolicy{hook.BeforeHookCreation}
	}
	for _, change := range changes {
		change(&h)
	}
	return h
}

func refTo(o snapshot.Object) release.Ref {
	return release.Ref{APIVersion: o.APIVersion, Kind: o.Kind, Name: o.Name}
}

// ranFrom moves a hook's run. Without an end, it was killed.
func ranFrom(start, end time.Time) func(*release.Hook) {
	return func(h *release.Hook) { h.LastRun.StartedAt, h.LastRun.CompletedAt = start, end }
}

func runPhase(phase string) func(*release.Hook) {
	return func(h *release.Hook) { h.LastRun.Phase = phase }
}

func neverRan(h *release.Hook) { h.LastRun = release.Run{} }

func text(digest string) func(*release.Hook) {
	return func(h *release.Hook) { h.Digest = digest }
}

// deployed is blog's only record, which declares the objects.
func deployed(objects ...snapshot.Object) []snapshot.Record {
	return []snapshot.Record{rec(blog(), 1, release.StatusDeployed, hooksOf(objects)...)}
}

func hooksOf(objects []snapshot.Object) []release.Hook {
	var hooks []release.Hook
	for _, o := range objects {
		hooks = append(hooks, declaring(o))
	}
	return hooks
}

// replacedBy are blog's records after an upgrade to a chart without the objects.
func replacedBy(objects ...snapshot.Object) []snapshot.Record {
	return []snapshot.Record{
		rec(blog(), 2, release.StatusDeployed), rec(blog(), 1, release.StatusSuperseded, hooksOf(objects)...),
	}
}

// otherRelease is one that has nothing to do with anything: a cluster without records
// may be one whose records are elsewhere.
func otherRelease() snapshot.Record {
	return rec(rel("desk", "other"), 1, release.StatusDeployed)
}

func uninstalledOther() snapshot.Record {
	return rec(rel("desk", "other"), 1, release.StatusUninstalled)
}

func lists(r snapshot.Record, objects ...snapshot.Object) snapshot.Record {
	body := *r.Body
	for _, o := range objects {
		body.Resources = append(body.Resources, refTo(o))
	}
	r.Body = &body
	return r
}

// declare makes a record with hooks that are not just as their objects say.
func declare(revision int, status release.Status, hooks ...release.Hook) snapshot.Record {
	return rec(blog(), revision, status, hooks...)
}

func written(ago time.Duration, r snapshot.Record) snapshot.Record {
	r.Written = someTime.Add(-ago)
	return r
}

// complete says of a snapshot that nothing more can be read.
func complete(s snapshot.Snapshot) *snapshot.Snapshot {
	s.Time, s.RecordsEverywhere, s.WitnessesEverywhere = someTime, true, true
	for i := range s.Objects {
		s.Objects[i].UsersRead = true
	}
	for i := range s.Records {
		r := &s.Records[i]
		r.ManifestRead = r.Body != nil
		if r.Written.IsZero() {
			r.Written = someTime.Add(-2 * day)
		}
	}
	return &s
}

// judged are the findings by kind/name. Nothing may be lacking.
func judged(t *testing.T, s snapshot.Snapshot, o verdict.Options) map[string]verdict.Finding {
	t.Helper()
	findings, lacks := verdict.Judge(complete(s), o)
	if !lacks.None() {
		t.Errorf("it lacks %v", describe(lacks))
	}
	found := make(map[string]verdict.Finding)
	for _, f := range findings {
		found[f.Object.Kind+"/"+f.Object.Name] = f
	}
	return found
}

// judgedFirst is the finding of the first object.
func judgedFirst(t *testing.T, s snapshot.Snapshot, o verdict.Options) verdict.Finding {
	t.Helper()
	first := s.Objects[0]
	f, ok := judged(t, s, o)[first.Kind+"/"+first.Name]
	if !ok {
		t.Fatalf("no finding of %s/%s", first.Kind, first.Name)
	}
	return f
}
