//go:build e2e

package huge

import (
	"bufio"
	"fmt"
	"strings"
	"testing"
	"unicode"
)

// hookObject is one with annotations of somebody's choice.
func hookObject(tb testing.TB, name, namespace string, annotations, labels map[string]string) string {
	tb.Helper()
	return quoted(tb, map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{
		"name": name, "namespace": namespace, "uid": name, "creationTimestamp": "2026-01-02T12:00:00Z", "annotations": annotations, "labels": labels,
	}})
}

func texts(all ...string) writer {
	return func(w *bufio.Writer) {
		for _, text := range all {
			fmt.Fprint(w, text)
		}
	}
}

// Whatever stands in a file, it is shown in little space and harmless, or refused in a line.
func TestHostileShapes(t *testing.T) {
	const evil = "\x1b[2J\x1b]0;title\x07\u202e\u2028\r\n"
	quarter := strings.Repeat("x"+evil+",", 256<<10/20)
	hooked := map[string]string{"helm.sh/hook": "test"}
	long := func(n int) string { return strings.Repeat("n", n) }
	record := func(text string) string {
		var b strings.Builder
		w := bufio.NewWriter(&b)
		stored(w, "blog", 1, packed(t, text))
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	for _, tt := range []struct {
		name, text string
		code       int
		want       string // in what is shown
	}{
		{"maximal names", hookObject(t, long(253), long(63), hooked, map[string]string{"app.kubernetes.io/instance": long(63), long(253) + "/" + long(63): long(63)}), 0, "nnn"},
		{"large annotations", hookObject(t, "a", "shop", map[string]string{"helm.sh/hook": "test", "helm.sh/resource-policy": quarter}, nil), 0, "cm/a"},
		{"a large phase", hookObject(t, "a", "shop", map[string]string{"helm.sh/hook": quarter}, nil), 0, "cm/a"},
		{"a large policy", hookObject(t, "a", "shop", map[string]string{"helm.sh/hook": "test", "helm.sh/hook-delete-policy": quarter}, nil), 0, "cm/a"},
		{"a large release", hookObject(t, "a", "shop", map[string]string{"helm.sh/hook": "test", "meta.helm.sh/release-name": quarter, "meta.helm.sh/release-namespace": quarter}, nil), 0, "cm/a"},
		{"large labels", hookObject(t, "a", "shop", hooked, map[string]string{quarter: quarter}), 0, "cm/a"},
		{"escapes", hookObject(t, "a"+evil, evil, hooked, map[string]string{"release": evil}), 0, `cm/a\u001b`},
		{"invalid UTF-8", strings.Replace(hookObject(t, "a@", "shop", hooked, nil), "@", "\xff\xfe", 1), 0, "cm/a"},
		{"a key twice", `{"apiVersion":"v1","kind":"ConfigMap","kind":"Secret","metadata":{"name":"a","annotations":{"helm.sh/hook":"test"}},"metadata":{"name":"b"}}`, 0, "secret/b"},
		{"deep JSON", `{"apiVersion":"v1","kind":"ConfigMap","metadata":` + strings.Repeat(`{"a":`, 100_000), 1, "depth"},
		{"deep arrays", strings.Repeat("[", 100_000), 1, ""},
		{"deep YAML", "a:\n" + strings.Repeat("- ", 100_000) + "\n", 1, ""},
		{"deep flow", "a: " + strings.Repeat("[", 100_000) + "\n", 1, ""},
		{"indented YAML", "a:\n" + indented(2_000), 1, ""},
		{"many documents", strings.Repeat("---\n", 300_000) + "kind: X\n", 1, ""},
		{"a large object", `{"a":"` + strings.Repeat("x", 9<<20) + `"}`, 1, "8 MiB"},
		{"a broken record", record("{"), 0, "blog.v1"},
		{"nested packing", record(packed(t, packed(t, "{}"))), 0, "blog.v1"},
		{"a deep record", record(`{"name":"blog","version":1,"chart":` + strings.Repeat("[", 1_000_000)), 0, "blog.v1"},
		{"a deep manifest", record(body(t, "blog", 1, map[string]any{"hooks": hooksOf(1, "data: "+strings.Repeat("[", 20_000))})), 0, ""},
		{"aliases", record(body(t, "blog", 1, map[string]any{"hooks": hooksOf(1, "a: &a "+long(100_000)+"\nb: ["+strings.Repeat("*a,", 5_000)+"]\n")})), 0, ""},
	} {
		for _, format := range []string{"", "json", "tree"} {
			t.Run(fmt.Sprintf("%s as %s", tt.name, format), func(t *testing.T) {
				r := plugin(t, texts(tt.text), "ls", "-f", "-", "-o", format).calm(t)
				if r.code != tt.code {
					t.Fatalf("exit code %d, want %d: %.1000s", r.code, tt.code, r.stderr)
				}
				if format == "" && !strings.Contains(r.stdout+r.stderr, tt.want) {
					t.Errorf("%q is not shown: %.1000q %.1000q", tt.want, r.stdout, r.stderr)
				}
				if r.size > 32<<10 {
					t.Errorf("%d bytes are printed: %.500q", r.size, r.stdout)
				}
				if i := strings.IndexFunc(r.stdout+r.stderr, harmful); i >= 0 {
					t.Errorf("it holds %q", (r.stdout + r.stderr)[max(0, i-40):i+1])
				}
			})
		}
	}
}

// harmful runes are controls, but for the end of a line, and those that turn text around.
func harmful(r rune) bool {
	return r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zl, r))
}

func indented(depth int) string {
	var b strings.Builder
	for i := range depth {
		b.WriteString(strings.Repeat(" ", i+1) + "a:\n")
	}
	return b.String()
}

// A thousand records that are broken, each in its own way, are told in a few lines.
func TestManyFaultsAreFewLines(t *testing.T) {
	r := plugin(t, records(1_000, func(i int) (string, int, string) {
		return "blog", i + 1, packed(t, body(t, fmt.Sprintf("other-%d", i), i+1, nil))
	}), "ls", "-f", "-").succeeds(t).calm(t)
	if n := strings.Count(r.stderr, "\n"); n > 30 || !strings.Contains(r.stderr, "other reasons") {
		t.Errorf("%d lines: %.3000s", n, r.stderr)
	}
}
