package cluster

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// account stores one that a hook has left.
func (f *fakeAPI) account(namespace, name, instance string) {
	m := metaOf(namespace, name)
	m.Annotations = map[string]string{"helm.sh/hook": "pre-upgrade"}
	m.Labels = map[string]string{"app.kubernetes.io/instance": instance}
	m.CreationTimestamp = metav1.NewTime(time.Now().Add(-72 * time.Hour))
	m.ManagedFields = []metav1.ManagedFieldsEntry{{
		Manager: "helm", FieldsType: "FieldsV1", FieldsV1: metav1.NewFieldsV1(`{"f:metadata":{"f:annotations":{"f:helm.sh/hook":{}}}}`),
	}}
	f.add("serviceaccounts", stored{meta: m, full: map[string]any{"metadata": m}})
}

// settled reads what the judge lacks until it lacks nothing.
func settled(t *testing.T, g *Gathering, o verdict.Options) []verdict.Finding {
	t.Helper()
	ctx := t.Context()
	for range 20 {
		findings, l := verdict.Judge(g.Snapshot(), o)
		if l.None() {
			return findings
		}
		for _, step := range []struct {
			needed bool
			read   func() error
		}{
			{l.RecordsEverywhere, func() error { return g.ReadRecords(ctx, "") }},
			{l.Witnesses, func() error { return g.ReadWitnesses(ctx) }},
			{len(l.Bodies) > 0, func() error { return g.ReadBodies(ctx, l.Bodies) }},
			{len(l.Manifests) > 0, func() error { return g.ReadManifests(ctx, l.Manifests) }},
			{len(l.Users) > 0, func() error { return g.ReadUsers(ctx, l.Users) }},
			{len(l.Search.Of) > 0, func() error { return g.SearchRecords(ctx, l.Search.Records, l.Search.Of) }},
		} {
			if !step.needed {
				continue
			}
			if err := step.read(); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Fatal("it does not settle")
	return nil
}

// TestUnreadableElsewhere: a release of another namespace names the account in a manifest
// that cannot be read. That counts whoever had it read, and whatever else is there.
func TestUnreadableElsewhere(t *testing.T) {
	const user = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d, namespace: shop}\nspec: {template: {spec: {serviceAccountName: seeder}}\n"
	for _, tt := range []struct {
		name         string
		other, quiet bool
	}{{"alone", false, false}, {"with another orphan beside the record", true, false}, {"and with one more record", true, true}} {
		f := newFakeAPI(t)
		f.wide = true
		f.account("shop", "seeder", "blog")
		f.secretRecord("desk", "far", 1, withManifest("desk", "far", 1, user))
		if tt.other {
			f.account("desk", "other", "wiki")
		}
		if tt.quiet {
			f.secretRecord("hall", "quiet", 1, withManifest("hall", "quiet", 1, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n"))
		}
		judged := 0
		for _, x := range settled(t, gather(t, f, ""), verdict.Options{Thorough: true}) {
			if x.Object.Name != "seeder" {
				continue
			}
			if judged++; x.Reason != verdict.ReasonIncompleteEvidence {
				t.Errorf("%s: %s, prunable %v", tt.name, x.Reason, x.Prunable())
			}
		}
		if judged != 1 {
			t.Errorf("%s: it was judged %d times", tt.name, judged)
		}
	}
}
