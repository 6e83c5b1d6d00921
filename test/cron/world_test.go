//go:build e2e

package cron

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/story"
)

const (
	// team is the namespace in which most of the world is.
	team = "team"
	// gone is a release of which nothing but hooks is left.
	gone = "gone"
)

// thing is an object of the world.
type thing struct {
	resource schema.GroupVersionResource
	object   *unstructured.Unstructured
}

func (x *thing) String() string { return x.object.GetKind() + "/" + x.object.GetName() }

func core(resource string) schema.GroupVersionResource { return group("", "v1", resource) }

func group(group, version, resource string) schema.GroupVersionResource {
	return schema.GroupVersionResource{Group: group, Version: version, Resource: resource}
}

const rbacGroup = "rbac.authorization.k8s.io"

type fields = map[string]any

func newThing(r schema.GroupVersionResource, kind, name string, body fields) *thing {
	u := &unstructured.Unstructured{Object: fields{}}
	for k, v := range body {
		u.Object[k] = v
	}
	u.SetAPIVersion(r.GroupVersion().String())
	u.SetKind(kind)
	u.SetName(name)
	if kind != "ClusterRole" && kind != "ClusterRoleBinding" {
		u.SetNamespace(team)
	}
	return &thing{r, u}
}

// left makes a thing a hook that a gone release has left.
func (x *thing) left() *thing {
	x.object.SetAnnotations(map[string]string{
		"helm.sh/hook": "pre-install", "meta.helm.sh/release-name": gone, "meta.helm.sh/release-namespace": team,
	})
	return x
}

func podSpec(more fields) fields {
	spec := fields{"restartPolicy": "Never", "containers": []any{fields{"name": "main", "image": "registry.k8s.io/pause:3.10"}}}
	for k, v := range more {
		spec[k] = v
	}
	return spec
}

func roleRef(kind, name string) fields {
	return fields{"apiGroup": rbacGroup, "kind": kind, "name": name}
}

func account(name string) fields {
	return fields{"kind": "ServiceAccount", "name": name, "namespace": team}
}

// orphans are what nobody needs: exactly these may go.
func orphans() []*thing {
	rbac := func(resource, kind, name string, body fields) *thing {
		return newThing(group(rbacGroup, "v1", resource), kind, name, body).left()
	}
	return []*thing{
		newThing(group("batch", "v1", "jobs"), "Job", "left", fields{"spec": fields{"template": fields{"spec": podSpec(nil)}}}).left(),
		newThing(core("pods"), "Pod", "left", fields{"spec": podSpec(nil)}).left(),
		newThing(core("configmaps"), "ConfigMap", "left", fields{"data": fields{"key": "value"}}).left(),
		newThing(core("serviceaccounts"), "ServiceAccount", "left", nil).left(),
		rbac("roles", "Role", "left", fields{"rules": []any{}}),
		rbac("rolebindings", "RoleBinding", "left", fields{"roleRef": roleRef("Role", "left"), "subjects": []any{account("left")}}),
		rbac("clusterroles", "ClusterRole", "left", fields{"rules": []any{}}),
		rbac("clusterrolebindings", "ClusterRoleBinding", "left", fields{"roleRef": roleRef("ClusterRole", "left"), "subjects": []any{account("left")}}),
	}
}

