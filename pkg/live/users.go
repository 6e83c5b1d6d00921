package live

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// UsersGap says that it is not known what objects of a kind use.
func UsersGap(k snapshot.Kind, namespace, why string) snapshot.Gap {
	return snapshot.Gap{What: "what " + k.Name() + " use", Namespace: namespace, Why: why, Kind: &k, Users: true}
}

// Named is an object of which only the metadata is known, as decoded JSON, as far as
// it can name others or be selected.
func Named(k snapshot.Kind, m *metav1.PartialObjectMetadata) map[string]any {
	var owners []any
	for _, o := range m.OwnerReferences {
		owners = append(owners, map[string]any{"uid": string(o.UID)})
	}
	return map[string]any{
		"apiVersion": k.APIVersion(), "kind": k.Kind,
		"metadata": map[string]any{
			"name": m.Name, "namespace": m.Namespace, "uid": string(m.UID),
			"annotations": values(m.Annotations), "labels": values(m.Labels), "ownerReferences": owners,
		},
	}
}

func values(texts map[string]string) map[string]any {
	m := make(map[string]any, len(texts))
	for key, value := range texts {
		m[key] = value
	}
	return m
}
