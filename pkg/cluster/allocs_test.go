package cluster

import (
	"bytes"
	"fmt"
	"hash/maphash"
	"runtime"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// recordAnswer is a list of so many records of so many bytes each.
func recordAnswer(tb testing.TB, records, size int) []byte {
	tb.Helper()
	list := &corev1.SecretList{}
	for i := range records {
		list.Items = append(list.Items, corev1.Secret{
			ObjectMeta: metav1.ObjectMeta{
				Name: fmt.Sprintf("sh.helm.release.v1.blog.v%d", i), Namespace: "shop", Labels: map[string]string{"owner": "helm", "name": "blog"},
			},
			Data: map[string][]byte{"release": bytes.Repeat([]byte("x"), size)},
		})
	}
	return enveloped(tb, list)
}

// An answer is read in buffers that are there: what is allocated for a record, in number
// and in bytes, does not depend on how large it is.
func TestReadingRecordsAllocatesAlike(t *testing.T) {
	const records = 20
	cost := func(size int) (allocs, memory float64) {
		answer := recordAnswer(t, records, size)
		var l storedList
		r := bytes.NewReader(nil)
		run := func() {
			r.Reset(answer)
			if err := l.read(r, true, func(*payloadOf) {}); err != nil {
				t.Fatal(err)
			}
		}
		run() // makes the buffers
		const runs = 20
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		allocs = testing.AllocsPerRun(runs, run)
		runtime.ReadMemStats(&after)
		return allocs / records, float64(after.TotalAlloc-before.TotalAlloc) / (runs + 1) / records
	}
	smallAllocs, smallMemory := cost(1 << 10)
	allocs, memory := cost(200 << 10)
	t.Logf("1 KiB: %.1f allocations, %.0f bytes; 200 KiB: %.1f allocations, %.0f bytes", smallAllocs, smallMemory, allocs, memory)
	if smallAllocs > 0.5 {
		t.Errorf("a record of 1 KiB takes %.1f allocations", smallAllocs)
	}
	if allocs > smallAllocs+0.5 {
		t.Errorf("a record of 200 KiB takes %.1f allocations, one of 1 KiB %.1f", allocs, smallAllocs)
	}
	if memory > smallMemory+1<<10 {
		t.Errorf("a record of 200 KiB takes %.0f bytes, one of 1 KiB %.0f", memory, smallMemory)
	}
}

// Of an object that is no hook next to nothing is allocated, who ever manages its fields; of
// hooks what is kept of them, and what their managers say.
func TestReadingMetadataAllocatesLittle(t *testing.T) {
	const objects = 500
	kind := &snapshot.Kind{Version: "v1", Resource: "pods", Kind: "Pod", Namespaced: true}
	seed := maphash.MakeSeed()
	limits := map[string]float64{"helm": 0.5, "controller": 0.5, "record": 0.25, "hook": 60}
	for name, shape := range metadataShapes() {
		for _, managers := range []int{1, 50} {
			answer := metadataAnswer(t, objects, func(n int) metav1.PartialObjectMetadata {
				m := shape(n)
				if name != "hook" {
					m.ManagedFields = slices.Repeat(m.ManagedFields, managers)
				}
				return m
			})
			var reader metadataList
			each := testing.AllocsPerRun(10, func() {
				l := recordList{storage: storages()[0]}
				if _, _, err := reader.read(bytes.NewReader(answer), func(o *metadataItem) error { return l.see(kind, o, seed) }); err != nil {
					t.Fatal(err)
				}
			}) / objects
			t.Logf("%s, %d managers: %.2f allocations for an object", name, managers, each)
			if each > limits[name] {
				t.Errorf("%s, %d managers: %.2f allocations for an object, want no more than %v", name, managers, each, limits[name])
			}
		}
	}
}

// metadataPage is a page of metadata, of objects that are hooks or are none.
func metadataPage(objects int, annotation string, size int) []metav1.PartialObjectMetadata {
	all := make([]metav1.PartialObjectMetadata, objects)
	for i := range all {
		all[i].ObjectMeta = metav1.ObjectMeta{
			Name: fmt.Sprintf("object-%d", i), Namespace: "shop", UID: "1", Labels: map[string]string{"app": "blog"},
			Annotations: map[string]string{annotation: "test", "example.com/large": strings.Repeat("x", size)},
		}
	}
	return all
}

// Of an object that is no hook a hash is kept, and next to nothing is allocated; of a
// hook what is kept does not depend on what else is written on it.
func TestSeeingMetadataAllocatesAlike(t *testing.T) {
	const objects = 500
	kind := &snapshot.Kind{Version: "v1", Resource: "configmaps", Kind: "ConfigMap", Namespaced: true}
	seed := maphash.MakeSeed()
	cost := func(annotation string, size int) float64 {
		all := metadataPage(objects, annotation, size)
		return testing.AllocsPerRun(10, func() {
			var l listed
			for i := range all {
				if err := l.see(kind, newMetadataItem(&all[i]), seed); err != nil {
					t.Fatal(err)
				}
			}
		}) / objects
	}
	if other := cost("example.com/none", 10); other > 2 {
		t.Errorf("an object that is no hook takes %.2f allocations", other)
	}
	small, large := cost("helm.sh/hook", 10), cost("helm.sh/hook", 100<<10)
	t.Logf("a hook takes %.1f allocations", small)
	if large > small {
		t.Errorf("a hook with large annotations takes %.2f allocations, another one %.2f", large, small)
	}
}

func BenchmarkStoredList(b *testing.B) {
	for _, size := range []int{1 << 10, 80 << 10} {
		b.Run(fmt.Sprintf("record=%dKiB", size>>10), func(b *testing.B) {
			answer := recordAnswer(b, 20, size)
			var l storedList
			r := bytes.NewReader(nil)
			b.SetBytes(int64(len(answer)))
			b.ReportAllocs()
			for b.Loop() {
				r.Reset(answer)
				if err := l.read(r, true, func(*payloadOf) {}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