// guarded are orphans that somebody needs, who can be seen only by whoever may list the
// kind of that somebody; and those who need them.
func guarded() []*thing {
	template := func(configMap string, more fields) fields {
		more["containers"] = []any{fields{
			"name": "main", "image": "registry.k8s.io/pause:3.10", "envFrom": []any{fields{"configMapRef": fields{"name": configMap}}},
		}}
		return fields{"metadata": fields{"labels": fields{"app": configMap}}, "spec": podSpec(more)}
	}
	var all []*thing
	for _, w := range []struct {
		r    schema.GroupVersionResource
		kind string
	}{
		{group("apps", "v1", "deployments"), "Deployment"},
		{group("apps", "v1", "replicasets"), "ReplicaSet"},
		{group("apps", "v1", "statefulsets"), "StatefulSet"},
		{group("apps", "v1", "daemonsets"), "DaemonSet"},
		{core("replicationcontrollers"), "ReplicationController"},
		{core("podtemplates"), "PodTemplate"},
		{group("batch", "v1", "jobs"), "Job"},
		{group("batch", "v1", "cronjobs"), "CronJob"},
		{core("pods"), "Pod"},
	} {
		name := "used-by-" + w.r.Resource
		all = append(all, newThing(core("configmaps"), "ConfigMap", name, fields{"data": fields{}}).left())
		always := fields{"restartPolicy": "Always"}
		selector := any(fields{"matchLabels": fields{"app": name}})
		if w.kind == "ReplicationController" {
			selector = fields{"app": name}
		}
		body := fields{"spec": fields{"replicas": int64(0), "selector": selector, "template": template(name, always)}}
		switch w.kind {
		case "DaemonSet": // no node has such a label
			always["nodeSelector"] = fields{"nowhere": "true"}
			body = fields{"spec": fields{"selector": selector, "template": template(name, always)}}
		case "PodTemplate":
			body = fields{"template": template(name, always)}
		case "Pod": // it hangs, since no node has such a label
			body = fields{"spec": template(name, fields{"nodeSelector": fields{"nowhere": "true"}})["spec"]}
		case "Job":
			body = fields{"spec": fields{"suspend": true, "template": template(name, fields{})}}
		case "CronJob":
			body = fields{"spec": fields{
				"schedule": "0 0 29 2 *", "suspend": true,
				"jobTemplate": fields{"spec": fields{"template": template(name, fields{})}},
			}}
		}
		all = append(all, newThing(w.r, w.kind, "user", body))
	}
	owner := newThing(core("configmaps"), "ConfigMap", "owner-of-a-lease", fields{"data": fields{}}).left()
	granting := func(resource, kind, name string, body fields) *thing {
		return newThing(group(rbacGroup, "v1", resource), kind, name, body)
	}
	return append(all,
		owner, newThing(group("coordination.k8s.io", "v1", "leases"), "Lease", "owned", nil),
		granting("roles", "Role", "granted", fields{"rules": []any{}}).left(),
		granting("rolebindings", "RoleBinding", "grant", fields{"roleRef": roleRef("Role", "granted"), "subjects": []any{account("default")}}),
		granting("clusterroles", "ClusterRole", "granted", fields{"rules": []any{}}).left(),
		granting("clusterrolebindings", "ClusterRoleBinding", "grant", fields{"roleRef": roleRef("ClusterRole", "granted"), "subjects": []any{account("default")}}),
	)
}

// create makes things that are not there, as Helm does, in their order.
func create(ctx context.Context, things []*thing) error {
	client, err := dynamic.NewForConfig(stage.Config())
	if err != nil {
		return err
	}
	uids := make(map[string]string)
	for _, x := range things {
		object := x.object.DeepCopy()
		if x.object.GetName() == "owned" {
			object.SetOwnerReferences([]metav1.OwnerReference{{
				APIVersion: "v1", Kind: "ConfigMap", Name: "owner-of-a-lease", UID: typesUID(uids["ConfigMap/owner-of-a-lease"]),
			}})
		}
		made, err := client.Resource(x.resource).Namespace(object.GetNamespace()).Create(ctx, object, metav1.CreateOptions{FieldManager: "helm"})
		if apierrors.IsAlreadyExists(err) {
			continue
		}
		if err != nil {
			return fmt.Errorf("%s: %w", x, err)
		}
		uids[x.String()] = string(made.GetUID())
	}
	return nil
}

