//go:build e2e

package verdicts

import (
	"maps"
	"strconv"
	"strings"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
)

// object is a manifest. Templates in it are rendered when Helm makes the object.
type object map[string]any

// option changes a manifest.
type option func(object)

// manifest makes one with the labels that charts write by custom.
func manifest(apiVersion, kind, name string, opts ...option) object {
	o := object{
		"apiVersion": apiVersion, "kind": kind,
		"metadata": object{
			"name": name,
			"labels": object{
				"app.kubernetes.io/instance":   "{{ .Release.Name }}",
				"app.kubernetes.io/managed-by": "{{ .Release.Service }}",
			},
			"annotations": object{},
		},
	}
	return o.but(opts...)
}

func (o object) but(opts ...option) object {
	for _, opt := range opts {
		opt(o)
	}
	return o
}

// in returns the map at the path, made where there is none.
func (o object) in(path ...string) object {
	for _, key := range path {
		next, ok := o[key].(object)
		if !ok {
			next = object{}
			o[key] = next
		}
		o = next
	}
	return o
}

// podSpec is that of a Pod or of a workload's template.
func (o object) podSpec() object {
	if o["kind"] == "Pod" {
		return o.in("spec")
	}
	return o.in("spec", "template", "spec")
}

func (o object) podLabels() object {
	if o["kind"] == "Pod" {
		return o.in("metadata", "labels")
	}
	return o.in("spec", "template", "metadata", "labels")
}

func annotated(key, value string) option {
	return func(o object) { o.in("metadata", "annotations")[key] = value }
}

func labelled(key, value string) option {
	return func(o object) { o.in("metadata", "labels")[key] = value }
}

// unlabelled takes away all that tells whose the object is.
func unlabelled(o object) { delete(o.in("metadata"), "labels") }

// hook makes the manifest one, of events and, if there is one, with a delete policy:
// no policy and an empty one differ.
func hook(events string, policy ...string) option {
	return func(o object) {
		annotated("helm.sh/hook", events)(o)
		if len(policy) > 0 {
			annotated("helm.sh/hook-delete-policy", strings.Join(policy, ","))(o)
		}
	}
}

func weight(w int) option { return annotated("helm.sh/hook-weight", strconv.Itoa(w)) }

// The outcomes of Jobs and Pods, which succeed otherwise.
func fails(o object) { o.podLabels()[cluster.OutcomeLabel] = cluster.OutcomeFail }
func hangs(o object) { o.podLabels()[cluster.OutcomeLabel] = cluster.OutcomeHang }

// lasts is for those that are to be seen at work, and to succeed after all.
func lasts(seconds int) option {
	return func(o object) { o.podLabels()[cluster.SecondsLabel] = strconv.Itoa(seconds) }
}

func runsAs(serviceAccount string) option {
	return func(o object) { o.podSpec()["serviceAccountName"] = serviceAccount }
}

// image changes a Job in a way that Kubernetes does not allow.
func image(tag string) option {
	return func(o object) { o.podSpec()["containers"] = containers("hook", tag) }
}

// waits adds an init container with arguments.
func waits(args ...string) option {
	return func(o object) {
		init := container("wait", "3.10")
		init["args"] = args
		o.podSpec()["initContainers"] = []object{init}
	}
}

// mounts a claim.
func mounts(claim string) option {
	return func(o object) {
		o.podSpec()["volumes"] = []object{{"name": "data", "persistentVolumeClaim": object{"claimName": claim}}}
	}
}

func container(name, tag string) object {
	return object{"name": name, "image": "registry.k8s.io/pause:" + tag}
}

func containers(name, tag string) []object { return []object{container(name, tag)} }

// with sets fields at the top of the manifest.
func with(fields object) option {
	return func(o object) { maps.Copy(o, fields) }
}
