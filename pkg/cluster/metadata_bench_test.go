package cluster

import (
	"bytes"
	"fmt"
	"hash/maphash"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// ofHelm is an object as Helm makes them.
func ofHelm(n int) metav1.PartialObjectMetadata {
	release, namespace := fmt.Sprintf("shop-%05d", n/2), fmt.Sprintf("team-%04d", n/10)
	return metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{
		Name: fmt.Sprintf("%s-part-%d", release, n%2), Namespace: namespace, UID: types.UID(fmt.Sprintf("01234567-89ab-cdef-0123-%012d", n)),
		ResourceVersion: fmt.Sprint(100_000 + n), CreationTimestamp: metav1.Unix(1_790_000_000, 0),
		Labels: map[string]string{
			"app.kubernetes.io/instance": release, "app.kubernetes.io/managed-by": "Helm", "app.kubernetes.io/name": "shop", "app": fmt.Sprintf("%s-%d", release, n%2),
		},
		Annotations: map[string]string{"meta.helm.sh/release-name": release, "meta.helm.sh/release-namespace": namespace},
		ManagedFields: []metav1.ManagedFieldsEntry{{
			Manager: "helm", Operation: "Update", APIVersion: "v1", Time: new(metav1.Unix(1_790_000_000, 0)), FieldsType: "FieldsV1",
			FieldsV1: metav1.NewFieldsV1(`{"f:data":{".":{},"f:key":{}},"f:metadata":{"f:annotations":{".":{},"f:meta.helm.sh/release-name":{},"f:meta.helm.sh/release-namespace":{}},` +
				`"f:labels":{".":{},"f:app":{},"f:app.kubernetes.io/instance":{},"f:app.kubernetes.io/managed-by":{},"f:app.kubernetes.io/name":{}}}}`),
		}},
	}}
}

// ofController is an object as controllers make them: it has an owner, and shows nothing.
func ofController(n int) metav1.PartialObjectMetadata {
	m := ofHelm(n)
	m.Annotations = nil
	m.OwnerReferences = []metav1.OwnerReference{{
		APIVersion: "apps/v1", Kind: "ReplicaSet", Name: m.Name[:len(m.Name)-2], UID: m.UID, Controller: new(true), BlockOwnerDeletion: new(true),
	}}
	return m
}

// ofHistory is a record, one of ten of its release.
func ofHistory(n int) metav1.PartialObjectMetadata {
	m := ofHelm(n / 10 * 2)
	release := m.Labels["app.kubernetes.io/instance"]
	revision := fmt.Sprint(n%10 + 1)
	m.Name, m.ResourceVersion, m.Annotations = "sh.helm.release.v1."+release+".v"+revision, fmt.Sprint(100_000+n), nil
	m.Labels = map[string]string{"owner": "helm", "name": release, "status": "superseded", "version": revision, "modifiedAt": "1790000000"}
	return m
}

// ofHook is a hook object that Helm made.
func ofHook(n int) metav1.PartialObjectMetadata {
	m := ofHelm(n)
	m.Annotations = map[string]string{"helm.sh/hook": "pre-install,pre-upgrade", "helm.sh/hook-weight": "-5", "helm.sh/hook-delete-policy": "before-hook-creation"}
	m.ManagedFields[0].FieldsV1 = metav1.NewFieldsV1(`{"f:metadata":{"f:annotations":{".":{},"f:helm.sh/hook":{},"f:helm.sh/hook-weight":{},"f:helm.sh/hook-delete-policy":{}}}}`)
	return m
}

// metadataShapes are objects that clusters have many of.
func metadataShapes() map[string]func(int) metav1.PartialObjectMetadata {
	return map[string]func(int) metav1.PartialObjectMetadata{"helm": ofHelm, "controller": ofController, "record": ofHistory, "hook": ofHook}
}

// metadataAnswer is a list of so many objects of a shape.
func metadataAnswer(tb testing.TB, objects int, shape func(int) metav1.PartialObjectMetadata) []byte {
	tb.Helper()
	list := &metav1.PartialObjectMetadataList{}
	for n := range objects {
		list.Items = append(list.Items, shape(n))
	}
	return envelopedAs(tb, metadataKind, list)
}

// BenchmarkMetadata reads lists and keeps what matters: of 1,000 objects each.
func BenchmarkMetadata(b *testing.B) {
	const objects = 1000
	kind := &snapshot.Kind{Version: "v1", Resource: "pods", Kind: "Pod", Namespaced: true}
	seed := maphash.MakeSeed()
	for name, shape := range metadataShapes() {
		b.Run("shape="+name, func(b *testing.B) {
			answer := metadataAnswer(b, objects, shape)
			var reader metadataList
			b.SetBytes(int64(len(answer)))
			b.ReportAllocs()
			for b.Loop() {
				l := recordList{storage: storages()[0]}
				if _, _, err := reader.read(bytes.NewReader(answer), func(o *metadataItem) error { return l.see(kind, o, seed) }); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/objects, "ns/object")
		})
	}
}
