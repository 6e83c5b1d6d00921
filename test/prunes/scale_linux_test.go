//go:build e2e

package prunes

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
)

// ofEach is how many orphans a gone release has left.
const ofEach = 10

// makeMany makes orphans of gone releases, in one namespace.
func makeMany(b *testing.B, namespace string, n int) {
	b.Helper()
	_, err := stage.client.CoreV1().Namespaces().Create(b.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}, metav1.CreateOptions{})
	if err != nil {
		b.Fatal(err)
	}
	var g errgroup.Group
	g.SetLimit(16)
	for i := range n {
		g.Go(func() error {
			c := &corev1.ConfigMap{ObjectMeta: orphaned(fmt.Sprintf("left-%d", i), fmt.Sprintf("%s-%d", namespace, i/ofEach))}
			_, err := stage.client.CoreV1().ConfigMaps(namespace).Create(b.Context(), c, byHelm())
			return err
		})
	}
	if err := g.Wait(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkPrune deletes the orphans of gone releases, 2,000 or as many as ORPHANS says,
// and beside it as many as kubectl does. It tells of each its time and the most memory it
// took, and of prune how many requests it had under way at once.
func BenchmarkPrune(b *testing.B) {
	n := 2000
	if text := os.Getenv("ORPHANS"); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("helmhooks", func(b *testing.B) {
		for i := range b.N {
			namespace := fmt.Sprintf("many-%d-%d", b.N, i)
			makeMany(b, namespace, n)
			b.ResetTimer()
			measure(b, stage.Plugin, namespace, stage.Cluster.Kubeconfig, n,
				"prune", "--yes", "--min-age=0s", "--stale-after=1s", "--timeout=30m", "-o", "name")
		}
	})
	b.Run("kubectl", func(b *testing.B) {
		for i := range b.N {
			namespace := fmt.Sprintf("many-kubectl-%d-%d", b.N, i)
			makeMany(b, namespace, n)
			b.ResetTimer()
			measure(b, filepath.Join(stage.Cluster.BinDir, "kubectl"), namespace, stage.Cluster.Kubeconfig, n,
				"delete", "configmaps", "-l", "app.kubernetes.io/instance", "--wait=false", "-o", "name") // it would look at each again
		}
	})
	// Through a proxy, which costs time, to count.
	b.Run("helmhooks-counted", func(b *testing.B) {
		var now, most, all atomic.Int64
		p := front(b, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			all.Add(1)
			for at, before := now.Add(1), most.Load(); at > before && !most.CompareAndSwap(before, at); before = most.Load() {
			}
			defer now.Add(-1)
			next.ServeHTTP(w, r)
		})
		for i := range b.N {
			namespace := fmt.Sprintf("many-counted-%d-%d", b.N, i)
			makeMany(b, namespace, n)
			b.ResetTimer()
			measure(b, stage.Plugin, namespace, p.kubeconfig, n,
				"prune", "--yes", "--min-age=0s", "--stale-after=1s", "--timeout=30m", "-o", "name")
		}
		b.ReportMetric(float64(most.Load()), "requests-at-once")
		b.ReportMetric(float64(all.Load())/float64(b.N*n), "requests/object")
		if most.Load() > 16 {
			b.Errorf("%d requests were under way at once", most.Load())
		}
	})
}

func measure(b *testing.B, program, namespace, kubeconfig string, n int, args ...string) {
	b.Helper()
	cmd := command(b.Context(), kubeconfig, append(args, "-n", namespace)...)
	cmd.Path = program
	cmd.Env = append(cluster.Env(), "KUBECONFIG="+kubeconfig)
	cmd.Stderr = os.Stderr
	began := time.Now()
	out, err := cmd.Output()
	took := time.Since(began)
	if err != nil {
		b.Fatal(err)
	}
	if got := strings.Count(string(out), "configmap/left-"); got != n {
		b.Errorf("%d were deleted, want %d", got, n)
	}
	b.ReportMetric(took.Seconds(), "s")
	if u, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		b.ReportMetric(float64(u.Maxrss)/1024, "MiB")
	}
}
