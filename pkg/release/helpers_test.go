package release_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"testing"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
)

// zipped is how Helm stores a record's text.
func zipped(tb testing.TB, text []byte) []byte {
	tb.Helper()
	return plain(compress(tb, text))
}

// plain is how Helm stored a record's text before it compressed records.
func plain(text []byte) []byte {
	return []byte(base64.StdEncoding.EncodeToString(text))
}

func compress(tb testing.TB, text []byte) []byte {
	tb.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(text); err != nil {
		tb.Fatal(err)
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func decode(payload []byte) (*release.Body, error) {
	return release.NewDecoder(release.DefaultLimits()).Decode(payload)
}

// recordOf is the text of a record with one hook of the given manifest.
func recordOf(tb testing.TB, hookName, hookKind, manifest string) []byte {
	tb.Helper()
	text, err := json.Marshal(map[string]any{
		"name": "blog", "version": 1, "namespace": "shop",
		"hooks": []any{map[string]any{"name": hookName, "kind": hookKind, "manifest": manifest}},
	})
	if err != nil {
		tb.Fatal(err)
	}
	return text
}

// onlyHook decodes a record with one hook of the given manifest.
func onlyHook(t *testing.T, name, kind, manifest string) release.Hook {
	t.Helper()
	body, err := decode(plain(recordOf(t, name, kind, manifest)))
	if err != nil {
		t.Fatal(err)
	}
	if len(body.Hooks) != 1 {
		t.Fatalf("%d hooks, want 1", len(body.Hooks))
	}
	return body.Hooks[0]
}
