package release_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
)

func TestDecodeErrors(t *testing.T) {
	text := []byte(helm3Record(t))
	zip := compress(t, text)
	flip := func(i int) []byte {
		b := bytes.Clone(zip)
		b[i] ^= 0xff
		return plain(b)
	}
	plainBroken := zipped(t, text)
	plainBroken[400] = '!'
	for _, tt := range []struct {
		name    string
		payload []byte
		want    string // part of the error
	}{
		{"nothing", nil, "empty"},
		{"no base64", []byte("!!!!"), "base64"},
		{"base64 that breaks later", plainBroken, "base64"},
		{"base64 of nothing", []byte("\n"), "empty"},
		{"base64 twice", plain(zipped(t, text)), "found 'H' where '{' should be"},
		{"not JSON", plain([]byte("hello")), "found 'h' where '{' should be"},
		{"blank", plain([]byte("   ")), "ends too soon"},
		{"gzip's first bytes only", plain([]byte{0x1f, 0x8b, 8, 0}), "gzip"},
		{"gzip without its checksum", plain(zip[:len(zip)-8]), "unexpected EOF"},
		{"gzip cut in its checksum", plain(zip[:len(zip)-1]), "unexpected EOF"},
		{"gzip cut in half", plain(zip[:len(zip)/2]), "unexpected EOF"},
		{"gzip with a wrong checksum", flip(len(zip) - 8), "invalid checksum"},
		{"gzip with a wrong length", flip(len(zip) - 1), "invalid checksum"},
		{"gzip with something behind", plain(append(bytes.Clone(zip), "junk junk junk"...)), "gzip: invalid header"},
		{"JSON with something behind", plain(append(bytes.Clone(text), '{')), "found '{' after the end"},
		{"gzip with JSON behind", zipped(t, append(bytes.Clone(text), " x"...)), "found 'x' after the end"},
		{"cut JSON", plain(text[:len(text)-1]), "ends too soon"},
		{"cut in a skipped string", plain([]byte(`{"name":"a","version":1,"manifest":"abc`)), "manifest: ends too soon"},
		{"cut in a skipped object", plain([]byte(`{"name":"a","version":1,"config":{"a":[1`)), "config: ends too soon"},
		{"an array", plain([]byte(`[]`)), "found '[' where '{' should be"},
		{"null", plain([]byte("null\n")), "no name or no version"},
		{"an empty object", plain([]byte(`{}`)), "no name or no version"},
		{"no name", plain([]byte(`{"version":1}`)), "no name or no version"},
		{"no version", plain([]byte(`{"name":"a"}`)), "no name or no version"},
		{"version 0", plain([]byte(`{"name":"a","version":0}`)), "no name or no version"},
		{"version -1", plain([]byte(`{"name":"a","version":-1}`)), "no name or no version"},
		{"a name of no shape", plain([]byte(`{"name":5,"version":1}`)), "name: json: cannot unmarshal number"},
		{"a version of no shape", plain([]byte(`{"name":"a","version":"1"}`)), "version: json: cannot unmarshal string"},
		{"a huge version", plain([]byte(`{"name":"a","version":99999999999999999999}`)), "version: json: cannot unmarshal number"},
		{"hooks of no shape", plain([]byte(`{"name":"a","version":1,"hooks":{}}`)), "hooks: found '{' where '[' should be"},
		{"hooks that only look like null", plain([]byte(`{"name":"a","version":1,"hooks":none}`)), "hooks: found 'none' where null should be"},
		{"a hook of no shape", plain([]byte(`{"name":"a","version":1,"hooks":["x"]}`)), "hooks: json: cannot unmarshal string"},
		{"a hook's weight of no shape", plain([]byte(`{"name":"a","version":1,"hooks":[{"weight":"1"}]}`)), "hooks: json: cannot unmarshal string"},
		{"a hook that is no JSON", plain([]byte(`{"name":"a","version":1,"hooks":[{"weight":+1}]}`)), "hooks: invalid character '+'"},
		{"info of no shape", plain([]byte(`{"name":"a","version":1,"info":1}`)), "info: found '1' where '{' should be"},
		{"a time of no shape", plain([]byte(`{"name":"a","version":1,"info":{"deleted":"today"}}`)), "info: parsing time"},
		{"a chart of no shape", plain([]byte(`{"name":"a","version":1,"chart":"c"}`)), `chart: found '"' where '{' should be`},
		{"a chart's name of no shape", plain([]byte(`{"name":"a","version":1,"chart":{"metadata":{"name":[]}}}`)), "chart: json: cannot unmarshal array"},
		{"no value", plain([]byte(`{"name":"a","x":}`)), "found '}' where a value should be"},
		{"no key", plain([]byte(`{:1}`)), "found ':' where a value should be"},
		{"a key that is no string", plain([]byte(`{1:1}`)), "json: cannot unmarshal number"},
		{"a comma too many", plain([]byte(`{"name":"a",}`)), "found '}' where a value should be"},
		{"no comma", plain([]byte(`{"name":"a" "version":1}`)), `found '"' where ',' should be`},
		{"no colon", plain([]byte(`{"name" "a"}`)), `found '"' where ':' should be`},
		{"unequal brackets", plain([]byte(`{"x":{"a":[1}]}`)), "found '}' where ']' should be"},
		{"a value of no kind", plain([]byte(`{"x":?}`)), "found '?' where a value should be"},
		{"deep nesting", plain([]byte(`{"x":` + strings.Repeat("[", 20_000))), "nested deeper than 10000 levels"},
		{"deep nesting in a hook", plain([]byte(`{"hooks":[` + strings.Repeat("[", 20_000))), "nested deeper than 10000 levels"},
		{"an endless key", plain([]byte(`{"` + strings.Repeat("k", 2000) + `":1}`)), "larger than the limit"},
		{"a key with line breaks", plain([]byte(`{"a\nb\u001b[31m":?}`)), `"a\nb\x1b[31m": found '?' where a value should be`},
	} {
		body, err := decode(tt.payload)
		if err == nil {
			t.Errorf("%s: decodes as %+v, want an error", tt.name, body)
			continue
		}
		if body != nil {
			t.Errorf("%s: there is a body besides the error", tt.name)
		}
		if !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error is %q, want one with %q", tt.name, err, tt.want)
		}
		if strings.ContainsAny(err.Error(), "\r\n\x1b") || len(err.Error()) > 1500 {
			t.Errorf("%s: error is not one short line: %q", tt.name, err)
		}
	}
}

