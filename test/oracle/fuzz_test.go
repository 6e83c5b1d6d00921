package oracle

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
)

// seeds are records by hand, as neither Helm writes them, or only one does.
func seeds() []string {
	return []string{
		`{"name":"a","version":1}`,
		`{"name":"a","version":1,"info":null,"chart":null,"config":null,"hooks":null}`,
		`{"name":"a","version":1,"chart":{"metadata":null},"hooks":[]}`,
		`{"NAME":"a","Version":1,"ver\u0073ion":2}`,
		`{"name":"a","version":1,"hooks":[null,{"last_run":null},{"last_run":{"started_at":null,"completed_at":""}}]}`,
		`{"name":"a","version":1,"info":{"first_deployed":"","last_deployed":null,"status":"pending-rollback"}}`,
		`{"name":"a","version":1,"info":{"first_deployed":"2026-01-02T03:04:05.123456789+05:30","deleted":"0001-01-01T00:00:00Z"}}`,
		`{"name":"a","version":1,"info":{"rollback_revision":3,"resources":null},"apply_method":"ssa"}`,
		`{"name":"a","version":1,"info":{"last_deployed":"\u0032026-01-02T03:04:05Z"}}`,
		`{"name":"a","version":1,"hooks":[{"weight":-9223372036854775808,"events":["post-delete","pre-install","x"],"delete_policies":[""]}]}`,
		`{"name":"a","version":1,"manifest":"\"hooks\":[{\"name\":\"no\"}]","config":{"hooks":[{"name":"no"}]}}`,
		"{\"name\":\"\\ud800\xff\",\"version\":1}",
		`{"name":"a","version":1} x`,
		`{"name":"a","version":1.0}`,
		`null`,
	}
}

// FuzzAgainstHelm gives any payload to Helm's drivers and to ours: what Helm
// reads, we read, and see the same in it.
func FuzzAgainstHelm(f *testing.F) {
	for _, s := range seeds() {
		f.Add([]byte(s), false, false)
		f.Add([]byte(s), true, false)
	}
	for _, h := range helms() {
		for seed := range uint64(3) {
			f.Add(h.store(f, newGenerator(seed).spec()).Data[release.DataKey], false, true)
		}
	}
	f.Add([]byte(base64.StdEncoding.EncodeToString([]byte(`{"name":"a",`))+"\r\n"+base64.StdEncoding.EncodeToString([]byte(`"version":1 }`))), false, true)
	f.Fuzz(func(t *testing.T, text []byte, compressed, whole bool) {
		payload := text
		if !whole {
			payload = encode(t, text, compressed)
		}
		got, err := decode(payload)
		for _, h := range helms() {
			want, refused := h.load(payload)
			if refused != nil || beyond(payload) {
				continue
			}
			if want.Name == "" || want.Revision < 1 {
				if err == nil {
					t.Errorf("a record without name or version decodes as %+v", got)
				}
				continue
			}
			if err != nil {
				t.Fatalf("%s reads %q, Decode does not: %v", h.name, payload, err)
			}
			if h.name == "helm3" {
				want.ApplyMethod = got.ApplyMethod
			}
			if d := diff(want, got); d != "" {
				t.Errorf("%q (-%s +Decode):\n%s", payload, h.name, d)
			}
		}
	})
}

func encode(t testing.TB, text []byte, compressed bool) []byte {
	t.Helper()
	var b bytes.Buffer
	if !compressed {
		b.Write(text)
	} else {
		w := gzip.NewWriter(&b)
		if _, err := w.Write(text); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return []byte(base64.StdEncoding.EncodeToString(b.Bytes()))
}

// beyond tells whether a payload has what nobody writes and Go's JSON treats in
// ways of its own: one key twice in an object, of which it merges the values, or
// a key longer than any that Helm knows.
func beyond(payload []byte) bool {
	text, err := base64.StdEncoding.DecodeString(string(payload))
	if err != nil {
		return false
	}
	if len(text) > 3 && bytes.HasPrefix(text, []byte{0x1f, 0x8b, 0x08}) {
		r, err := gzip.NewReader(bytes.NewReader(text))
		if err != nil {
			return false
		}
		if text, err = io.ReadAll(r); err != nil {
			return false
		}
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	odd, err := oddKeys(d)
	return odd || err != nil
}

// oddKeys reads one value.
func oddKeys(d *json.Decoder) (bool, error) {
	token, err := d.Token()
	if err != nil {
		return false, err
	}
	delim, ok := token.(json.Delim)
	if !ok {
		return false, nil
	}
	odd, seen := false, make(map[string]bool)
	for d.More() {
		if delim == '{' {
			key, err := d.Token()
			if err != nil {
				return odd, err
			}
			name, ok := key.(string)
			if !ok {
				return odd, errors.New("a key that is no string")
			}
			folded := strings.ReplaceAll(strings.ToLower(name), "\u017f", "s")
			odd = odd || seen[folded] || len(name) > 160
			seen[folded] = true
		}
		inner, err := oddKeys(d)
		if odd = odd || inner; err != nil {
			return odd, err
		}
	}
	_, err = d.Token()
	return odd, err
}
