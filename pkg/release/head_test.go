package release

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
)

func TestCutHead(t *testing.T) {
	for _, tt := range []struct {
		name, manifest, want string
		ok                   bool
	}{
		{
			"a Job", "# Source: a\napiVersion: batch/v1\nkind: Job\nmetadata:\n  name: a\n\n  annotations:\n    helm.sh/hook: test\nspec:\n  x: {a: 1}\n",
			"apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: a\n\n  annotations:\n    helm.sh/hook: test\n", true,
		},
		{"Windows lines", "kind: Job\r\nmetadata:\r\n  name: a\r\nspec:\r\n  x: 1\r\n", "kind: Job\r\nmetadata:\r\n  name: a\r\n", true},
		{"a List keeps its items", "kind: List\nmetadata: {}\nitems:\n- kind: A\n- kind: B\nx:\n- y\n", "kind: List\nmetadata: {}\nitems:\n- kind: A\n- kind: B\n", true},
		{"a leading separator", "---\nkind: A\nmetadata:\n  name: a", "kind: A\nmetadata:\n  name: a", true},
		{"two documents", "kind: A\nmetadata: {}\n---\nkind: B\n", "", false},
		{"flow style", `{"kind": "A", "metadata": {"name": "a"}}`, "", false},
		{"quoted keys", "\"kind\": A\nmetadata: {}\n", "", false},
		{"a key twice, be it inside a quoted text", "kind: A\nmetadata:\n  name: a\ndata:\n  x: \"y\nkind: B\n\"\n", "", false},
		{"a merge key", "<<: *x\nkind: A\nmetadata: {}\n", "", false},
		{"no metadata", "kind: A\n", "kind: A\n", false},
		{"nothing", "", "", false},
	} {
		got, ok := cutHead(tt.manifest)
		if ok != tt.ok || (ok && got != tt.want) {
			t.Errorf("%s: cutHead = %q, %v; want %q, %v", tt.name, got, ok, tt.want, tt.ok)
		}
	}
}

// A manifest of a million nodes must not be parsed, and one whose spec has them
// need not be.
func TestParseHeadIsBounded(t *testing.T) {
	bomb := "[" + strings.Repeat("a,", 1_000_000) + "a]"
	if head, why := parseHead("kind: A\nmetadata:\n  name: a\nspec: " + bomb + "\n"); why != "" || head.Metadata.Name != "a" {
		t.Errorf("a huge spec: name %q, %s", head.Metadata.Name, why)
	}
	for name, manifest := range map[string]string{
		"a huge metadata":  "kind: A\nmetadata:\n  x: " + bomb + "\n",
		"a huge flow text": "{kind: A, metadata: {name: a}, spec: " + bomb + "}",
	} {
		if _, why := parseHead(manifest); !strings.Contains(why, "more than 32000 parts") {
			t.Errorf("%s: %q, want an explanation", name, why)
		}
	}
}

// One long string may stand in twenty thousand places.
func TestParseHeadRefusesAliasBombs(t *testing.T) {
	long := strings.Repeat("x", 20_000)
	bomb := "\n  annotations:\n    a: &a " + long + "\n    b: [" + strings.Repeat("*a,", 20_000) + "*a]\n"
	for name, manifest := range map[string]string{
		"in metadata":  "kind: A\nmetadata:" + bomb,
		"in flow text": "{kind: A, metadata: {name: &a " + long + ", x: [" + strings.Repeat("*a,", 20_000) + "*a]}}",
	} {
		if _, why := parseHead(manifest); why != "its YAML aliases make it too large" {
			t.Errorf("%s: %q, want a refusal", name, why)
		}
	}
	if head, why := parseHead("kind: A\nmetadata: &m\n  name: a\n  annotations: {x: &y v, z: *y}\n"); why != "" || head.Metadata.Annotations["z"] != "v" {
		t.Errorf("an ordinary alias: %v, %q", head.Metadata.Annotations, why)
	}
}

// FuzzCutHead holds what is read of the head against what is read of the whole.
func FuzzCutHead(f *testing.F) {
	f.Add("apiVersion: v1\nkind: A\nmetadata:\n  name: a\n  annotations:\n    helm.sh/hook: test\ndata:\n  x: |\n    kind: B\n")
	f.Add("kind: A\nmetadata: &m {name: a}\nspec: *m\n")
	f.Add("kind: A\nspec: &m {name: a}\nmetadata: *m\n")
	f.Add("kind: List\nmetadata: {}\nitems:\n- kind: B\n  metadata:\n    name: b\n")
	f.Add("kind: A\nmetadata:\n  name: 'a\n\n  b'\nspec: x\n")
	f.Fuzz(func(t *testing.T, manifest string) {
		text, ok := cutHead(manifest)
		if !ok || nodes(manifest) > maxNodes {
			return
		}
		var want, got manifestHead
		if yaml.Unmarshal([]byte(manifest), &want) != nil || yaml.Unmarshal([]byte(text), &got) != nil {
			return // Helm reads neither; or the whole is parsed after all
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("head of %q (-whole +head):\n%s", manifest, diff)
		}
	})
}
