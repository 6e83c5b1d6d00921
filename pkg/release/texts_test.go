package release_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
)

// textsOf are what a record declares, as Texts shows it.
func textsOf(t *testing.T, payload []byte) ([]string, *release.Body, error) {
	t.Helper()
	var texts []string
	body, err := release.NewDecoder(release.DefaultLimits()).Texts(payload, func(text []byte) { texts = append(texts, string(text)) })
	return texts, body, err
}

func TestTexts(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       []string
		err        string
	}{
		{name: "nothing", text: `{"name":"a","version":1}`},
		{name: "nulls", text: `{"name":"a","version":1,"manifest":null,"hooks":[null,{"manifest":null,"name":null}]}`},
		{name: "hooks of null", text: `{"name":"a","version":1,"hooks":null}`},
		{
			name: "in order", text: `{"hooks":[{"name":"h","kind":"Job","manifest":"kind: Job\n"}],"manifest":"a: b\nc: \"d\"","name":"a","version":1}`,
			want: []string{"h", "kind: Job\n", "a: b\nc: \"d\""},
		},
		{name: "keys in any case", text: `{"Name":"a","VERSION":1,"Manifest":"m","HOOKS":[{"ManiFest":"h"}]}`, want: []string{"m", "h"}},
		{
			name: "escapes", text: `{"name":"a","version":1,"manifest":"\t\r\b\f\/\\\"\u0041\u003c\u00e9\ud83d\ude00é"}`,
			want: []string{"\t\r\b\f/\\\"A<\xff\xff\xffé"},
		},
		{name: "twice", text: `{"name":"a","version":1,"manifest":"x","manifest":"y"}`, want: []string{"x", "y"}},
		{name: "no text", text: `{"name":"a","version":1,"manifest":7}`, err: "manifest: found '7' where a text should be"},
		{name: "no escape", text: `{"name":"a","version":1,"manifest":"\q"}`, err: "manifest: has an escape that is none of JSON's"},
		{name: "no code", text: `{"name":"a","version":1,"manifest":"\u00zz"}`, err: "manifest: has an escape that is none of JSON's"},
		{name: "a code that is cut", text: `{"name":"a","version":1,"manifest":"\u00"}`, err: "manifest: has an escape that is none of JSON's"},
		{name: "cut", text: `{"name":"a","version":1,"manifest":"x`, err: "ends too soon"},
		{name: "no record", text: `{"manifest":"x"}`, err: "no name or no version"},
	} {
		texts, body, err := textsOf(t, plain([]byte(tt.text)))
		switch {
		case tt.err != "":
			if err == nil || !strings.Contains(err.Error(), tt.err) {
				t.Errorf("%s: error %v, want %q", tt.name, err, tt.err)
			}
		case err != nil:
			t.Errorf("%s: %v", tt.name, err)
		case body.Name != "a" || body.Revision != 1 || body.Hooks != nil:
			t.Errorf("%s: body %+v", tt.name, body)
		default:
			if diff := cmp.Diff(tt.want, texts); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.name, diff)
			}
		}
	}
}

// A decoder that has shown texts decodes as before.
func TestTextsLeaveNothingBehind(t *testing.T) {
	d := release.NewDecoder(release.DefaultLimits())
	payload := withManifest(t, "kind: ConfigMap\nmetadata: {name: c}\n", jobManifest)
	want, err := d.Decode(payload)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Texts(payload, func([]byte) {}); err != nil {
		t.Fatal(err)
	}
	got, err := d.Decode(payload)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" || len(got.Hooks) != 1 {
		t.Errorf("after Texts (-want +got):\n%s", diff)
	}
	if body, _, err := d.DecodeManifest(payload, (&shown{}).visitor()); err != nil || len(body.Resources) != 1 {
		t.Errorf("after Texts, with its manifest: %+v, %v", body, err)
	}
}

// FuzzTexts holds what Texts shows against what encoding/json reads, for texts of ASCII:
// escaped letters of other languages are in no name.
func FuzzTexts(f *testing.F) {
	f.Add("kind: Job\n", "a: \"b\\n\"\tc")
	f.Add(`\u0041`, "<>&\x7f\x00")
	f.Fuzz(func(t *testing.T, hook, manifest string) {
		ascii := func(s string) string {
			return strings.Map(func(r rune) rune { return r & 0x7f }, s)
		}
		hook, manifest = ascii(hook), ascii(manifest)
		texts, _, err := textsOf(t, withManifest(t, manifest, hook))
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(texts)
		want := []string{hook, "h", manifest}
		slices.Sort(want)
		if diff := cmp.Diff(want, texts); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func BenchmarkTexts(b *testing.B) {
	text := largeRecord(b, 50, 5)
	if !json.Valid(text) {
		b.Fatal("no JSON")
	}
	payload := zipped(b, text)
	d := release.NewDecoder(release.DefaultLimits())
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.Texts(payload, func([]byte) {}); err != nil {
			b.Fatal(err)
		}
	}
}
