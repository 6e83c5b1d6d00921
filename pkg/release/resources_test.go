package release_test

import (
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
)

// shown collects what a Visitor is shown, as "Kind name in namespace".
type shown struct{ objects []string }

func (s *shown) visitor() release.Visitor {
	return release.Visitor{
		Wants: func(_, kind, _ string) bool { return kind != "ConfigMap" },
		Visit: func(object map[string]any, namespace string) {
			metadata, _ := object["metadata"].(map[string]any)
			s.objects = append(s.objects, fmt.Sprintf("%v %v in %s", object["kind"], metadata["name"], namespace))
		},
	}
}

func withManifest(tb testing.TB, manifest string, hooks ...string) []byte {
	tb.Helper()
	var declared []any
	for _, h := range hooks {
		declared = append(declared, map[string]any{"name": "h", "kind": "Job", "manifest": h})
	}
	text, err := json.Marshal(map[string]any{"name": "blog", "version": 1, "manifest": manifest, "hooks": declared, "namespace": "shop"})
	if err != nil {
		tb.Fatal(err)
	}
	return plain(text)
}

func TestDecodeManifest(t *testing.T) {
	config := func(name string) release.Ref { return release.Ref{APIVersion: "v1", Kind: "ConfigMap", Name: name} }
	secret := func(name string) release.Ref { return release.Ref{APIVersion: "v1", Kind: "Secret", Name: name} }
	const notYAML = "its manifest is not YAML that Helm could have read: line 2"
	for _, tt := range []struct {
		name, manifest string
		want           []release.Ref
		shown          []string
		unread         string
	}{
		{name: "nothing"},
		{name: "comments", manifest: "---\n# Source: a\n\n--- # b\n---\n  \n"},
		{
			name:     "as Helm writes it",
			manifest: "---\n# Source: a.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n---\n# Source: b.yaml\napiVersion: v1\nkind: Secret\nmetadata:\n  name: b\n  namespace: desk\n",
			want:     []release.Ref{config("a"), {APIVersion: "v1", Kind: "Secret", Namespace: "desk", Name: "b"}},
			shown:    []string{"Secret b in shop"},
		},
		{
			name:     "with Windows' line ends",
			manifest: "---\r\napiVersion: v1\r\nkind: ConfigMap\r\nmetadata:\r\n  name: a\r\n---\r\napiVersion: v1\r\nkind: Secret\r\nmetadata:\r\n  name: b\r\n",
			want:     []release.Ref{config("a"), secret("b")},
			shown:    []string{"Secret b in shop"},
		},
		{
			name:     "no separator before, comments behind them, JSON behind one",
			manifest: "kind: ConfigMap\napiVersion: v1\nmetadata: {name: a}\n--- # and\nkind: ConfigMap\napiVersion: v1\nmetadata: {name: b}\n---\t {\"kind\": \"ConfigMap\", \"apiVersion\": \"v1\", \"metadata\": {\"name\": \"c\"}}\n---",
			want:     []release.Ref{config("a"), config("b"), config("c")},
		},
		{
			name:     "dashes inside a text",
			manifest: "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  x: |\n    ---\n    kind: Secret\n  y: \"\n    --- \"\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n",
			want:     []release.Ref{config("a"), config("b")},
		},
		{
			name: "Lists",
			manifest: "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  metadata: {name: a}\n- {apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Secret, metadata: {name: b}}]}\n" +
				"- {apiVersion: v1, kind: ConfigMap, metadata: {name: c}}\n",
			want:  []release.Ref{secret("a"), secret("b"), config("c")},
			shown: []string{"Secret a in shop", "Secret b in shop"},
		},
		{
			name:     "generateName, anchors",
			manifest: "apiVersion: v1\nkind: Secret\nmetadata:\n  generateName: a-\n---\napiVersion: v1\nkind: Secret\nx: &n b\nmetadata:\n  name: *n\n",
			want:     []release.Ref{{APIVersion: "v1", Kind: "Secret", GenerateName: "a-"}, secret("b")},
			shown:    []string{"Secret <nil> in shop", "Secret b in shop"},
		},
		{
			name:     "one that nobody can read",
			manifest: "apiVersion: v1\nkind: [\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: b}\n",
			want:     []release.Ref{secret("b")},
			shown:    []string{"Secret b in shop"},
			unread:   notYAML,
		},
		{
			name:     "one of which only the head can be read",
			manifest: "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata:\n  x: [\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\ndata:\n  x: [\n",
			want:     []release.Ref{config("b")},
			unread:   "its manifest is not YAML that Helm could have read: line 5",
		},
		{name: "no kind", manifest: "---\na: b\n---\nnull\n"},
		{name: "no map", manifest: "---\nfoo\n", unread: "its manifest is not YAML that Helm could have read"},
		{name: "too large", manifest: "# " + strings.Repeat("x", 4<<20) + "\na: b", unread: "one of its manifests is larger than the limit of 3145728 bytes"},
		{
			name:     "too many parts",
			manifest: "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata:\n" + strings.Repeat("  a: [b,c]\n", 50_000),
			unread:   "one of its manifests, of a Secret, has more than 128000 parts",
		},
		{name: "too many", manifest: strings.Repeat("---\na\n", 30_000), unread: "its manifest is not YAML that Helm could have read"},
	} {
		var s shown
		body, unread, err := release.NewDecoder(release.DefaultLimits()).DecodeManifest(withManifest(t, tt.manifest), s.visitor())
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if diff := cmp.Diff(tt.want, body.Resources, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: resources (-want +got):\n%s", tt.name, diff)
		}
		if diff := cmp.Diff(tt.shown, s.objects, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: shown (-want +got):\n%s", tt.name, diff)
		}
		if unread != tt.unread {
			t.Errorf("%s: unread %q, want %q", tt.name, unread, tt.unread)
		}
	}
}

