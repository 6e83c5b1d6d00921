package cluster

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// wireMetadata are objects of all the shapes that matter.
func wireMetadata() *metav1.PartialObjectMetadataList {
	managers := []metav1.ManagedFieldsEntry{{Manager: "helm", Operation: metav1.ManagedFieldsOperationUpdate, FieldsType: "FieldsV1"}}
	object := func(name string, labels, annotations map[string]string) metav1.PartialObjectMetadata {
		return metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{
			Name: name, Namespace: "shop", UID: "1", ResourceVersion: "7", Generation: 3, Labels: labels, Annotations: annotations,
			OwnerReferences: []metav1.OwnerReference{{Kind: "Job", Name: "o", UID: "2"}}, Finalizers: []string{"f"}, ManagedFields: managers,
		}}
	}
	count := int64(3)
	return &metav1.PartialObjectMetadataList{
		ListMeta: metav1.ListMeta{ResourceVersion: "9", Continue: "more", RemainingItemCount: &count},
		Items: []metav1.PartialObjectMetadata{
			object("plain", map[string]string{"owner": "me", "x": "helm"}, map[string]string{"helm.sh/hook-weight": "1"}),
			object("hook", nil, map[string]string{"a": "b", "helm.sh/hook": "test"}),
			object("empty hook", nil, map[string]string{"helm.sh/hook": ""}),
			object("record", map[string]string{"name": "a", "owner": "helm"}, nil),
			{},
		},
	}
}

func envelopedAs(tb testing.TB, kind string, list interface{ Marshal() ([]byte, error) }) []byte {
	tb.Helper()
	raw, err := list.Marshal()
	if err != nil {
		tb.Fatal(err)
	}
	envelope := runtime.Unknown{TypeMeta: runtime.TypeMeta{APIVersion: "meta.k8s.io/v1", Kind: kind}, Raw: raw}
	out, err := envelope.Marshal()
	if err != nil {
		tb.Fatal(err)
	}
	return append([]byte(protobufMagic), out...)
}

// readWhole reads a list, and all of its objects' metadata.
func readWhole(l *metadataList, answer []byte, read func(*metadataItem) (*metav1.PartialObjectMetadata, error)) (
	all []metav1.PartialObjectMetadata, head metav1.ListMeta, binary bool, err error,
) {
	head, binary, err = l.read(bytes.NewReader(answer), func(o *metadataItem) error {
		m, err := read(o)
		if err == nil {
			all = append(all, *m)
		}
		return err
	})
	return all, head, binary, err
}

func TestMetadataLists(t *testing.T) {
	list := wireMetadata()
	list.Kind = metadataKind
	asJSON, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		answer []byte
		binary bool
	}{
		{"protobuf", envelopedAs(t, metadataKind, list), true},
		{"JSON", asJSON, false},
	} {
		var l metadataList
		for range 2 { // buffers are used again
			got, head, binary, err := readWhole(&l, tt.answer, (*metadataItem).whole)
			if err != nil || binary != tt.binary {
				t.Fatalf("%s: protobuf %v, %v", tt.name, binary, err)
			}
			if diff := cmp.Diff(wireMetadata().ListMeta, head); diff != "" {
				t.Errorf("%s: the list's own (-want +got):\n%s", tt.name, diff)
			}
			if diff := cmp.Diff(wireMetadata().Items, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.name, diff)
			}
		}
		want := wireMetadata().Items
		for i := range want {
			if tt.binary {
				want[i].ManagedFields = nil
			}
		}
		got, _, _, err := readWhole(&l, tt.answer, (*metadataItem).unmanaged)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s, without managers: error %v (-want +got):\n%s", tt.name, err, diff)
		}
	}
}

func TestBrokenMetadataLists(t *testing.T) {
	whole := envelopedAs(t, metadataKind, wireMetadata())
	for n := range len(whole) {
		count := 0
		var l metadataList
		_, _, err := l.read(bytes.NewReader(whole[:n]), func(*metadataItem) error { count++; return nil })
		// Only the end of the envelope, which says nothing of the list, may be missing.
		if err == nil && count != len(wireMetadata().Items) {
			t.Fatalf("cut to %d of %d bytes, with %d objects, it is taken for whole", n, len(whole), count)
		}
	}
	for name, answer := range map[string]string{
		"neither protobuf nor JSON": "<html>",
		"EOF":                       "",
		"answered with a \"Sec":     string(envelopedAs(t, "SecretList", wireMetadata())),
	} {
		var l metadataList
		_, _, err := l.read(strings.NewReader(answer), func(*metadataItem) error { return nil })
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("error %v, want %q in it", err, name)
		}
	}
}

func FuzzMetadataList(f *testing.F) {
	f.Add(envelopedAs(f, metadataKind, wireMetadata()))
	f.Add([]byte(protobufMagic))
	f.Add([]byte(`{"kind":"PartialObjectMetadataList","items":[{"metadata":{"name":"a"}}]}`))
	f.Fuzz(func(t *testing.T, answer []byte) {
		count := 0
		var l metadataList
		_, binary, err := l.read(bytes.NewReader(answer), func(*metadataItem) error { count++; return nil })
		if err != nil || !binary {
			return
		}
		var envelope runtime.Unknown
		var list metav1.PartialObjectMetadataList
		if envelope.Unmarshal(answer[len(protobufMagic):]) != nil || list.Unmarshal(envelope.Raw) != nil {
			return
		}
		if count != len(list.Items) {
			t.Errorf("%d objects were shown, and there are %d", count, len(list.Items))
		}
	})
}
