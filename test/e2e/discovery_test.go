//go:build e2e

package e2e

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
)

// TestFailingDiscoveryOfOneGroup registers an API whose server does not exist. It
// runs alone, since everybody else would be warned of it too.
func TestFailingDiscoveryOfOneGroup(t *testing.T) {
	before := ids(list(t, "-n", shop))
	services := dynamic.NewForConfigOrDie(stage.Cluster.Config()).Resource(
		schema.GroupVersionResource{Group: "apiregistration.k8s.io", Version: "v1", Resource: "apiservices"})
	const name = "v1.broken.helmhooks.test"
	_, err := services.Create(t.Context(), &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "apiregistration.k8s.io/v1",
		"kind":       "APIService",
		"metadata":   map[string]any{"name": name},
		"spec": map[string]any{
			"group": "broken.helmhooks.test", "version": "v1", "insecureSkipTLSVerify": true,
			"groupPriorityMinimum": int64(10), "versionPriority": int64(10),
			"service": map[string]any{"namespace": shop, "name": "nobody"},
		},
	}}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	const warning = "warning: cannot read API group broken.helmhooks.test/v1 ("
	var r result
	eventually(t, "a warning about the broken group", func() bool {
		r = plugin(t, "ls", "-n", shop, "-o", "name")
		return strings.HasPrefix(r.stderr, warning)
	})
	if r.code != 0 || strings.Count(r.stderr, "\n") != 1 {
		t.Errorf("ls with a broken group: %+v", r)
	}
	var after []string
	for _, line := range strings.Fields(r.stdout) {
		after = append(after, "Job/"+shop+"/"+strings.TrimPrefix(line, "job.batch/"))
	}
	if !slices.Equal(before, after) {
		t.Errorf("with a broken group ls lists %v, want %v", after, before)
	}
	kubectl := filepath.Join(stage.Cluster.BinDir, "kubectl")
	execute(t, stage.Cluster.Kubeconfig, kubectl, "delete", "apiservice", name).must(t)
	eventually(t, "the end of the warning", func() bool { return closing.MatchString(plugin(t, "ls", "-n", shop).stderr) })
}

// eventually polls until check holds, and fails the test when it takes too long.
func eventually(t *testing.T, what string, check func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !check(); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within 30s", what)
		}
	}
}
