//go:build e2e

package huge

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
)

// TestCluster has a real API server hold a long history, of which an orphan makes all be
// read, and records that expand a thousandfold. REVISIONS says how long the history is.
func TestCluster(t *testing.T) {
	revisions, bombs := 1_000, 30
	if text := os.Getenv("REVISIONS"); text != "" {
		var err error
		if revisions, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	c, err := cluster.Start(t.Context(), cluster.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
	})
	config := c.Config()
	config.QPS = -1
	client := kubernetes.NewForConfigOrDie(config)
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "shop"}}
	if _, err := client.CoreV1().Namespaces().Create(t.Context(), ns, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	orphan := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{
		Name: "hook-0", Annotations: map[string]string{"helm.sh/hook": "pre-upgrade"}, Labels: map[string]string{"app.kubernetes.io/instance": "blog"},
	}}
	if _, err := client.CoreV1().ConfigMaps("shop").Create(t.Context(), orphan, metav1.CreateOptions{FieldManager: "helm"}); err != nil {
		t.Fatal(err)
	}
	bomb := strings.Repeat("0", 24<<20)
	g, ctx := errgroup.WithContext(t.Context())
	g.SetLimit(16)
	for i := range revisions + bombs {
		name := "another"
		if i == 0 {
			name = "hook-0"
		}
		fields := map[string]any{"hooks": []any{map[string]any{
			"name": name, "kind": "ConfigMap", "manifest": fmt.Sprintf(manifest, name), "events": []string{"pre-upgrade"},
		}}}
		if i >= revisions {
			fields["chart"] = map[string]any{"files": []any{bomb}}
		}
		payload := packed(t, body(t, "blog", i+1, fields))
		g.Go(func() error {
			_, err := client.CoreV1().Secrets("shop").Create(ctx, &corev1.Secret{
				ObjectMeta: metav1.ObjectMeta{
					Name:   fmt.Sprintf("sh.helm.release.v1.blog.v%d", i+1),
					Labels: map[string]string{"owner": "helm", "name": "blog", "version": strconv.Itoa(i + 1), "status": "superseded"},
				},
				Type: "helm.sh/release.v1", Data: map[string][]byte{"release": []byte(payload)},
			}, metav1.CreateOptions{FieldManager: "helm"})
			return err
		})
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	r := plugin(t, func(*bufio.Writer) {}, "ls", "-A", "-o", "json", "--kubeconfig", c.Kubeconfig).succeeds(t).calm(t)
	bound := int64(160<<20 + revisions*eachRevision)
	t.Logf("%d revisions, and %d that expand to %d MiB each: %d MiB at most", revisions, bombs, len(bomb)>>20, r.peak>>20)
	if r.peak > bound {
		t.Errorf("%d revisions take %d MiB, want at most %d", revisions, r.peak>>20, bound>>20)
	}
	if !strings.Contains(r.stdout, `"attribution": "record"`) || !strings.Contains(r.stdout, `"revision": 1,`) {
		t.Errorf("the first revision was not found: %s %s", r.stdout, r.stderr)
	}
}
