//go:build e2e

package huge

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
)

// packed is how Helm stores a text.
func packed(tb testing.TB, text string) string {
	tb.Helper()
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := w.Write([]byte(text)); err != nil {
		tb.Fatal(err)
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(b.Bytes())
}

// stored writes a Secret that holds a record.
func stored(w *bufio.Writer, name string, revision int, payload string) {
	fmt.Fprintf(w, `{"apiVersion":"v1","kind":"Secret","metadata":{"name":"sh.helm.release.v1.%s.v%d","namespace":"shop","uid":"%s-%d",`+
		`"creationTimestamp":"2026-01-02T12:00:00Z","labels":{"owner":"helm","name":%q,"version":"%d","status":"superseded"}},`+
		`"type":"helm.sh/release.v1","data":{"release":%q}}`,
		name, revision, name, revision, name, revision, base64.StdEncoding.EncodeToString([]byte(payload)))
}

// records is a List of as many records, and of an orphan that was dropped: all of a
// release's history is read for it.
func records(n int, payload func(i int) (name string, revision int, payload string)) writer {
	return func(w *bufio.Writer) {
		fmt.Fprint(w, opening)
		for i := range n {
			name, revision, text := payload(i)
			stored(w, name, revision, text)
			fmt.Fprint(w, ",\n")
		}
		fmt.Fprint(w, `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"hook-0","namespace":"shop","uid":"x","creationTimestamp":"2026-01-02T12:00:00Z",`+
			`"annotations":{"helm.sh/hook":"pre-upgrade"},"labels":{"app.kubernetes.io/instance":"blog"}}}`, closing)
	}
}

func quoted(tb testing.TB, v any) string {
	tb.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}

// body is a record's JSON, with fields of its own.
func body(tb testing.TB, name string, revision int, fields map[string]any) string {
	tb.Helper()
	all := map[string]any{"name": name, "namespace": "shop", "version": revision, "info": map[string]any{"status": "superseded"}}
	for key, value := range fields {
		all[key] = value
	}
	return quoted(tb, all)
}

const manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: %s\n  annotations:\n    helm.sh/hook: pre-upgrade\n"

func hooksOf(n int, more string) []any {
	hooks := make([]any, n)
	for i := range hooks {
		name := fmt.Sprintf("hook-%d", i)
		hooks[i] = map[string]any{"name": name, "kind": "ConfigMap", "manifest": fmt.Sprintf(manifest, name) + more, "events": []string{"pre-upgrade"}}
	}
	return hooks
}

// Records that expand a thousandfold cost no more memory for being many: what is passed
// over is not kept, and what would have to be is bounded.
func TestMemoryOfExpandingRecords(t *testing.T) {
	zeros := strings.Repeat("0", 24<<20)
	blank := strings.Repeat(" ", 4<<20)
	for _, tt := range []struct {
		name   string
		fields map[string]any
		n      int
		bound  int64 // in MiB
	}{
		{"chart", map[string]any{"chart": map[string]any{"files": []any{map[string]any{"data": zeros}}}}, 20, 120},
		{"config", map[string]any{"config": map[string]any{"a": zeros}}, 20, 120},
		{"manifest", map[string]any{"manifest": "a: " + zeros}, 10, 500},
		{"documents", map[string]any{"manifest": strings.Repeat("---\nkind: X\n", 400_000)}, 4, 500},
		{"hooks' manifests", map[string]any{"hooks": hooksOf(4, "data:\n  a: "+blank)}, 10, 500},
		{"many hooks", map[string]any{"hooks": hooksOf(8_000, "")}, 5, 500},
		{"too many hooks", map[string]any{"hooks": hooksOf(60_000, "")}, 3, 500},
	} {
		size := 0
		r := plugin(t, records(tt.n, func(i int) (string, int, string) {
			text := packed(t, body(t, "blog", i+1, tt.fields))
			size = len(text)
			return "blog", i + 1, text
		}), "ls", "-f", "-").succeeds(t).calm(t)
		t.Logf("%d records with %s, each of %d bytes: %d MiB at most", tt.n, tt.name, size, r.peak>>20)
		if r.peak>>20 > tt.bound {
			t.Errorf("%d records with %s take %d MiB, want at most %d", tt.n, tt.name, r.peak>>20, tt.bound)
		}
		if !strings.Contains(r.stdout, "cm/hook-0") {
			t.Errorf("%s: what can be read is not shown: %s", tt.name, r.stdout)
		}
	}
}

// eachRevision bounds memory in bytes for each revision of a release that declares one hook.
const eachRevision = 8 << 10

// What memory grows by with each revision is bounded, and the orphan that only the first
// declares is found behind all of them. REVISIONS says how long the history is.
func TestMemoryOfHistory(t *testing.T) {
	most := 8_000
	if text := os.Getenv("REVISIONS"); text != "" {
		var err error
		if most, err = strconv.Atoi(text); err != nil || most <= 1_000 {
			t.Fatalf("REVISIONS is %q, and no number above 1000", text)
		}
	}
	history := func(n int) writer {
		return records(n, func(i int) (string, int, string) {
			name := "hook-0"
			if i > 0 {
				name = "another"
			}
			hooks := []any{map[string]any{"name": name, "kind": "ConfigMap", "manifest": fmt.Sprintf(manifest, name), "events": []string{"pre-upgrade"}}}
			return "blog", i + 1, packed(t, body(t, "blog", i+1, map[string]any{"hooks": hooks}))
		})
	}
	few := plugin(t, history(1_000), "ls", "-f", "-", "-o", "json").succeeds(t).calm(t)
	more := plugin(t, history(most), "ls", "-f", "-", "-o", "json").succeeds(t).calm(t)
	each := float64(more.peak-few.peak) / float64(most-1_000)
	t.Logf("%.0f bytes for each revision, %d MiB for %d", each, more.peak>>20, most)
	if each > eachRevision {
		t.Errorf("%.0f bytes for each revision, want at most %d", each, eachRevision)
	}
	if !strings.Contains(more.stdout, `"attribution": "record"`) || !strings.Contains(more.stdout, `"revision": 1,`) {
		t.Errorf("the first revision was not found: %s", more.stdout)
	}
}
