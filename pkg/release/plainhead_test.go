package release

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
)

const plainJob = `apiVersion: batch/v1
kind: Job
metadata:
  name: blog-migrate
  namespace: "shop"
  labels:
    app.kubernetes.io/instance: blog
  annotations:
    # This is what defines this resource as a hook.
    helm.sh/hook: pre-install,pre-upgrade
    helm.sh/hook-weight: "-5"
    'helm.sh/x': y
    helm.sh/hook-delete-policy: before-hook-creation
`

func TestPlainHead(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		ok         bool
	}{
		{"as most charts write it", strings.Replace(plainJob, "    'helm.sh/x': y\n", "", 1), true},
		{"quoted keys", plainJob, false},
		{"a generated name", "kind: Job\nmetadata:\n  generateName: seed-\n", true},
		{"no metadata", "kind: Job\nmetadata:\n", true},
		{"flow style", "kind: Job\nmetadata: {name: a}\n", false},
		{"a word that is no text", "kind: Job\nmetadata:\n  name: yes\n", false},
		{"a number", "kind: Job\nmetadata:\n  name: 7\n", false},
		{"an anchor", "kind: Job\nmetadata:\n  name: &a b\n", false},
		{"a text on two lines", "kind: Job\nmetadata:\n  name: a\n   b\n", false},
		{"an escape", "kind: Job\nmetadata:\n  name: \"a\\u0062\"\n", false},
		{"a comment behind a value", "kind: Job\nmetadata:\n  name: a # b\n", false},
		{"a key in other letters", "kind: Job\nmetadata:\n  Name: a\n", false},
		{"a key twice", "kind: Job\nmetadata:\n  name: a\n  name: b\n", false},
		{"an annotation twice", "kind: Job\nmetadata:\n  annotations:\n    a: b\n    a: c\n", false},
		{"other steps", "kind: Job\nmetadata:\n    name: a\n", false},
		{"a block of text", "kind: Job\nmetadata:\n  annotations:\n    a: |\n      b: c\n", false},
		{"a List", "kind: List\nmetadata:\nitems:\n- kind: A\n", false},
	} {
		if _, ok := plainHead(tt.text); ok != tt.ok {
			t.Errorf("%s: read %v, want %v", tt.name, ok, tt.ok)
		}
		plainIsYAML(t, tt.text)
	}
}

// plainIsYAML holds what plainHead reads against what YAML says, and tells whether it reads
// anything.
func plainIsYAML(t *testing.T, text string) bool {
	t.Helper()
	got, ok := plainHead(text)
	if !ok {
		return false
	}
	var want manifestHead
	if err := yaml.Unmarshal([]byte(text), &want); err != nil {
		t.Errorf("%q was read as %+v, and is no YAML: %v", text, got, err)
	} else if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%q (-YAML +plain):\n%s", text, diff)
	}
	return true
}

// What is nearly plain is read as YAML reads it, or not at all.
func TestPlainHeadOfMutants(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	parts := []string{
		" ", "  ", "\n", ":", ": ", "-", "#", " #", "'", `"`, `\`, "a", "7", "0x1", "1e3", ".", "/", ",", "{", "}", "[", "]", "&a ", "*a", "!", "|", ">", "?", "? ", "- ", "---\n",
		"yes", "null", "~", "true", "\t", "\r", "é", "\u0085", "\u2028", "<<: ", "%", "@", "`", "metadata:\n", "  name: x\n", "    k: v\n", "annotations", "kind",
	}
	read := 0
	for range 100_000 {
		text := plainJob
		for range 1 + random.IntN(4) {
			at := random.IntN(len(text) + 1)
			end := at
			if random.IntN(2) == 0 {
				end = min(len(text), at+random.IntN(12))
			}
			text = text[:at] + parts[random.IntN(len(parts))] + text[end:]
		}
		if plainIsYAML(t, strings.Replace(text, "    'helm.sh/x': y\n", "", 1)) {
			read++
		}
	}
	if read < 1000 {
		t.Errorf("only %d of the mutants were read: these test nothing", read)
	}
}

func FuzzPlainHead(f *testing.F) {
	f.Add(plainJob)
	f.Add("kind: A\nmetadata:\n  name: a\n  labels:\n    b: c\n  annotations:\n    d: 'e: f'\n")
	f.Fuzz(func(t *testing.T, text string) { plainIsYAML(t, text) })
}

func BenchmarkParseHead(b *testing.B) {
	text := strings.Replace(plainJob, "    'helm.sh/x': y\n", "", 1) + "spec:\n" + strings.Repeat("  x: y\n", 40)
	b.ReportAllocs()
	for b.Loop() {
		if head, why := parseHead(text); why != "" || head.Kind != "Job" {
			b.Fatal(why)
		}
	}
}
