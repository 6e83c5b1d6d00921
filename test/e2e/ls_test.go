//go:build e2e

package e2e

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/render"
)

func TestScopeOfANamespace(t *testing.T) {
	t.Parallel()
	var cluster, other []string
	for _, h := range list(t, "-n", everyhook4) {
		switch h.Metadata.Namespace {
		case "":
			cluster = append(cluster, id(h))
		case everyhook4:
		default:
			other = append(other, id(h))
		}
	}
	slices.Sort(cluster)
	if want := []string{
		"ClusterRole//everyhook-h4-everyhook-cluster-scoped",
		"ClusterRoleBinding//everyhook-h4-everyhook-cluster-scoped",
		"CustomResourceDefinition//widgets.h4.helmhooks.test",
	}; !slices.Equal(cluster, want) {
		t.Errorf("objects without namespace in the scope of %s: %v, want %v", everyhook4, cluster, want)
	}
	if len(other) > 0 {
		t.Errorf("ls -n %s shows objects of other namespaces: %v", everyhook4, other)
	}
	if got := ids(list(t, "-n", elsewhere4)); !slices.Equal(got, []string{"ConfigMap/elsewhere-h4/everyhook-other-namespace"}) {
		t.Errorf("ls -n %s: %v", elsewhere4, got)
	}
}

func TestNothingFound(t *testing.T) {
	t.Parallel()
	r := plugin(t, "ls", "-n", "kube-public")
	if r.code != 0 || r.stdout != "" || r.stderr != "No hook objects found in kube-public namespace.\n" {
		t.Errorf("ls in an empty namespace: %+v", r)
	}
	if items := list(t, "-n", "kube-public"); len(items) != 0 {
		t.Errorf("ls -o json in an empty namespace: %v", ids(items))
	}
}

func TestUnknownRelease(t *testing.T) {
	t.Parallel()
	r := plugin(t, "ls", "gestbook", "-n", guestbook3)
	want := "error: no record and no hook object of release \"gestbook\" in namespace \"guestbook-h3\"; -n chooses another, -A looks in all\n"
	if r.code != 1 || r.stdout != "" || r.stderr != want {
		t.Errorf("ls of an unknown release: %+v, want %q", r, want)
	}
}

func TestNamesGoBackToKubectl(t *testing.T) {
	t.Parallel()
	names := plugin(t, "ls", "-n", guestbook3, "-o", "name").must(t).stdout
	if want := "persistentvolumeclaim/guestbook-redis-backup-1\npersistentvolumeclaim/guestbook-redis-backup-2\n"; names != want {
		t.Fatalf("ls -o name:\n%s\nwant:\n%s", names, want)
	}
	kubectl := filepath.Join(stage.Cluster.BinDir, "kubectl")
	for _, name := range strings.Fields(plugin(t, "ls", "-n", everyhook3, "-o", "name").must(t).stdout) {
		execute(t, stage.Cluster.Kubeconfig, kubectl, "get", "-n", everyhook3, name).must(t)
	}
}

func TestThroughKubectl(t *testing.T) {
	t.Parallel()
	kubectl := filepath.Join(stage.Cluster.BinDir, "kubectl")
	// kubectl itself must find the plugin, and pass on streams and exit codes.
	r := execute(t, stage.Cluster.Kubeconfig, kubectl, "helmhooks", "ls", "-n", guestbook3, "--no-headers")
	if lines := strings.Count(r.closed(t).stdout, "\n"); lines != 2 {
		t.Errorf("kubectl helmhooks ls --no-headers:\n%s", r.stdout)
	}
	if r := execute(t, stage.Cluster.Kubeconfig, kubectl, "helmhooks", "ls", "nope", "-n", guestbook3); r.code != 1 {
		t.Errorf("kubectl helmhooks ls nope ends with %d, want 1", r.code)
	}
}

func TestYAMLSaysTheSameAsJSON(t *testing.T) {
	t.Parallel()
	out := plugin(t, "ls", "-n", everyhook3, "-o", "yaml").must(t).stdout
	var fromYAML render.HookObjectList
	if err := yaml.UnmarshalStrict([]byte(out), &fromYAML); err != nil {
		t.Fatal(err)
	}
	if a, b := ids(fromYAML.Items), ids(list(t, "-n", everyhook3)); !slices.Equal(a, b) {
		t.Errorf("-o yaml lists %v, -o json %v", a, b)
	}
}

func TestWideHasTheFullWords(t *testing.T) {
	t.Parallel()
	out := plugin(t, "ls", "everyhook", "-n", everyhook3, "-o", "wide").closed(t).stdout
	for _, want := range []string{
		"pre-install,pre-upgrade,pre-rollback", "before-hook-creation", `"hook-suceeded"`, //nolint:misspell // as the chart has it

		"resource-policy keep", "is ignored by Helm", "declared by the release, not annotated", "WEIGHT", "VERDICT", "GUARDS", "LEAKS", "BLOCKS", "STATUS", "holds-data,",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("ls -o wide does not say %q", want)
		}
	}
}
