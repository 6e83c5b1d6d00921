package deploy

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	batchv1 "k8s.io/api/batch/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/cli"
)

var update = flag.Bool("update", false, "write the manifests anew")

const (
	root = "../.."
	dir  = root + "/deploy"
)

// printed is what the command prints with these flags for a cluster that has what
// Kubernetes itself has.
func printed(t *testing.T, args ...string) string {
	t.Helper()
	t.Chdir(dir) // as who makes them would be, so that the comment says what to type
	args = append([]string{"cronjob", "--filename=kubernetes.json", "--schedule=17 3 * * *", "--image=ghcr.io/kubectl-helmhooks/kubectl-helmhooks:latest"}, args...)
	var out, errs bytes.Buffer
	code := cli.Main(t.Context(), genericiooptions.IOStreams{In: strings.NewReader(""), Out: &out, ErrOut: &errs}, cli.Build{Version: "test"}, args)
	if code != 0 || errs.Len() > 0 {
		t.Fatalf("%q: exit code %d: %s", args, code, errs.String())
	}
	t.Chdir("../test/deploy")
	return out.String()
}

// documents are the objects of a stream, by kind.
func documents(t *testing.T, stream string) map[string][]byte {
	t.Helper()
	all := make(map[string][]byte)
	for text := range strings.SplitSeq(stream, "---\n") {
		object, err := yaml.YAMLToJSONStrict([]byte(text))
		must(t, err)
		var head struct{ Kind string }
		must(t, json.Unmarshal(object, &head))
		if all[head.Kind] != nil {
			t.Fatalf("two objects of kind %s", head.Kind)
		}
		all[head.Kind] = object
	}
	return all
}

// patch is what makes one object of another, as a file for kustomize.
func patch(t *testing.T, from, to []byte, schema any) string {
	t.Helper()
	diff, err := strategicpatch.CreateTwoWayMergePatch(from, to, schema)
	must(t, err)
	var object, head map[string]any
	must(t, json.Unmarshal(diff, &object))
	withoutDirectives(object)
	must(t, json.Unmarshal(from, &head))
	metadata, _ := head["metadata"].(map[string]any)
	delete(metadata, "labels")
	object["apiVersion"], object["kind"], object["metadata"] = head["apiVersion"], head["kind"], metadata
	text, err := yaml.Marshal(object)
	must(t, err)
	return "# Made by `make deploy`: what --yes changes.\n" + string(text)
}

// withoutDirectives takes away the order of lists, of which kustomize knows nothing.
func withoutDirectives(object map[string]any) {
	maps.DeleteFunc(object, func(key string, value any) bool {
		if m, ok := value.(map[string]any); ok {
			withoutDirectives(m)
		}
		return strings.HasPrefix(key, "$setElementOrder/")
	})
}

// TestDeployIsPrinted holds that the manifests are what the command prints.
func TestDeployIsPrinted(t *testing.T) {
	report, prune := printed(t, "-A"), printed(t, "-A", "--yes")
	from, to := documents(t, report), documents(t, prune)
	for file, want := range map[string]string{
		"report/helmhooks.yaml": report,
		"prune/role.yaml":       patch(t, from["ClusterRole"], to["ClusterRole"], rbacv1.ClusterRole{}),
		"prune/cronjob.yaml":    patch(t, from["CronJob"], to["CronJob"], batchv1.CronJob{}),
	} {
		path := filepath.Join(dir, file)
		if *update {
			must(t, os.WriteFile(path, []byte(want), 0o644))
		}
		got, err := os.ReadFile(path)
		must(t, err)
		if diff := cmp.Diff(string(got), want); diff != "" {
			t.Errorf("deploy/%s is not what the command prints (-file +printed; make deploy writes it anew):\n%s", file, diff)
		}
	}
}

// TestKustomize builds the base, and the base with the component as an overlay would:
// they come to the objects that the command prints.
func TestKustomize(t *testing.T) {
	for _, c := range []struct {
		kustomization string
		flags         []string
	}{
		{"resources: [../deploy/report]\n", []string{"-A"}},
		{"resources: [../deploy/report]\ncomponents: [../deploy/prune]\n", []string{"-A", "--yes"}},
	} {
		got := documents(t, built(t, c.kustomization))
		want := documents(t, printed(t, c.flags...))
		for kind := range want {
			var a, b any
			must(t, json.Unmarshal(got[kind], &a))
			must(t, json.Unmarshal(want[kind], &b))
			if diff := cmp.Diff(b, a); diff != "" {
				t.Errorf("%s, %s (-printed +built):\n%s", c.kustomization, kind, diff)
			}
		}
		if len(got) != len(want) {
			t.Errorf("%s: %d objects, want %d", c.kustomization, len(got), len(want))
		}
	}
}

// built is what kustomize makes of an overlay that stands beside deploy/.
func built(t *testing.T, kustomization string) string {
	t.Helper()
	fs := filesys.MakeFsInMemory()
	for _, file := range []string{"report/kustomization.yaml", "report/helmhooks.yaml", "prune/kustomization.yaml", "prune/role.yaml", "prune/cronjob.yaml"} {
		text, err := os.ReadFile(filepath.Join(dir, file))
		must(t, err)
		must(t, fs.WriteFile("/deploy/"+file, text))
	}
	must(t, fs.WriteFile("/overlay/kustomization.yaml", []byte(kustomization)))
	resources, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(fs, "/overlay")
	must(t, err)
	text, err := resources.AsYaml()
	must(t, err)
	return string(text)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