func TestDecodeLimits(t *testing.T) {
	small := release.Limits{Expanded: 1 << 20, Kept: 4 << 10}
	fill := func(n int) string { return strings.Repeat("x", n) }
	record := func(manifest int, hooks ...string) []byte {
		return fmt.Appendf(nil, `{"name":"a","manifest":"%s","hooks":[%s],"version":1}`, fill(manifest), strings.Join(hooks, ","))
	}
	hookOf := func(n int) string { return fmt.Sprintf(`{"name":"%s"}`, fill(n)) }
	exact := (1 << 20) - len(record(0))
	for _, tt := range []struct {
		name string
		text []byte
		want string
	}{
		{"as large as allowed", record(exact), ""},
		{"a byte larger", record(exact + 1), "expands to more than is allowed"},
		{"a bomb", record(64 << 20), "expands to more than is allowed"},
		{"white space without end", append([]byte(`{"name":"a","version":1}`), bytes.Repeat([]byte(" "), 1<<20)...), "expands to more than is allowed"},
		{"a large hook", record(0, hookOf(4<<10)), "hooks: is larger than the limit"},
		{"many small hooks", record(0, strings.Split(strings.Repeat(hookOf(100)+" ", 20), " ")[:20]...), "hooks: is larger than the limit"},
		{"very many hooks of nothing", record(0, strings.Split(strings.Repeat("{} ", 1<<16), " ")[:1<<16]...), "hooks: is larger than the limit"},
		{"few small hooks", record(0, hookOf(100), hookOf(100)), ""},
		{"a long name", fmt.Appendf(nil, `{"name":"%s","version":1}`, fill(5<<10)), "name: is larger than the limit"},
		{"a number without end", append([]byte(`{"version":`), bytes.Repeat([]byte("1"), 5<<10)...), "version: is larger than the limit"},
		{"a large chart file, which is not kept", []byte(`{"name":"a","version":1,"chart":{"files":["` + fill(1<<19) + `"]}}`), ""},
	} {
		d := release.NewDecoder(small)
		for _, payload := range [][]byte{zipped(t, tt.text), plain(tt.text)} {
			_, err := d.Decode(payload)
			switch {
			case tt.want == "" && err != nil:
				t.Errorf("%s: %v", tt.name, err)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
				t.Errorf("%s: error is %v, want one with %q", tt.name, err, tt.want)
			}
		}
	}
}

