package cluster

import (
	"net/http"
	"strings"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Who may read everything in each namespace, and list namespaces, reads all records: in
// each namespace, since asking for several at once is refused.
func TestBodiesWithRightsInEachNamespace(t *testing.T) {
	f := newFakeAPI(t)
	f.wide = true
	for _, ns := range []string{"shop", "lab"} {
		f.add("namespaces", stored{meta: metav1.ObjectMeta{Name: ns}})
		f.secretRecord(ns, "blog-"+ns, 1, text(ns, "blog-"+ns, 1))
	}
	f.fault = func(r *http.Request) *metav1.Status {
		if strings.Contains(r.URL.Path, "/namespaces") || !strings.HasSuffix(r.URL.Path, "/secrets") {
			return nil
		}
		return failure(http.StatusForbidden, metav1.StatusReasonForbidden, "not in all namespaces")
	}
	c := f.client(DefaultOptions())
	all := []authorizationv1.ResourceRule{{Verbs: []string{"*"}, APIGroups: []string{"*"}, Resources: []string{"*"}}}
	cluster := []authorizationv1.ResourceRule{{Verbs: []string{"*"}, APIGroups: []string{"*"}, Resources: []string{"namespaces"}}}
	c.rights.Store(nowhere, rights{known: true, rules: cluster})
	for _, ns := range []string{"shop", "lab"} {
		c.rights.Store(ns, rights{known: true, rules: all})
	}
	g, err := c.Gather(t.Context(), Query{Kinds: []string{"secrets"}})
	if err != nil {
		t.Fatal(err)
	}
	snap := g.Snapshot()
	if len(snap.Records) != 2 || len(snap.Gaps) != 0 {
		t.Fatalf("%d records, gaps %+v", len(snap.Records), snap.Gaps)
	}
	if err := g.ReadBodies(t.Context(), ids(snap)); err != nil {
		t.Fatal(err)
	}
	for i := range snap.Records {
		if snap.Records[i].Body == nil {
			t.Errorf("%+v was not read: %+v", snap.Records[i].RecordID, snap.Gaps)
		}
	}
}
