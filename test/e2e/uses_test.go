//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/cluster"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/dump"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// TestUsesOfClusterAndDump finds who uses the hook objects of a namespace that nobody
// touches: what the API server answers and what kubectl dumps say the same.
func TestUsesOfClusterAndDump(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	client, err := cluster.New(stage.Cluster.Config(), cluster.DefaultOptions())
	if err != nil {
		t.Fatal(err)
	}
	g, err := client.Gather(ctx, cluster.Query{Namespace: guestbook4})
	if err != nil {
		t.Fatal(err)
	}
	s := g.Snapshot()
	var ids []snapshot.RecordID
	for _, r := range s.Records {
		ids = append(ids, r.RecordID)
	}
	if err := g.ReadBodies(ctx, ids); err != nil {
		t.Fatal(err)
	}
	if err := g.ReadManifests(ctx, ids); err != nil {
		t.Fatal(err)
	}
	var refs []snapshot.ObjectRef
	for i := range s.Objects {
		refs = append(refs, s.Objects[i].Ref())
	}
	if err := g.ReadUsers(ctx, refs); err != nil {
		t.Fatal(err)
	}
	if len(s.Gaps) > 0 || len(s.Objects) == 0 || len(s.Records) == 0 {
		t.Errorf("%d objects, %d records, gaps %+v", len(s.Objects), len(s.Records), s.Gaps)
	}
	resources := 0
	for _, r := range s.Records {
		if !r.ManifestRead {
			t.Errorf("the manifest of %s is not read", r.Release.Name)
		}
		resources += len(r.Body.Resources)
	}
	if resources == 0 {
		t.Error("the records have no ordinary resources")
	}

	kubectl := filepath.Join(stage.Cluster.BinDir, "kubectl")
	const kinds = "all,secrets,configmaps,persistentvolumeclaims,serviceaccounts,roles,rolebindings,ingresses,networkpolicies,poddisruptionbudgets"
	r := execute(t, stage.Cluster.Kubeconfig, kubectl, "get", kinds, "-n", guestbook4, "-o", "json", "--show-managed-fields").must(t)
	path := filepath.Join(t.TempDir(), "dump.json")
	if err := os.WriteFile(path, []byte(r.stdout), 0o600); err != nil {
		t.Fatal(err)
	}
	e, err := dump.Open(ctx, []string{path}, nil, dump.Options{Namespace: guestbook4})
	if err != nil {
		t.Fatal(err)
	}
	beside := func(all []snapshot.Use) []snapshot.Use {
		return slices.DeleteFunc(slices.Clone(all), func(u snapshot.Use) bool { return u.Of.Namespace != guestbook4 || u.By.Namespace != guestbook4 })
	}
	want := beside(s.Uses)
	if len(want) == 0 {
		t.Error("nobody uses anything")
	}
	if diff := cmp.Diff(want, beside(e.Snapshot().Uses)); diff != "" {
		t.Errorf("uses (-cluster +dump):\n%s", diff)
	}
	for _, u := range want {
		t.Logf("%s %s: %s: %s %s (record: %v)", u.By.Kind, u.By.Name, u.Field, u.Of.Kind, u.Of.Name, u.Record != nil)
	}
}
