package cluster

import (
	"fmt"
	"hash/maphash"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protowire"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/live"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// dice make metadata of all the shapes that there can be, and of some more.
type dice struct{ *rand.Rand }

func (d dice) pick(from ...string) string { return from[d.IntN(len(from))] }

func (d dice) seldom() bool { return d.IntN(8) == 0 }

func (d dice) texts(keys, values []string) map[string]string {
	m := map[string]string{}
	for range d.IntN(5) {
		m[d.pick(keys...)] = d.pick(values...)
	}
	if len(m) == 0 {
		return nil
	}
	return m
}

func (d dice) time() metav1.Time {
	if d.seldom() {
		return metav1.Time{}
	}
	return metav1.Unix(d.Int64N(1<<33)-1<<31, 0)
}

func (d dice) metadata() metav1.ObjectMeta {
	m := metav1.ObjectMeta{
		Name: d.pick("", "a", "default", "kube-root-ca.crt", "blog-0", "sh.helm.release.v1.blog.v7", "sh.helm.release.v1..v1", "wïki"), Namespace: d.pick("", "shop", "desk"),
		UID: types.UID(fmt.Sprint(d.IntN(9))), ResourceVersion: fmt.Sprint(d.IntN(1000)), GenerateName: d.pick("", "a-"), Generation: d.Int64N(5),
		CreationTimestamp: d.time(),
		Labels: d.texts([]string{"app.kubernetes.io/instance", "release", "status", "owner", "name", "", "app", "Release"},
			[]string{"", "helm", "blog", "wiki", "deployed", "pending-install", "odd"}),
		Annotations: d.texts([]string{"meta.helm.sh/release-name", "meta.helm.sh/release-namespace", "helm.sh/resource-policy", "helm.sh/hook-weight", "note", ""},
			[]string{"", "blog", "wiki", "shop", "desk", "keep"}),
	}
	if d.seldom() {
		m.Annotations = map[string]string{"helm.sh/hook": d.pick("", "test"), "meta.helm.sh/release-name": "blog", "meta.helm.sh/release-namespace": "shop"}
	}
	if d.seldom() {
		m.DeletionTimestamp = new(d.time())
		m.DeletionGracePeriodSeconds = new(d.Int64N(40))
	}
	for range d.IntN(3) {
		ref := metav1.OwnerReference{
			APIVersion: d.pick("", "v1", "batch/v1", "apps/v1", "example.com/v1"), Kind: d.pick("", "Job", "ReplicaSet", "Service", "Widget"),
			Name: "o", UID: types.UID(d.pick("", "1", "2", "3")),
		}
		if d.IntN(2) == 0 {
			ref.Controller = new(d.IntN(2) == 0)
		}
		m.OwnerReferences = append(m.OwnerReferences, ref)
	}
	for range d.IntN(3) {
		entry := metav1.ManagedFieldsEntry{
			Manager: d.pick("helm", "kubectl"), Operation: "Update", FieldsType: "FieldsV1",
			FieldsV1: metav1.NewFieldsV1(`{"f:metadata":{"f:annotations":{"f:helm.sh/hook":{}}}}`),
		}
		if d.IntN(3) > 0 {
			entry.Time = new(d.time())
		}
		m.ManagedFields = append(m.ManagedFields, entry)
	}
	return m
}

// encoded is metadata as a server sends it, or as an odd one might: in another order, with
// fields that come again or that nobody knows, in types that they should not have.
func (d dice) encoded(m *metav1.ObjectMeta) []byte {
	message, err := m.Marshal()
	if err != nil {
		panic(err)
	}
	if d.IntN(2) == 0 {
		return message
	}
	var parts [][]byte
	for rest := message; len(rest) > 0; {
		_, _, size := protowire.ConsumeField(rest)
		parts = append(parts, rest[:size])
		if d.IntN(30) == 0 {
			parts = append(parts, rest[:size])
		}
		rest = rest[size:]
	}
	if d.IntN(4) == 0 {
		n := protowire.Number(1 + d.IntN(20))
		switch d.IntN(3) {
		case 0:
			parts = append(parts, protowire.AppendVarint(protowire.AppendTag(nil, n, protowire.VarintType), d.Uint64()))
		case 1:
			parts = append(parts, protowire.AppendBytes(protowire.AppendTag(nil, n, protowire.BytesType), []byte(d.pick("", "x", "\x08\x01"))))
		case 2:
			parts = append(parts, protowire.AppendFixed64(protowire.AppendTag(nil, n, protowire.Fixed64Type), d.Uint64()))
		}
	}
	d.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
	var odd []byte
	for _, p := range parts {
		odd = append(odd, p...)
	}
	return odd
}

// sameTraits holds the traits that are read against those of ObjectMeta's own reading, if
// that takes the message, and returns them.
func sameTraits(t *testing.T, r *traitsReader, message []byte) (*metav1.ObjectMeta, *metadataItem) {
	t.Helper()
	object := protowire.AppendBytes(protowire.AppendTag(nil, objectMetadata, protowire.BytesType), message)
	item := &metadataItem{message: object}
	err := r.object(object, &item.Traits)
	m := new(metav1.ObjectMeta)
	if m.Unmarshal(message) != nil {
		return nil, nil
	}
	if err != nil {
		t.Fatalf("%x is metadata, and %v", message, err)
	}
	want, got := live.TraitsOf(m), item.Traits
	if len(got.Owners) == 0 {
		got.Owners = nil
	}
	if !reflect.DeepEqual(want, got) {
		t.Fatalf("of %x\ntraits are %+v,\nand read    %+v", message, want, got)
	}
	return m, item
}

// What is read of lists object by object is what would be of all their metadata: hooks, the
// hashes of others, signs and records.
func TestTraitsTellAllThatMatters(t *testing.T) {
	kinds := []snapshot.Kind{
		{Version: "v1", Resource: "pods", Kind: "Pod", Namespaced: true},
		{Version: "v1", Resource: "namespaces", Kind: "Namespace"},
		{Version: "v1", Resource: "configmaps", Kind: "ConfigMap", Namespaced: true},
		{Version: "v1", Resource: "services", Kind: "Service", Namespaced: true},
		{Version: "v1", Resource: "persistentvolumeclaims", Kind: "PersistentVolumeClaim", Namespaced: true},
		{Group: "apps", Version: "v1", Resource: "deployments", Kind: "Deployment", Namespaced: true},
		{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions", Kind: "CustomResourceDefinition"},
	}
	seed := maphash.MakeSeed()
	d := dice{rand.New(rand.NewPCG(5, 6))}
	var r traitsReader
	sure := 0
	for range 300 {
		k := &kinds[d.IntN(len(kinds))]
		want, got := recordList{storage: storages()[0]}, recordList{storage: storages()[0]}
		for range 30 {
			sent := d.metadata()
			message := d.encoded(&sent)
			if r.read(message, new(live.Traits)) {
				sure++
			}
			m, item := sameTraits(t, &r, message)
			if m == nil {
				continue
			}
			if err := want.see(k, newMetadataItem(&metav1.PartialObjectMetadata{ObjectMeta: *m}), seed); err != nil {
				t.Fatal(err)
			}
			if err := got.see(k, item, seed); err != nil {
				t.Fatal(err)
			}
		}
		want.texts, got.texts, want.others.signs.texts, got.others.signs.texts = texts{}, texts{}, texts{}, texts{}
		if !reflect.DeepEqual(want, got) {
			t.Fatalf("of %s (-want +got):\n%s", k.Name(), cmp.Diff(fmt.Sprintf("%+v", want), fmt.Sprintf("%+v", got)))
		}
	}
	if sure < 7000 {
		t.Errorf("of 9000 objects only %d were read without a look at all of their metadata", sure)
	}
}

// No server writes like this, and it means what ObjectMeta's own reading takes it for.
func TestTraitsOfOddMetadata(t *testing.T) {
	tag := func(n protowire.Number, kind protowire.Type) []byte { return protowire.AppendTag(nil, n, kind) }
	text := func(n protowire.Number, of ...string) []byte {
		return protowire.AppendBytes(tag(n, protowire.BytesType), []byte(strings.Join(of, "")))
	}
	number := func(n protowire.Number, of uint64) []byte {
		return protowire.AppendVarint(tag(n, protowire.VarintType), of)
	}
	for name, message := range map[string][]byte{
		"true is 2":                           text(metaOwners, string(text(ownerUID, "1")), string(number(ownerController, 2))),
		"true, and then false":                text(metaOwners, string(number(ownerController, 1)), string(number(ownerController, 0))),
		"two names":                           append(text(metaName, "a"), text(metaName, "b")...),
		"a key twice":                         text(metaLabels, string(text(entryKey, "release")), string(text(entryKey, "x")), string(text(entryValue, "y"))),
		"no key":                              text(metaLabels, string(text(entryValue, "y"))),
		"no value":                            text(metaAnnotations, string(text(entryKey, "helm.sh/hook"))),
		"a key that is longer than its entry": append(text(metaAnnotations, "\x0a\x0c"), "helm.sh/hook"...),
		"a name that is a number":             number(metaName, 1),
		"a key that is a number":              text(metaAnnotations, string(number(entryKey, 12)), "helm.sh/hook"),
		"fields that are new":                 append(number(99, 7), append(protowire.AppendFixed32(tag(98, protowire.Fixed32Type), 1), text(metaName, "a")...)...),
		"no time":                             text(metaDeleted),
		"two times":                           append(text(metaCreated, string(number(1, 7))), text(metaCreated, string(number(1, 5)))...),
		"a time that is none":                 text(metaDeleted, "\x0a\x01x"),
	} {
		t.Run(name, func(t *testing.T) { sameTraits(t, new(traitsReader), message) })
	}
}

func FuzzTraits(f *testing.F) {
	d := dice{rand.New(rand.NewPCG(7, 8))}
	for range 50 {
		m := d.metadata()
		f.Add(d.encoded(&m))
	}
	f.Fuzz(func(t *testing.T, message []byte) {
		var r traitsReader
		sameTraits(t, &r, message)
	})
}

// Metadata in two parts, which no server sends, count together.
func TestMetadataInParts(t *testing.T) {
	part := func(m metav1.ObjectMeta) []byte {
		message, err := m.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		return protowire.AppendBytes(protowire.AppendTag(nil, objectMetadata, protowire.BytesType), message)
	}
	first := part(metav1.ObjectMeta{Name: "a", Labels: map[string]string{"release": "blog"}, OwnerReferences: []metav1.OwnerReference{{UID: "1"}}})
	second := part(metav1.ObjectMeta{Name: "b", Annotations: map[string]string{"helm.sh/hook": "test"}, OwnerReferences: []metav1.OwnerReference{{UID: "2"}}})
	var r traitsReader
	var got live.Traits
	if err := r.object(append(first, second...), &got); err != nil {
		t.Fatal(err)
	}
	want := live.TraitsOf(&metav1.ObjectMeta{
		Name: "b", Labels: map[string]string{"release": "blog"}, Annotations: map[string]string{"helm.sh/hook": "test"},
		OwnerReferences: []metav1.OwnerReference{{UID: "1"}, {UID: "2"}},
	})
	if !reflect.DeepEqual(want, got) {
		t.Errorf("traits are %+v, want %+v", got, want)
	}
}