// A record that fails must leave nothing behind in the next one.
func TestDecoderIsReusable(t *testing.T) {
	good := zipped(t, []byte(helm3Record(t)))
	zip := compress(t, []byte(helm3Record(t)))
	bad := [][]byte{
		nil, []byte("!"), plain([]byte("hello")), plain(zip[:3]), plain(zip[:12]), plain(zip[:len(zip)/2]), plain(zip[:len(zip)-4]),
		plain([]byte(`{"hooks":[{"name":"x","kind":"Job"},{"name":"y`)),
		plain([]byte(`{"apply_method":"ssa","info":{"deleted":"2026-01-02T04:00:00Z"},"x":[[[[{"`)),
		plain([]byte(`{"name":"a","version":1,"hooks":[5]}`)),
		zipped(t, bytes.Repeat([]byte("["), 20_000)),
		good, plain([]byte(`{"apply_method":"ssa","name":"b","version":1,"hooks":[]}`)),
	}
	d := release.NewDecoder(release.DefaultLimits())
	for i, payload := range bad {
		_, _ = d.Decode(payload)
		got, err := d.Decode(good)
		if err != nil {
			t.Errorf("after payload %d: %v", i, err)
			continue
		}
		if diff := cmp.Diff(helm3Body(t), got); diff != "" {
			t.Errorf("after payload %d: Decode (-want +got):\n%s", i, diff)
		}
	}
}

// A body must not share memory with the decoder that made it.
func TestBodiesOutliveTheDecodersBuffers(t *testing.T) {
	d := release.NewDecoder(release.DefaultLimits())
	first, err := d.Decode(zipped(t, []byte(helm3Record(t))))
	if err != nil {
		t.Fatal(err)
	}
	other := strings.NewReplacer("blog", "wiki", "migrate", "collect", "Job", "Pod", "shop", "desk").Replace(helm3Record(t))
	if _, err := d.Decode(zipped(t, []byte(other))); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(helm3Body(t), first); diff != "" {
		t.Errorf("the first body after a second Decode (-want +got):\n%s", diff)
	}
}

// Any single flipped bit of a compressed record must be found out or change nothing.
func TestFlippedBitsAreFoundOut(t *testing.T) {
	zip := compress(t, []byte(helm3Record(t)))
	d := release.NewDecoder(release.DefaultLimits())
	for i := range zip {
		broken := bytes.Clone(zip)
		broken[i] ^= 1 << (i % 8)
		got, err := d.Decode([]byte(base64.StdEncoding.EncodeToString(broken)))
		if err != nil {
			continue
		}
		if diff := cmp.Diff(helm3Body(t), got); diff != "" {
			t.Fatalf("byte %d: a broken record decodes without an error (-want +got):\n%s", i, diff)
		}
	}
}
