package cluster

import (
	"net/http"
	"slices"
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

// Whoever may not list all records of other namespaces together is known not to, and what could
// not be read of those does not concern what is in the one.
func TestRecordsConfined(t *testing.T) {
	for _, tt := range []struct {
		name      string
		resources []string
		namespace string
		want      bool
		gaps      bool
	}{
		{"who may read all", []string{"*"}, "shop", false, false},
		{"who may read Secrets only", []string{"secrets"}, "shop", true, true},
		{"who may read ConfigMaps only", []string{"configmaps"}, "shop", true, true},
		{"who may read nothing elsewhere", []string{"leases"}, "shop", true, true},
		{"all namespaces", []string{"*"}, "", false, false},
	} {
		f := newFakeAPI(t)
		f.wide = true
		f.secretRecord("shop", "blog", 1, text("shop", "blog", 1))
		c := f.client(DefaultOptions())
		rule := func(resources ...string) rights {
			return rights{known: true, rules: []authorizationv1.ResourceRule{{Verbs: []string{"*"}, APIGroups: []string{"*"}, Resources: resources}}}
		}
		c.rights.Store(nowhere, rule(tt.resources...))
		c.rights.Store("shop", rule("*"))
		g, err := c.Gather(t.Context(), Query{Namespace: tt.namespace, Kinds: []string{"secrets"}})
		if err != nil {
			t.Fatal(err)
		}
		if got := g.Snapshot().RecordsConfined; got != tt.want {
			t.Errorf("%s: confined %v", tt.name, got)
		}
		if err := g.ReadRecords(t.Context(), ""); err != nil {
			t.Fatal(err)
		}
		beside := 0
		for _, gap := range g.Snapshot().Gaps {
			if gap.Records != "" && gap.Namespace == "" && slices.Equal(gap.Besides, []string{"shop"}) {
				beside++
			}
		}
		if (beside > 0) != tt.gaps || g.Snapshot().RecordsUnread() != tt.gaps {
			t.Errorf("%s: gaps %+v", tt.name, g.Snapshot().Gaps)
		}
	}
}