// Hooks are shown too, and the same decoder then decodes without manifests again.
func TestDecodeManifestShowsHooks(t *testing.T) {
	const job = "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: j\n"
	payload := withManifest(t, "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n", job, "kind: [", job)
	d := release.NewDecoder(release.DefaultLimits())
	for range 2 {
		var s shown
		body, unread, err := d.DecodeManifest(payload, s.visitor())
		if err != nil || unread == "" || len(body.Resources) != 1 || len(body.Hooks) != 3 {
			t.Fatalf("body %+v, unread %q, error %v", body, unread, err)
		}
		if diff := cmp.Diff([]string{"Secret s in shop", "Job j in shop", "Job j in shop"}, s.objects); diff != "" {
			t.Error(diff)
		}
		with := body
		if body, err = d.Decode(payload); err != nil || body.Resources != nil {
			t.Errorf("body %+v, error %v", body, err)
		}
		if diff := cmp.Diff(with, body, cmpopts.IgnoreFields(release.Body{}, "Resources")); diff != "" {
			t.Errorf("the rest differs:\n%s", diff)
		}
	}
}

func TestManifestCountsAgainstLimits(t *testing.T) {
	limits := release.DefaultLimits()
	limits.Kept = 10_000
	payload := withManifest(t, "# "+strings.Repeat("x", 20_000))
	d := release.NewDecoder(limits)
	if _, _, err := d.DecodeManifest(payload, (&shown{}).visitor()); err == nil || !strings.Contains(err.Error(), "larger than the limit") {
		t.Errorf("error %v", err)
	}
	if _, err := d.Decode(payload); err != nil {
		t.Errorf("without the manifest: %v", err)
	}
}

func TestDigest(t *testing.T) {
	digest := func(manifest string) string { return onlyHook(t, "a", "Job", manifest).Digest }
	const job = "kind: Job\nmetadata: {name: a}\n"
	if a, b := digest(job), digest(job+"# x"); len(a) != 16 || a == b || a != digest(job) {
		t.Errorf("digests %q and %q", a, b)
	}
	if digest("kind: [") == "" || digest("") == "" {
		t.Error("a manifest that cannot be read has no digest")
	}
}

// FuzzManifest throws any manifest at the decoder, which must neither panic nor use
// much memory, and leave what Decode says alone.
func FuzzManifest(f *testing.F) {
	f.Add("---\n# Source: a\napiVersion: v1\nkind: Secret\nmetadata:\n  name: a\n--- # b\nkind: List\nitems: [{kind: Job}]\n", "kind: Job")
	f.Add("--- |\n---", "---")
	f.Add("a: &a [x]\nb: [*a, *a]\nkind: Secret\n", "kind: Secret\nmetadata: 1")
	f.Fuzz(func(t *testing.T, manifest, hook string) {
		payload := withManifest(t, manifest, hook)
		const bound = 256 << 20
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		var s shown
		d := release.NewDecoder(release.DefaultLimits())
		body, unread, err := d.DecodeManifest(payload, s.visitor())
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; used > bound {
			t.Errorf("it took %d bytes of memory", used)
		}
		if err != nil {
			t.Fatal(err)
		}
		if strings.ContainsAny(unread, "\r\n") {
			t.Errorf("the reason has several lines: %q", unread)
		}
		want, err := d.Decode(payload)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, body, cmpopts.IgnoreFields(release.Body{}, "Resources")); diff != "" {
			t.Errorf("(-Decode +DecodeManifest):\n%s", diff)
		}
	})
}
