//go:build e2e

package cluster_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
)

// shared is the cluster of all tests of the package; each test has a namespace
// of its own in it. Only TestMain sets it.
var shared *cluster.Cluster

func TestMain(m *testing.M) {
	if os.Getenv(childVariable) != "" {
		os.Exit(runChild())
	}
	os.Exit(runTests(m))
}

func runTests(m *testing.M) int {
	start := time.Now()
	c, err := cluster.Start(context.Background(), cluster.Options{})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Fprintf(os.Stderr, "cluster ready in %s\n", time.Since(start).Round(time.Millisecond))
	shared = c
	code := m.Run()
	start = time.Now()
	if err := c.Stop(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Fprintf(os.Stderr, "cluster stopped in %s\n", time.Since(start).Round(time.Millisecond))
	return code
}

func client(t *testing.T) kubernetes.Interface {
	t.Helper()
	return kubernetes.NewForConfigOrDie(shared.Config())
}

// namespace creates one for the test.
func namespace(t *testing.T) string {
	t.Helper()
	ns, err := client(t).CoreV1().Namespaces().Create(t.Context(),
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "test-"}}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	// Pods need it, and its controller takes a moment.
	eventually(t, "default ServiceAccount", func(ctx context.Context) (bool, error) {
		_, err := client(t).CoreV1().ServiceAccounts(ns.Name).Get(ctx, "default", metav1.GetOptions{})
		return err == nil, err
	})
	return ns.Name
}

// eventually polls until check is true and fails the test when it takes too long.
func eventually(t *testing.T, what string, check func(context.Context) (bool, error)) {
	t.Helper()
	var err error
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		var ok bool
		if ok, err = check(t.Context()); ok {
			return
		}
	}
	t.Fatalf("%s: not within 30s (last error: %v)", what, err)
}
