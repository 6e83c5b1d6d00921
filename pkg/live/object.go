// Package live takes from live objects what evidence needs of them. Clusters and
// files hold the same objects, and both are read through here.
package live

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// Object takes from an object's metadata what evidence needs.
func Object(k snapshot.Kind, m *metav1.PartialObjectMetadata) snapshot.Object {
	o := snapshot.Object{
		APIVersion:      k.APIVersion(),
		Kind:            k.Kind,
		Namespace:       m.Namespace,
		Name:            m.Name,
		GenerateName:    m.GenerateName,
		UID:             string(m.UID),
		ResourceVersion: m.ResourceVersion,
		Created:         m.CreationTimestamp.UTC(),
		Labels:          m.Labels,
		Annotations:     telling(m.Annotations),
	}
	o.Author, o.CoAuthors = authors(m.ManagedFields)
	if m.DeletionTimestamp != nil {
		o.Deleting = m.DeletionTimestamp.UTC()
	}
	for _, ref := range m.OwnerReferences {
		o.Owners = append(o.Owners, snapshot.Owner{
			Kind: ref.Kind, Name: ref.Name, UID: string(ref.UID),
			Controller: ref.Controller != nil && *ref.Controller,
		})
	}
	return o
}

// telling returns the annotations that say something about hooks, releases and
// deployers. Others may hold anything, a whole manifest with secrets included
// (kubectl's last-applied-configuration), and stay on the cluster.
func telling(annotations map[string]string) map[string]string {
	kept := make(map[string]string)
	for key, value := range annotations {
		if key == appliedAnnotation {
			continue
		}
		for _, prefix := range tellingPrefixes() {
			if strings.HasPrefix(key, prefix) {
				kept[key] = value
			}
		}
	}
	return kept
}

// appliedAnnotation is Rancher's last-applied-configuration: a whole manifest.
const appliedAnnotation = "objectset.rio.cattle.io/applied"

func tellingPrefixes() []string {
	return []string{
		"helm.sh/", "meta.helm.sh/", "argocd.argoproj.io/", "objectset.rio.cattle.io/",
		"kustomize.toolkit.fluxcd.io/", "cli-utils.sigs.k8s.io/", "client.lifecycle.config.k8s.io/",
		"kapp.k14s.io/delete-strategy",
	}
}

// maxCoAuthors bounds what an object may make us keep: API servers merge the entries
// of managers that update, but not of those that apply, and files hold anything.
const maxCoAuthors = 16

// authors are the managers that own the hook annotation. The first made the hook,
// and stays so when others annotate or apply over the object; those that applied
// the same value since own it as well.
func authors(fields []metav1.ManagedFieldsEntry) (author string, others []string) {
	first := true
	for _, f := range fields {
		switch {
		case f.FieldsV1 == nil || f.Subresource != "" || !ownsHook(f.FieldsV1.GetRawBytes()):
		case first:
			author, first = f.Manager, false
		case f.Manager != author && f.Manager != "" && len(others) < maxCoAuthors && !slices.Contains(others, f.Manager):
			others = append(others, f.Manager)
		}
	}
	return author, others
}

// ownsHook looks for the object's own annotation, and not for one that a pod
// template inside it may carry.
func ownsHook(fields []byte) bool {
	const key = "f:" + hook.Annotation
	if !bytes.Contains(fields, []byte(key)) {
		return false
	}
	var owned struct {
		Metadata struct {
			Annotations map[string]json.RawMessage `json:"f:annotations"`
		} `json:"f:metadata"`
	}
	if err := json.Unmarshal(fields, &owned); err != nil {
		return false
	}
	_, ok := owned.Metadata.Annotations[key]
	return ok
}

// Written is when the API server last stored the object.
func Written(m *metav1.ObjectMeta) time.Time {
	t := TraitsOf(m)
	return t.Written()
}
