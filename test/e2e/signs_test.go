//go:build e2e

package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/cluster"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// saved is the snapshot that the plugin writes.
func saved(t *testing.T, args ...string) *snapshot.Snapshot {
	t.Helper()
	r := plugin(t, append([]string{"snapshot"}, args...)...)
	var s snapshot.Snapshot
	if err := json.Unmarshal([]byte(r.stdout), &s); err != nil {
		t.Fatalf("%v: %+v", err, r)
	}
	return &s
}

func witnesses(s *snapshot.Snapshot, namespace string) []string {
	names := []string{}
	for _, w := range s.Witnesses {
		if w.Namespace == namespace {
			names = append(names, w.Release+" by "+w.Object.Kind+" "+w.Object.Name)
		}
	}
	return names
}

// TestWitnesses: what Helm itself has installed shows that its releases live, and
// hook objects do not.
func TestWitnesses(t *testing.T) {
	t.Parallel()
	all := saved(t)
	if diff := cmp.Diff([]string{"blog by ConfigMap blog", "wiki by ConfigMap wiki"}, witnesses(all, shop)); diff != "" || !all.WitnessesEverywhere {
		t.Errorf("everywhere %v, witnesses in %s (-want +got):\n%s", all.WitnessesEverywhere, shop, diff)
	}
	hooks := make(map[string]bool)
	for _, o := range all.Objects {
		hooks[o.UID] = true
	}
	for _, w := range all.Witnesses {
		if hooks[w.Object.UID] {
			t.Errorf("a hook object is a witness: %+v", w)
		}
	}
}

// signed is what lists and states tell of an object beside its metadata.
type signed struct {
	Dependent *snapshot.ObjectRef
	Expires   time.Time
}

func signsOf(s *snapshot.Snapshot, namespace string) map[string]signed {
	found := make(map[string]signed)
	for _, o := range s.Objects {
		sign := signed{Dependent: o.Dependent}
		if o.Run != nil {
			sign.Expires = o.Run.Expires
		}
		if o.Namespace == namespace && sign != (signed{}) {
			found[o.Kind+"/"+o.Name] = sign
		}
	}
	return found
}

// TestSignsInFiles takes signs from the cluster and from kubectl's files, which
// show the same.
func TestSignsInFiles(t *testing.T) {
	t.Parallel()
	dependOn(t, everyhook3, "everyhook-post-install-service")
	want := saved(t, "-n", everyhook3)
	signs := signsOf(want, everyhook3)
	// Its EndpointSlices, which a controller makes of it, do not count.
	if d := signs["Service/everyhook-post-install-service"].Dependent; d == nil || d.Kind != "ConfigMap" || d.Name != "dependent" {
		t.Errorf("on the hook Service depends %+v, want the ConfigMap", d)
	}
	if at := signs["Job/everyhook-post-install-ttl"].Expires; !at.After(want.Time) {
		t.Errorf("the hook Job with a time to live expires %v", at)
	}
	for _, o := range want.Objects {
		if o.Kind == "Job" && o.Dependent != nil {
			t.Errorf("on Job %s depends %+v", o.Name, o.Dependent)
		}
	}
	kubectl := filepath.Join(stage.Cluster.BinDir, "kubectl")
	const kinds = "secrets,configmaps,services,endpointslices,jobs,pods,deployments,replicasets,serviceaccounts"
	out := execute(t, stage.Cluster.Kubeconfig, kubectl, "get", kinds, "-n", everyhook3, "-o", "yaml", "--show-managed-fields").must(t)
	dump := filepath.Join(t.TempDir(), "dump.yaml")
	if err := os.WriteFile(dump, []byte(out.stdout), 0o600); err != nil {
		t.Fatal(err)
	}
	got := saved(t, "-f", dump, "-n", everyhook3)
	file := signsOf(got, everyhook3)
	for _, name := range []string{"Service/everyhook-post-install-service", "Job/everyhook-post-install-ttl"} {
		if diff := cmp.Diff(signs[name], file[name]); diff != "" {
			t.Errorf("%s (-cluster +file):\n%s", name, diff)
		}
	}
	if diff := cmp.Diff(witnesses(want, everyhook3), witnesses(got, everyhook3)); diff != "" {
		t.Errorf("witnesses (-cluster +file):\n%s", diff)
	}
}

// dependOn makes a ConfigMap that would go with a Service.
func dependOn(t *testing.T, namespace, service string) {
	t.Helper()
	client := kubernetes.NewForConfigOrDie(stage.Cluster.Config()).CoreV1()
	owner, err := client.Services(namespace).Get(t.Context(), service, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.ConfigMaps(namespace).Create(t.Context(), &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{
		Name: "dependent", OwnerReferences: []metav1.OwnerReference{{APIVersion: "v1", Kind: "Service", Name: service, UID: owner.UID}},
	}}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
}

// TestWitnessesWithinRights: who may read one namespace gets no refusals for
// looking further, and says what was not seen.
func TestWitnessesWithinRights(t *testing.T) {
	t.Parallel()
	const user = "witness-seeker"
	grant(t, user, guestbook3, readAll())
	grant(t, user, "", rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"configmaps"}, Verbs: []string{"list"}})
	kubeconfig, err := stage.Cluster.UserKubeconfig(user)
	if err != nil {
		t.Fatal(err)
	}
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	config.UserAgent = "kubectl-helmhooks/test"
	client, err := cluster.New(config, cluster.DefaultOptions())
	if err != nil {
		t.Fatal(err)
	}
	g, err := client.Gather(t.Context(), cluster.Query{Namespace: guestbook3})
	if err != nil {
		t.Fatal(err)
	}
	s := g.Snapshot()
	if got := witnesses(s, shop); len(got) > 0 || s.WitnessesEverywhere {
		t.Errorf("of one namespace: everywhere %v, witnesses in %s: %q", s.WitnessesEverywhere, shop, got)
	}
	if err := g.ReadWitnesses(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := g.ReadHelmReleases(t.Context(), []snapshot.FluxName{{Namespace: shop, Name: "blog"}}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"blog by ConfigMap blog", "wiki by ConfigMap wiki"}, witnesses(s, shop)); diff != "" {
		t.Errorf("witnesses in %s (-want +got):\n%s", shop, diff)
	}
	unseen := make(map[string]bool)
	for _, gap := range s.Gaps {
		if gap.Witnesses {
			unseen[gap.What] = true
		}
	}
	if !unseen["deployments.apps"] || !unseen["services"] || unseen["configmaps"] {
		t.Errorf("not seen: %v", unseen)
	}
	wantNoRefusals(t, user, 150)
}
