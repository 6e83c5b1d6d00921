package oracle

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	util3 "helm.sh/helm/v3/pkg/releaseutil"
	util4 "helm.sh/helm/v4/pkg/release/v1/util"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
)

// Manifests are cut where both Helms cut them.
func TestManifestsAreCutAsHelmDoes(t *testing.T) {
	const a, b = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n", "apiVersion: v1\nkind: Secret\nmetadata:\n  name: b\n"
	for _, manifest := range []string{
		"", a, "---\n" + a, a + "---\n" + b, "---\n# Source: x\n" + a + "---\n# Source: y\n" + b, "\n\n---\n\n" + a + "\n\n---   \n\n" + b + "\n---\n",
		"---\r\n" + a + "\r\n---\r\n" + b, a + "--- # x\n" + b, a + "---# x\n" + b, a + "---\t\n" + b, a + "---" + b, "--- " + a + "--- " + b,
		a + "data:\n  x: |\n    ---\n    y\n  z: >-\n\n    ---\n---\n" + b,
		a + "---\n---\n---\n" + b + "---", a + "---\n{apiVersion: v1, kind: Secret, metadata: {name: b}}\n",
		a + "data: {x: \"\n ---\n\"}\n---\n" + b,
	} {
		text, err := json.Marshal(map[string]any{"name": "blog", "version": 1, "manifest": manifest})
		if err != nil {
			t.Fatal(err)
		}
		body, unread, err := release.NewDecoder(release.DefaultLimits()).DecodeManifest([]byte(base64.StdEncoding.EncodeToString(text)), release.Visitor{
			Wants: func(_, _, _ string) bool { return true }, Visit: func(map[string]any, string) {},
		})
		if err != nil || unread != "" {
			t.Errorf("%q: unread %q, error %v", manifest, unread, err)
			continue
		}
		var got []string
		for _, r := range body.Resources {
			got = append(got, r.Kind+" "+r.Name)
		}
		for by, split := range map[string]func(string) map[string]string{"helm3": util3.SplitManifests, "helm4": util4.SplitManifests} {
			if d := cmp.Diff(heads(t, split(manifest)), got); d != "" {
				t.Errorf("%q (-%s +ours):\n%s", manifest, by, d)
			}
		}
	}
}

// heads are kind and name of each document that has any, in Helm's order.
func heads(t *testing.T, docs map[string]string) []string {
	t.Helper()
	keys := slices.Collect(maps.Keys(docs))
	slices.Sort(keys) // there are fewer than ten
	var all []string
	for _, key := range keys {
		var head util3.SimpleHead
		if err := yaml.Unmarshal([]byte(docs[key]), &head); err != nil {
			t.Fatal(err)
		}
		if head.Metadata != nil {
			all = append(all, head.Kind+" "+head.Metadata.Name)
		}
	}
	return all
}
