//go:build e2e

package prunes

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// TestRequestsAreFew: however many objects there are, the same requests find and judge
// them, and none of them is for a single object. Objects are read in full only where that
// is documented.
func TestRequestsAreFew(t *testing.T) {
	t.Parallel()
	const namespace, few, many = "requests", 5, 60
	must(t, newPlayer(3, namespace).makeNamespace(t.Context()))
	fill := func(from, to int) {
		for i := from; i < to; i++ {
			c := &corev1.ConfigMap{ObjectMeta: orphaned(fmt.Sprintf("left-%d", i), fmt.Sprintf("gone-%s-%d", namespace, i%4))}
			_, err := stage.client.CoreV1().ConfigMaps(namespace).Create(t.Context(), c, byHelm())
			must(t, err)
			_, err = stage.client.CoreV1().ConfigMaps(namespace).Create(t.Context(),
				&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("other-%d", i)}}, metav1.CreateOptions{})
			must(t, err)
		}
	}
	commands := [][]string{
		{"ls", "-n", namespace},
		{"why", "cm/left-0", "-n", namespace},
		{"prune", "-n", namespace, "--dry-run=client", "--min-age=0s"},
	}
	// Other tests make namespaces and kinds meanwhile: only what concerns this namespace is
	// counted.
	count := func(args []string) (here int, whole []string) {
		var mu sync.Mutex
		p := front(t, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			mu.Lock()
			if r.Method == http.MethodGet && strings.Contains(r.URL.Path, "/namespaces/"+namespace+"/") {
				here++
				if !strings.Contains(r.Header.Get("Accept"), "PartialObjectMetadata") {
					whole = append(whole, r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:])
				}
			}
			mu.Unlock()
			next.ServeHTTP(w, r)
		})
		through(t, p.kubeconfig, args...).exits(t, 0)
		if single := p.made(func(c *call) bool {
			return c.method == http.MethodGet && (strings.Contains(c.path, "/left-") || strings.Contains(c.path, "/other-"))
		}); len(single) > 0 {
			t.Errorf("%s asks for single objects, such as %s", args[0], single[0].path)
		}
		return here, whole
	}
	fill(0, few)
	var before []int
	for _, args := range commands {
		n, _ := count(args)
		before = append(before, n)
	}
	fill(few, many)
	for i, args := range commands {
		n, whole := count(args)
		if n != before[i] {
			t.Errorf("%s takes %d requests with %d hook objects, and %d with %d", args[0], before[i], few, n, many)
		}
		if n == 0 {
			t.Errorf("%s asks for nothing here", args[0])
		}
		// ConfigMaps are hooks, and nothing that could use them.
		for _, resource := range []string{"configmaps", "secrets", "serviceaccounts", "persistentvolumeclaims"} {
			if slices.Contains(whole, resource) {
				t.Errorf("%s reads %s in full", args[0], resource)
			}
		}
	}
}
