//go:build e2e

package cron

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/cluster"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/dump"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	testcluster "github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
)

var update = flag.Bool("update", false, "write deploy/kubernetes.json anew")

// TestKindsOfKubernetes holds that deploy/ is made for the kinds that this Kubernetes
// has, of which none is of a resource definition.
func TestKindsOfKubernetes(t *testing.T) {
	client, err := cluster.New(stage.Config(), cluster.DefaultOptions())
	must(t, err)
	kinds, gaps, err := client.Discover(t.Context())
	must(t, err)
	if len(gaps) > 0 {
		t.Fatal(gaps)
	}
	root, err := testcluster.RepositoryRoot()
	must(t, err)
	path := filepath.Join(root, "deploy", "kubernetes.json")
	if *update {
		f, err := os.Create(path)
		must(t, err)
		must(t, dump.Write(f, &snapshot.Snapshot{Kinds: kinds, Time: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}, "kubectl helmhooks"))
		must(t, f.Close())
	}
	e, err := dump.Open(t.Context(), []string{path}, nil, dump.Options{})
	must(t, err)
	if diff := cmp.Diff(e.Snapshot().Kinds, kinds); diff != "" {
		t.Errorf("deploy/kubernetes.json is not what the cluster has (-file +cluster; make deploy writes it anew):\n%s", diff)
	}
}
