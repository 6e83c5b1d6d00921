//go:build e2e

package e2e

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// retained is a record on the stage.
type retained struct {
	driver, namespace, release string
	revision                   int
}

func retainedRecords(t *testing.T) []retained {
	t.Helper()
	core := kubernetes.NewForConfigOrDie(stage.Cluster.Config()).CoreV1()
	owned := metav1.ListOptions{LabelSelector: "owner=helm"}
	secrets, err := core.Secrets("").List(t.Context(), owned)
	if err != nil {
		t.Fatal(err)
	}
	maps, err := core.ConfigMaps("").List(t.Context(), owned)
	if err != nil {
		t.Fatal(err)
	}
	var all []retained
	add := func(driver string, m metav1.ObjectMeta) {
		revision, err := strconv.Atoi(m.Labels["version"])
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, retained{driver, m.Namespace, m.Labels["name"], revision})
	}
	for i := range secrets.Items {
		add("secret", secrets.Items[i].ObjectMeta)
	}
	for i := range maps.Items {
		add("configmap", maps.Items[i].ObjectMeta)
	}
	return all
}

// TestRevisionsAreWhatHelmSays holds every retained revision on the stage against
// `helm get hooks`.
func TestRevisionsAreWhatHelmSays(t *testing.T) {
	t.Parallel()
	records := retainedRecords(t)
	if len(records) < 30 {
		t.Fatalf("only %d records on the stage", len(records))
	}
	for _, r := range records {
		t.Run(fmt.Sprintf("%s/%s.v%d in a %s", r.namespace, r.release, r.revision, r.driver), func(t *testing.T) {
			t.Parallel()
			major := 4
			if strings.Contains(r.namespace, "h3") {
				major = 3
			}
			h := helm(major, r.namespace)
			h.Env = []string{"HELM_DRIVER=" + r.driver}
			want, err := hooksOf(t.Context(), h, r.release, r.revision)
			if err != nil {
				t.Fatal(err)
			}
			var got []declared
			for _, h := range list(t, r.release, "-n", r.namespace, "--revision", strconv.Itoa(r.revision)) {
				if h.Release.Driver != r.driver {
					continue
				}
				if h.Release.Revision != r.revision {
					t.Errorf("%s: of revision %d", id(h), h.Release.Revision)
				}
				// A generated name may be there more than once.
				if d := told(h); !slices.ContainsFunc(got, func(g declared) bool { return g.Generated && g.id() == d.id() }) {
					got = append(got, d)
				}
			}
			for i := range want { // Helm prints manifests, which may leave it out
				want[i].Namespace = ""
			}
			for i := range got {
				got[i].Namespace = ""
			}
			sortDeclared(want)
			sortDeclared(got)
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Errorf("-helm get hooks +ls --revision:\n%s", diff)
			}
		})
	}
}

func sortDeclared(all []declared) {
	slices.SortFunc(all, func(a, b declared) int {
		return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(a.Name, b.Name))
	})
}
