package verdict_test

import (
	"time"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// rel names a release in the Secret driver.
func rel(namespace, name string) snapshot.ReleaseID {
	return snapshot.ReleaseID{Driver: snapshot.Secrets, Namespace: namespace, Name: name}
}

// rec is a record whose body declares the given hooks.
func rec(id snapshot.ReleaseID, revision int, status release.Status, hooks ...release.Hook) snapshot.Record {
	return snapshot.Record{
		RecordID: snapshot.RecordID{Release: id, Revision: revision},
		Status:   status,
		Body:     &release.Body{Name: id.Name, Namespace: id.Namespace, Revision: revision, Status: status, Hooks: hooks},
	}
}

// unread is a record whose body was not read.
func unread(id snapshot.ReleaseID, revision int, status release.Status) snapshot.Record {
	r := rec(id, revision, status)
	r.Body = nil
	return r
}

// declares is a hook that declares the given objects.
func declares(refs ...release.Ref) release.Hook {
	return release.Hook{Objects: refs, Declared: hook.Declaration{Events: []hook.Event{hook.PreUpgrade}, Weight: 3}}
}

func jobRef(name string) release.Ref {
	return release.Ref{APIVersion: "batch/v1", Kind: "Job", Name: name}
}

func job(namespace, name string) snapshot.Object {
	return snapshot.Object{
		APIVersion: "batch/v1", Kind: "Job", Namespace: namespace, Name: name, UID: namespace + "/" + name,
		Annotations: map[string]string{hook.Annotation: "pre-upgrade"}, Author: "helm",
	}
}

// with changes a copy of an object.
func with(o snapshot.Object, changes ...func(*snapshot.Object)) snapshot.Object {
	for _, change := range changes {
		change(&o)
	}
	return o
}

func label(key, value string) func(*snapshot.Object) {
	return func(o *snapshot.Object) { o.Labels = merge(o.Labels, key, value) }
}

func annotation(key, value string) func(*snapshot.Object) {
	return func(o *snapshot.Object) { o.Annotations = merge(o.Annotations, key, value) }
}

func merge(m map[string]string, key, value string) map[string]string {
	out := map[string]string{key: value}
	for k, v := range m {
		if k != key {
			out[k] = v
		}
	}
	return out
}

func author(name string) func(*snapshot.Object) {
	return func(o *snapshot.Object) { o.Author = name }
}

func ownedBy(release, namespace string) func(*snapshot.Object) {
	return func(o *snapshot.Object) {
		annotation("meta.helm.sh/release-name", release)(o)
		annotation("meta.helm.sh/release-namespace", namespace)(o)
	}
}

func unannotated(o *snapshot.Object) { o.Annotations = nil }

func controlled(o *snapshot.Object) {
	o.Owners = []snapshot.Owner{{Kind: "Job", Name: "x", UID: "1"}, {Kind: "CronJob", Name: "y", UID: "2", Controller: true}}
}

func clusterScoped(name string) snapshot.Object {
	return snapshot.Object{
		APIVersion: "rbac.authorization.k8s.io/v1", Kind: "ClusterRole", Name: name, UID: name,
		Annotations: map[string]string{hook.Annotation: "pre-upgrade"}, Author: "helm",
	}
}

var roleRef = release.Ref{APIVersion: "rbac.authorization.k8s.io/v1", Kind: "ClusterRole", Name: "a"}

var someTime = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// called are releases by name, wherever they are.
func called(names ...string) []verdict.ReleaseName {
	var out []verdict.ReleaseName
	for _, n := range names {
		out = append(out, verdict.ReleaseName{Name: n})
	}
	return out
}
