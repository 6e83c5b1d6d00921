package oracle

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

// oddManifests are hooks as people, or nobody, write them.
func oddManifests() []string {
	return []string{
		"kind: Job\nmetadata: {name: a, annotations: {helm.sh/hook: test}}",
		"kind: Job\nmetadata:\n  name: a\n  annotations: {\"helm.sh/hook\": \"pre-install\", helm.sh/hook-weight: 5}\n",
		"kind: Job\nmetadata:\n  name: a\n  annotations: {helm.sh/hook: test, helm.sh/hook-weight: 1000000}\n",
		"kind: Job\nmetadata:\n  name: a\n  annotations: {helm.sh/hook: test, helm.sh/hook-weight: 1e6}\n",
		"kind: Job\nmetadata:\n  name: a\n  annotations: {helm.sh/hook: test, helm.sh/hook-weight: 0x10}\n",
		"kind: Job\nmetadata:\n  name: a\n  annotations: {helm.sh/hook: test, helm.sh/hook-weight: -9007199254740993}\n",
		"kind: Job\nmetadata:\n  name: a\n  annotations: {helm.sh/hook: test, helm.sh/hook-delete-policy: , helm.sh/hook-weight: ~}\n",
		"kind: Job\nmetadata:\n  name: a\n  annotations: {helm.sh/hook: test, helm.sh/hook-delete-policy: no}\n",
		"kind: Job\nmetadata:\n  name: a\n  annotations: {helm.sh/hook: test, helm.sh/hook-delete-policy: 1.50}\n",
		"kind: Job\nmetadata:\n  name: a\n  annotations:\n    helm.sh/hook: >-\n      pre-install,\n      post-install\n",
		"kind: Job\nmetadata:\n  name: a\n  annotations:\n    ? helm.sh/hook\n    : test\n",
		"# head\n\n---   \n# more\nmetadata:\n  name: a\n  annotations:\n    helm.sh/hook: test\nkind: Job\nspec:\n  x: |\n   kind: Pod\n",
		"x: &a\n  helm.sh/hook: test\nkind: Job\nmetadata:\n  name: a\n  annotations: *a\n",
		"x: &a {helm.sh/hook: test}\nkind: Job\nmetadata:\n  name: a\n  annotations:\n    <<: *a\n    helm.sh/hook-weight: \"3\"\n",
		"\"kind\": Job\n'metadata':\n  name: 7\n  annotations:\n    helm.sh/hook: test\n",
		"KIND: Job\nMetadata:\n  Name: a\n  Annotations:\n    helm.sh/hook: test\n",
		"kind: Job\nspec: \"\nkind: Pod\n\"\nmetadata:\n  name: a\n  annotations:\n    helm.sh/hook: test\n",
		"kind: List\nmetadata:\n  annotations:\n    helm.sh/hook: test\nitems:\n- kind: Job\n  metadata:\n    name: a\n    annotations: {n: 1}\n",
		"kind: Job\r\nmetadata:\r\n  name: a\r\n  annotations:\r\n    helm.sh/hook: test\r\n",
		"\ufeffkind: Job\nmetadata:\n  name: a\n  annotations:\n    helm.sh/hook: test\n",
		"{\"kind\":\"Job\",\"metadata\":{\"name\":\"a\",\"annotations\":{\"helm.sh/hook\":\"test\"}}}",
		"kind: Job\nmetadata:\n  name: a\n  annotations:\n    helm.sh/hook: test\n---\nkind: Pod\nmetadata:\n  name: b\n  annotations:\n    helm.sh/hook: test\n",
		"kind: Job\nmetadata:\n  name: a\n  annotations:\n    helm.sh/hook: test\n...\nkind: Pod\n",
		"kind: Job\nmetadata:\n  name: a\n  namespace: 7\n  annotations:\n    helm.sh/hook: test\n",
		"kind: Job\nmetadata:\n  name: a\n  annotations:\n    helm.sh/hook: test\n  namespace: [x]\n",
	}
}

// FuzzManifests gives any template to Helm's own parser, and the hooks that it
// finds to ours, by way of a stored record.
func FuzzManifests(f *testing.F) {
	for _, m := range oddManifests() {
		f.Add(m)
	}
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ToValidUTF8(text, "?")
		for _, h := range renderers() {
			r, err := h.render(t, map[string]string{"blog/templates/hook.yaml": text})
			if err != nil {
				continue
			}
			compareManifests(t, h.name, text, r)
		}
	})
}

func compareManifests(t *testing.T, by, text string, r rendered) {
	t.Helper()
	body, err := decode(r.payload)
	if err != nil {
		t.Fatal(err)
	}
	var want, got []facts
	for i, h := range body.Hooks {
		if h.Unreadable != "" && !apiObject(text) {
			continue // Helm stores it, and could never make it
		}
		want, got = append(want, helmsFacts(r.hooks[i])), append(got, ourFacts(h))
		if h.Unreadable != "" {
			t.Errorf("%q: %s reads it, we do not: %s", text, by, h.Unreadable)
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%q (-%s +ours):\n%s", text, by, d)
	}
	if len(body.Hooks) != len(r.hooks) {
		t.Errorf("%q: %s finds %d hooks, we %d", text, by, len(r.hooks), len(body.Hooks))
	}
}

// apiObject tells whether an API server could take all documents of a text.
func apiObject(text string) bool {
	for doc := range strings.SplitSeq(text, "\n---") {
		var o metav1.PartialObjectMetadata
		if yaml.Unmarshal([]byte(doc), &o) != nil || o.Kind == "" {
			return false
		}
	}
	return true
}
