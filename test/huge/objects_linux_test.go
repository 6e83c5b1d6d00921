//go:build e2e

package huge

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"testing"
)

// object writes one: Jobs and ConfigMaps in turn, of 500 namespaces, ten for each release.
func object(w *bufio.Writer, i int, isHook bool) {
	annotations := `"example.com/checksum":"0123456789abcdef"`
	if isHook {
		annotations = `"helm.sh/hook":"post-install"`
		if i%4 < 2 {
			annotations += `,"helm.sh/hook-delete-policy":"before-hook-creation,hook-succeeded"`
		}
	}
	head, body := `"apiVersion":"v1","kind":"ConfigMap"`, `"data":{"key":"value"}`
	if i%2 == 0 {
		head = `"apiVersion":"batch/v1","kind":"Job"`
		body = `"spec":{"template":{"spec":{"containers":[{"name":"c","image":"example.com/app:1"}]}}},"status":{"completionTime":"2026-01-02T12:03:04Z",` +
			`"conditions":[{"type":"Complete","status":"True","lastTransitionTime":"2026-01-02T12:03:04Z"}]}`
	}
	fmt.Fprintf(w, `{%s,"metadata":{"name":"app-%d-hook","namespace":"ns-%d","uid":"96adabb2-7f94-40b4-a113-%012d","resourceVersion":"%d",`+
		`"creationTimestamp":"2026-01-02T12:02:00Z","labels":{"app.kubernetes.io/instance":"app-%d","app.kubernetes.io/managed-by":"Helm"},"annotations":{%s},`+
		`"managedFields":[{"manager":"helm","operation":"Update","apiVersion":"v1","time":"2026-01-02T12:02:00Z","fieldsType":"FieldsV1",`+
		`"fieldsV1":{"f:metadata":{"f:annotations":{"f:helm.sh/hook":{}}}}}]},%s}`, head, i, i/10%500, i, i, i/10, annotations, body)
}

const opening, closing = `{"apiVersion":"v1","items":[`, `],"kind":"List"}`

// list is one List, as kubectl prints it. One in every is a hook.
func list(n, every int) writer {
	return func(w *bufio.Writer) {
		fmt.Fprint(w, opening)
		for i := range n {
			if i > 0 {
				fmt.Fprint(w, ",\n")
			}
			object(w, i, i%every == 0)
		}
		fmt.Fprint(w, closing)
	}
}

// stream is one object after the other.
func stream(n, every int) writer {
	return func(w *bufio.Writer) {
		for i := range n {
			object(w, i, i%every == 0)
			fmt.Fprintln(w)
		}
	}
}

// lists are Lists of one object each.
func lists(n, every int) writer {
	return func(w *bufio.Writer) {
		for i := range n {
			fmt.Fprint(w, opening)
			object(w, i, i%every == 0)
			fmt.Fprintln(w, closing)
		}
	}
}

// shapes are those in which objects come.
func shapes() map[string]func(n, every int) writer {
	return map[string]func(n, every int) writer{"list": list, "stream": stream, "lists": lists}
}

// Bounds of memory, in bytes for each object, with room to spare: docs/performance.md has
// what was measured.
const (
	eachHook  = 4 << 10
	eachOther = 1 << 10
)

const fewObjects, moreObjects = 4_000, 16_000

// grows returns how many bytes each object beyond the first few takes.
func grows(tb testing.TB, shape func(n, every int) writer, every int, args ...string) float64 {
	tb.Helper()
	few := plugin(tb, shape(fewObjects, every), args...).succeeds(tb)
	more := plugin(tb, shape(moreObjects, every), args...).succeeds(tb)
	return float64(more.peak-few.peak) / (moreObjects - fewObjects)
}

// What memory grows by with each hook object, and with each object that is none, is
// bounded, in whatever shape they come and whatever is printed of them.
func TestMemoryOfObjects(t *testing.T) {
	for _, tt := range []struct {
		shape string
		every int
		args  []string
		bound float64
	}{
		{"list", 1, []string{"ls", "-f", "-"}, eachHook},
		{"list", 1, []string{"ls", "-f", "-", "-o", "wide"}, eachHook},
		{"list", 1, []string{"ls", "-f", "-", "-o", "json"}, eachHook},
		{"list", 1, []string{"ls", "-f", "-", "-o", "yaml"}, eachHook},
		{"stream", 1, []string{"ls", "-f", "-", "-o", "name"}, eachHook},
		{"lists", 1, []string{"ls", "-f", "-", "--by", "reason"}, eachHook},
		{"list", 1, []string{"why", "job/app-20-hook", "-f", "-", "-n", "ns-2"}, eachHook},
		{"list", 1000, []string{"ls", "-f", "-"}, eachOther},
		{"stream", 1000, []string{"ls", "-f", "-"}, eachOther},
	} {
		got := grows(t, shapes()[tt.shape], tt.every, tt.args...)
		t.Logf("%s, one in %d a hook, %q: %.0f bytes for each object", tt.shape, tt.every, tt.args, got)
		if got > tt.bound {
			t.Errorf("%s, one in %d a hook, %q: %.0f bytes for each object, want at most %.0f", tt.shape, tt.every, tt.args, got, tt.bound)
		}
	}
}

// BenchmarkObjects reads as many objects as OBJECTS says.
func BenchmarkObjects(b *testing.B) {
	n := 100_000
	if text := os.Getenv("OBJECTS"); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil {
			b.Fatal(err)
		}
	}
	for _, every := range []int{1, 1000} {
		for _, format := range []string{"", "json"} {
			b.Run(fmt.Sprintf("every=%d/format=%s", every, format), func(b *testing.B) {
				var peak int64
				for b.Loop() {
					peak = max(peak, plugin(b, list(n, every), "ls", "-f", "-", "-o", format).succeeds(b).peak)
				}
				b.ReportMetric(float64(peak)/(1<<20), "MiB")
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/object")
			})
		}
	}
}
