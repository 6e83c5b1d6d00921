package cluster

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// wireSecrets are a few, of all the shapes that matter.
func wireSecrets() *corev1.SecretList {
	meta := func(name string) metav1.ObjectMeta {
		return metav1.ObjectMeta{
			Name: name, Namespace: "shop", UID: "1", ResourceVersion: "7", Labels: map[string]string{"owner": "helm", "status": "deployed"},
			ManagedFields: []metav1.ManagedFieldsEntry{{Manager: "helm", Operation: metav1.ManagedFieldsOperationUpdate, Time: new(metav1.Unix(7, 0))}},
		}
	}
	return &corev1.SecretList{ListMeta: metav1.ListMeta{ResourceVersion: "9", Continue: "x"}, Items: []corev1.Secret{
		{ObjectMeta: meta("a"), Data: map[string][]byte{"release": []byte("first"), "other": []byte("x")}, Type: "helm.sh/release.v1"},
		{ObjectMeta: meta("none"), Immutable: new(bool)},
		{ObjectMeta: meta("empty"), Data: map[string][]byte{"release": {}}},
		{ObjectMeta: meta("large"), Data: map[string][]byte{"release": bytes.Repeat([]byte("x"), 2*keptObject)}},
		{ObjectMeta: meta("z"), Data: map[string][]byte{"release": []byte("last")}},
	}}
}

func enveloped(tb testing.TB, list interface{ Marshal() ([]byte, error) }) []byte {
	tb.Helper()
	return envelopedAs(tb, "SecretList", list)
}

// seen is what a list shows, as text.
func seen(tb testing.TB, answer []byte, secrets bool) ([]string, error) {
	tb.Helper()
	var got []string
	var l storedList
	err := l.read(bytes.NewReader(answer), secrets, func(p *payloadOf) {
		text := string(p.payload)
		if len(text) > 10 {
			text = fmt.Sprintf("%d bytes", len(text))
		}
		got = append(got, fmt.Sprintf("%s/%s %s %d %s", p.Namespace, p.Name, p.Status(), p.Written().Unix(), text))
	})
	return got, err
}

func TestStoredLists(t *testing.T) {
	list := wireSecrets()
	want := []string{
		"shop/a deployed 7 first", "shop/none deployed 7 ", "shop/empty deployed 7 ",
		fmt.Sprintf("shop/large deployed 7 %d bytes", 2*keptObject), "shop/z deployed 7 last",
	}
	asJSON, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	maps := &corev1.ConfigMapList{}
	for i := range list.Items {
		m := corev1.ConfigMap{ObjectMeta: list.Items[i].ObjectMeta}
		if v, ok := list.Items[i].Data["release"]; ok {
			m.Data = map[string]string{"release": string(v)}
		}
		maps.Items = append(maps.Items, m)
	}
	mapsJSON, err := json.Marshal(maps)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name    string
		answer  []byte
		secrets bool
	}{
		{"protobuf", enveloped(t, list), true},
		{"JSON", asJSON, true},
		{"ConfigMaps", enveloped(t, maps), false},
		{"ConfigMaps as JSON", mapsJSON, false},
	} {
		got, err := seen(t, tt.answer, tt.secrets)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// An answer that is cut off anywhere shows nothing that it did not bring, and is never
// taken for a whole one.
func TestCutStoredLists(t *testing.T) {
	whole := enveloped(t, wireSecrets())
	all, err := seen(t, whole, true)
	if err != nil {
		t.Fatal(err)
	}
	complete := 0
	for n := range len(whole) {
		if n > 2000 && n < len(whole)-2000 && n%997 != 0 {
			continue
		}
		got, err := seen(t, whole[:n], true)
		if !slices.Equal(got, all[:len(got)]) {
			t.Fatalf("cut to %d bytes it shows %q", n, got)
		}
		if err == nil {
			complete++ // only the end of the envelope, which says nothing of the list, may be missing
			if len(got) != len(all) {
				t.Fatalf("cut to %d of %d bytes, with %d of %d objects, it is taken for whole", n, len(whole), len(got), len(all))
			}
		}
	}
	if complete == len(whole) {
		t.Error("no cut was noticed")
	}
	huge := append([]byte(protobufMagic), 0x12, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x12, 0xff, 0xff, 0xff, 0x7f)
	if _, err := seen(t, huge, true); err == nil || !strings.Contains(err.Error(), "more than a server can store") {
		t.Errorf("an object that claims to be huge: %v", err)
	}
}

func FuzzStoredList(f *testing.F) {
	f.Add(enveloped(f, wireSecrets()), true)
	f.Add([]byte(protobufMagic), false)
	f.Add([]byte(`{"items":[{"metadata":{"name":"a"},"data":{"release":"YQ=="}}]}`), true)
	f.Fuzz(func(t *testing.T, answer []byte, secrets bool) {
		got, err := seen(t, answer, secrets)
		if err != nil || !bytes.HasPrefix(answer, []byte(protobufMagic)) {
			return
		}
		// What is read as a whole list, client-go reads alike, if it reads it at all.
		var envelope runtime.Unknown
		var list corev1.SecretList
		if !secrets || envelope.Unmarshal(answer[len(protobufMagic):]) != nil || list.Unmarshal(envelope.Raw) != nil {
			return
		}
		if len(list.Items) != len(got) {
			t.Errorf("%d objects were shown, and there are %d", len(got), len(list.Items))
		}
	})
}
