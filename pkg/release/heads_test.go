package release_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
)

// What decoders remember of manifests changes nothing of what they say, however alike hooks
// are: one manifest can be that of two names, kinds, paths, events and policies.
func TestRememberingManifestsChangesNothing(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	some := func(of ...string) string { return of[random.IntN(len(of))] }
	manifests := []string{
		jobManifest, strings.ReplaceAll(jobManifest, "blog-migrate", "b"), "kind: [", "", "kind: List\nitems:\n- kind: Job\n  metadata: {name: b}\n",
		"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: b\n  annotations: {helm.sh/hook: 'test,post-install', helm.sh/hook-delete-policy: 'hook-failed,odd'}\n",
	}
	heads := release.NewHeads()
	for range 300 {
		hooks := make([]any, 1+random.IntN(3))
		for i := range hooks {
			hooks[i] = map[string]any{
				"name": some("b", "blog-migrate"), "kind": some("Job", "ConfigMap"), "path": some("a.yaml", "b.yaml"), "manifest": some(manifests...),
				"events": strings.Split(some("test", "post-install,test", "pre-upgrade"), ","), "weight": random.IntN(2),
				"delete_policies": strings.Split(some("hook-failed", "before-hook-creation", "hook-failed,odd"), ","),
				"last_run":        map[string]any{"phase": some("", "Succeeded", "Failed"), "started_at": fmt.Sprintf("2026-01-02T03:04:0%dZ", random.IntN(9))},
			}
		}
		text, err := json.Marshal(map[string]any{"name": "blog", "version": 1, "hooks": hooks})
		if err != nil {
			t.Fatal(err)
		}
		want, err := decode(plain(text))
		if err != nil {
			t.Fatal(err)
		}
		got, err := release.NewSharingDecoder(release.DefaultLimits(), heads).Decode(plain(text))
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Fatalf("of %s\nerror %v (-want +got):\n%s", text, err, diff)
		}
	}
}

// Thousands of bodies are kept: two revisions that have the same hook hold its texts once.
func TestRevisionsShareTheirHooks(t *testing.T) {
	d := release.NewDecoder(release.DefaultLimits())
	read := func() *release.Hook {
		body, err := d.Decode(plain(recordOf(t, "blog-migrate", "Job", jobManifest)))
		if err != nil {
			t.Fatal(err)
		}
		return &body.Hooks[0]
	}
	a, b := read(), read()
	for name, texts := range map[string][2]string{
		"name": {a.Name, b.Name}, "kind": {a.Kind, b.Kind}, "digest": {a.Digest, b.Digest}, "the object's name": {a.Name, b.Objects[0].Name},
	} {
		if texts[0] == "" || unsafe.StringData(texts[0]) != unsafe.StringData(texts[1]) {
			t.Errorf("%s: %q and %q are two texts", name, texts[0], texts[1])
		}
	}
	if &a.Objects[0] != &b.Objects[0] || &a.Declared.Events[0] != &b.Declared.Events[0] {
		t.Error("objects and events are there twice")
	}
}