// clearOrphans deletes all that is there of the orphans: what restore has made again is nobody's.
func clearOrphans(t *testing.T) {
	t.Helper()
	client, err := dynamic.NewForConfig(stage.Config())
	must(t, err)
	background := metav1.DeleteOptions{PropagationPolicy: new(metav1.DeletePropagationBackground)}
	for _, x := range orphans() {
		err := client.Resource(x.resource).Namespace(x.object.GetNamespace()).Delete(t.Context(), x.object.GetName(), background)
		if err != nil && !apierrors.IsNotFound(err) {
			t.Fatal(err)
		}
	}
	must(t, eventually(t.Context(), "the orphans to go", func() (bool, error) { return len(there(t, orphans())) == 0, nil }))
}

// there are those of the things that exist.
func there(t *testing.T, things []*thing) []string {
	t.Helper()
	client, err := dynamic.NewForConfig(stage.Config())
	must(t, err)
	var names []string
	for _, x := range things {
		_, err := client.Resource(x.resource).Namespace(x.object.GetNamespace()).Get(t.Context(), x.object.GetName(), metav1.GetOptions{})
		if err == nil {
			names = append(names, x.String())
		} else if !apierrors.IsNotFound(err) {
			t.Fatal(err)
		}
	}
	slices.Sort(names)
	return names
}

func namesOf(things []*thing) []string {
	var names []string
	for _, x := range things {
		names = append(names, x.String())
	}
	slices.Sort(names)
	return names
}

// restock makes the orphans that are not there, and waits until what runs has ended.
func restock(ctx context.Context) error {
	if err := create(ctx, orphans()); err != nil {
		return err
	}
	return eventually(ctx, "the Job and the Pod to end", func() (bool, error) {
		job, err := stage.client.BatchV1().Jobs(team).Get(ctx, "left", metav1.GetOptions{})
		if err != nil || job.Status.Succeeded == 0 || job.Status.CompletionTime == nil {
			return false, err
		}
		pod, err := stage.client.CoreV1().Pods(team).Get(ctx, "left", metav1.GetOptions{})
		return err == nil && pod.Status.Phase == "Succeeded", err
	})
}

// play makes the world: a living release of real Helm, and a gone one's hooks.
func play(ctx context.Context) error {
	if err := makeNamespace(ctx, team, nil); err != nil {
		return err
	}
	if err := release(ctx, team); err != nil {
		return err
	}
	if err := create(ctx, guarded()); err != nil {
		return err
	}
	return restock(ctx)
}

// release installs or upgrades a release of the namespace's name, whose hook Job
// nothing will ever delete.
func release(ctx context.Context, namespace string) error {
	chart, err := story.Chart("hooks")
	if err != nil {
		return err
	}
	values, err := yaml.Marshal(fields{"objects": []any{
		fields{"apiVersion": "v1", "kind": "ConfigMap", "metadata": fields{"name": "ordinary"}},
		fields{
			"apiVersion": "batch/v1", "kind": "Job", "spec": fields{"template": fields{"spec": podSpec(nil)}},
			"metadata": fields{"name": "seed", "annotations": fields{"helm.sh/hook": "post-install,post-upgrade"}},
		},
	}})
	if err != nil {
		return err
	}
	file := filepath.Join(stage.Dir, "values.yaml")
	if err := os.WriteFile(file, values, 0o600); err != nil {
		return err
	}
	helm := story.NewHelm(4, stage.Cluster.BinDir, stage.Cluster.Kubeconfig, namespace, filepath.Join(stage.Dir, "helm"))
	return helm.Run(ctx, "upgrade", "--install", "of-"+namespace, chart, "--values", file)
}

// install makes sure that the Job of a namespace's release is there, and has ended.
func install(t *testing.T, namespace string) {
	t.Helper()
	_, err := stage.client.BatchV1().Jobs(namespace).Get(t.Context(), "seed", metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		err = release(t.Context(), namespace)
	}
	must(t, err)
}

// eventually waits until something is so.
func eventually(ctx context.Context, what string, so func() (bool, error)) error {
	end := time.Now().Add(2 * time.Minute)
	for {
		ok, err := so()
		switch {
		case err != nil:
			return err
		case ok:
			return nil
		case time.Now().After(end):
			return errors.New("waited in vain for " + what)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
