package cluster

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// TestOneNamespaceSpoilt: a list of all namespaces that the server fails at is read in each,
// where that is no passing trouble, and only what fails by itself is not known.
func TestOneNamespaceSpoilt(t *testing.T) {
	internal := failure(http.StatusInternalServerError, metav1.StatusReasonInternalError, "Internal error occurred: no matching prefix found")
	all, lab := "/api/v1/secrets", "/api/v1/namespaces/lab/secrets"
	failing := func(status *metav1.Status, paths ...string) func(string, int) *metav1.Status {
		return func(path string, _ int) *metav1.Status {
			if slices.Contains(paths, path) {
				return status
			}
			return nil
		}
	}
	for _, tt := range []struct {
		name                string
		fails               func(path string, try int) *metav1.Status
		records             int
		gap                 string // its namespace, - for none, * for all
		unreached, lasting  bool
		together, separates int // requests
	}{
		{"one namespace", failing(internal, all, lab), 4, "lab", true, true, 2, 6},
		{"nothing by itself", failing(internal, all), 5, "-", false, false, 2, 5},
		{"one that may not be read", func(path string, try int) *metav1.Status {
			if path == lab {
				return failure(http.StatusForbidden, metav1.StatusReasonForbidden, "no")
			}
			return failing(internal, all)(path, try)
		}, 4, "lab", false, false, 2, 5},
		{"one namespace at the first try", func(path string, try int) *metav1.Status {
			if path == lab && try > 1 {
				return nil
			}
			return failing(internal, all, lab)(path, try)
		}, 5, "-", false, false, 2, 6},
		{"all at the first try", func(path string, try int) *metav1.Status {
			if try > 1 {
				return nil
			}
			return failing(internal, all)(path, try)
		}, 5, "-", false, false, 2, 0},
		{"the server", func(path string, _ int) *metav1.Status {
			if path != "/api/v1/namespaces/shop/secrets" && strings.HasSuffix(path, "/secrets") {
				return internal
			}
			return nil
		}, 1, "*", true, false, 2, 2},
		{"its storage", failing(failure(http.StatusInternalServerError, "", "etcdserver: leader changed"), all), 1, "*", true, false, 1, 0},
		{"it is slow", failing(failure(http.StatusGatewayTimeout, metav1.StatusReasonTimeout, "slow"), all), 1, "*", true, false, 1, 0},
		{"it is not there", failing(failure(http.StatusServiceUnavailable, metav1.StatusReasonServiceUnavailable, "no"), all), 1, "*", true, false, 1, 0},
	} {
		f := newFakeAPI(t)
		f.withNamespaces("desk", "hall", "lab", "shop", "yard")
		o := DefaultOptions()
		o.Concurrency = 2
		g, err := f.client(o).Gather(t.Context(), Query{Namespace: "shop", Kinds: []string{"serviceaccounts"}})
		if err != nil {
			t.Fatal(err)
		}
		tries := make(map[string]int)
		f.fault = func(r *http.Request) *metav1.Status {
			tries[r.URL.Path]++
			return tt.fails(r.URL.Path, tries[r.URL.Path])
		}
		if err := g.ReadRecords(t.Context(), ""); err != nil {
			t.Fatal(err)
		}
		s, gap, found := g.Snapshot(), snapshot.Gap{}, "-"
		for _, g := range s.Gaps {
			if g.Records == snapshot.Secrets {
				gap, found = g, cmp.Or(g.Namespace, "*")
			}
		}
		if len(s.Records) != tt.records || found != tt.gap || gap.Unreached != tt.unreached || gap.Lasting != tt.lasting {
			t.Errorf("%s: %d records, gaps %+v", tt.name, len(s.Records), s.Gaps)
		}
		separates := 0
		for path, n := range tries {
			if strings.HasPrefix(path, "/api/v1/namespaces/") {
				separates += n
			}
		}
		if tries[all] != tt.together || separates != tt.separates {
			t.Errorf("%s: requests %v", tt.name, tries)
		}
	}
}
