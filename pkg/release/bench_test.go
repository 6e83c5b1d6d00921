package release_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
)

// largeRecord is a record as a large chart makes it: some 84 KB as stored, with
// templates, values, a long manifest, and as many hooks as asked for.
func largeRecord(tb testing.TB, files, hooks int) []byte {
	tb.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	yaml := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "      - name: setting-%d\n        value: \"%x\"\n", i, random.Uint32())
		}
		return b.String()
	}
	templates := make([]any, files)
	for i := range templates {
		templates[i] = map[string]any{
			"name": fmt.Sprintf("templates/part-%d.yaml", i), "data": base64.StdEncoding.EncodeToString([]byte(yaml(60))),
		}
	}
	declared := make([]any, hooks)
	for i := range declared {
		declared[i] = map[string]any{
			"name": fmt.Sprintf("blog-migrate-%d", i), "kind": "Job", "path": "blog/templates/migrate.yaml",
			"manifest": strings.ReplaceAll(jobManifest, "blog-migrate", fmt.Sprintf("blog-migrate-%d", i)),
			"events":   []string{"pre-upgrade"}, "delete_policies": []string{"hook-succeeded"},
			"last_run": map[string]any{"started_at": "2026-01-02T03:59:00Z", "completed_at": "2026-01-02T03:59:30Z", "phase": "Succeeded"},
		}
	}
	raw := func(v any) string {
		b, err := json.Marshal(v)
		if err != nil {
			tb.Fatal(err)
		}
		return string(b)
	}
	return fmt.Appendf(nil, `{"name":"blog","info":{"first_deployed":"2026-01-02T03:04:05Z","last_deployed":"2026-01-02T03:04:05Z",`+
		`"deleted":"","status":"deployed"},"chart":{"metadata":{"name":"blog","version":"1.2.3"},"lock":null,"templates":%s,"values":{}},`+
		`"config":{"x":%s},"manifest":%s,"hooks":%s,"version":7,"namespace":"shop"}`,
		raw(templates), raw(yaml(100)), raw(yaml(files*60)), raw(declared))
}

func BenchmarkDecode(b *testing.B) {
	text := largeRecord(b, 50, 5)
	payload := zipped(b, text)
	b.Logf("%d bytes stored, %d of JSON", len(payload), len(text))
	d := release.NewDecoder(release.DefaultLimits())
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.Decode(payload); err != nil {
			b.Fatal(err)
		}
	}
}

// Charts and manifests cost nothing to keep: a record many times larger takes as
// many allocations, and no more memory.
func TestChartAndManifestAreNotBuilt(t *testing.T) {
	cost := func(files int) (size int, allocs, memory float64) {
		text := largeRecord(t, files, 1)
		payload := zipped(t, text)
		d := release.NewDecoder(release.DefaultLimits())
		run := func() {
			if _, err := d.Decode(payload); err != nil {
				t.Fatal(err)
			}
		}
		run() // makes the decoder's buffers
		const runs = 20
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		allocs = testing.AllocsPerRun(runs, run)
		runtime.ReadMemStats(&after)
		return len(text), allocs, float64(after.TotalAlloc-before.TotalAlloc) / runs
	}
	smallSize, smallAllocs, smallMemory := cost(1)
	size, allocs, memory := cost(100)
	if size < 30*smallSize {
		t.Fatalf("the records have %d and %d bytes: too alike to tell anything", smallSize, size)
	}
	// Inflating allocates a little for each block of compressed text.
	if allocs > smallAllocs+float64(size)/1000 {
		t.Errorf("a record of %d bytes takes %v allocations, one of %d bytes %v", size, allocs, smallSize, smallAllocs)
	}
	if memory > smallMemory+float64(size)/10 {
		t.Errorf("a record of %d bytes takes %v bytes, one of %d bytes %v", size, memory, smallSize, smallMemory)
	}
	t.Logf("%d bytes: %v allocations, %v bytes; %d bytes: %v allocations, %v bytes",
		smallSize, smallAllocs, smallMemory, size, allocs, memory)
}
