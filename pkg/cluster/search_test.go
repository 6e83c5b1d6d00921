package cluster

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// manifestGap is what says that a record's manifest could not be read, or nil.
func manifestGap(s *snapshot.Snapshot, id snapshot.RecordID) *snapshot.Gap {
	for i := range s.Gaps {
		if g := &s.Gaps[i]; g.Manifest != nil && *g.Manifest == id {
			return g
		}
	}
	return nil
}

// TestSearchRecords: of a record that says nothing nothing is kept, and what says
// something, or cannot be read, is as after ReadManifests.
func TestSearchRecords(t *testing.T) {
	f := village(t)
	const user = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d, namespace: shop}\nspec: {template: {spec: {serviceAccountName: sa}}}\n"
	const other = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: sa}\n"
	f.secretRecord("shop", "near", 1, withManifest("shop", "near", 1, other))
	f.secretRecord("hall", "far", 1, withManifest("hall", "far", 1, user))
	f.secretRecord("hall", "far", 2, withManifest("hall", "far", 2, other))
	f.configMapRecord("hall", "kept", 1, withManifest("hall", "kept", 1, user))
	f.secretRecord("hall", "hook", 1, text("hall", "hook", 1, "sa-in-shop"))
	f.secretRecord("hall", "bad", 1, "?")
	f.secretRecord("hall", "half", 1, withManifest("hall", "half", 1, user+"---\nkind: ["))
	f.secretRecord("hall", "liar", 1, text("hall", "truth", 1))
	f.secretRecord("hall", "gone", 1, text("hall", "gone", 1))
	g := gather(t, f, "")
	s := g.Snapshot()
	account := slices.IndexFunc(s.Objects, func(o snapshot.Object) bool {
		return o.Kind == "ServiceAccount" && o.Name == "sa" && o.Namespace == "shop"
	})
	if account < 0 {
		t.Fatalf("no account among %v", s.Objects)
	}
	f.remove("secrets", "sh.helm.release.v1.gone.v1")
	of := []snapshot.ObjectRef{s.Objects[account].Ref()}
	if err := g.SearchRecords(t.Context(), ids(s), of); err != nil {
		t.Fatal(err)
	}
	state := func() map[string]string {
		found := make(map[string]string)
		for _, r := range s.Records {
			var is string
			switch {
			case r.Silent && r.Body == nil && !r.ManifestRead:
				is = "silent"
			case !r.Silent && r.Body != nil && r.ManifestRead:
				is = "read"
			case !r.Silent && r.Body != nil && manifestGap(s, r.RecordID) != nil:
				is = fmt.Sprintf("half of %d", len(manifestGap(s, r.RecordID).Of))
			case !r.Silent && r.Body == nil && slices.ContainsFunc(s.Gaps, func(g snapshot.Gap) bool { return g.Record != nil && *g.Record == r.RecordID }):
				is = "gap"
			}
			found[r.Release.Name+"."+string('0'+rune(r.Revision))] = is
		}
		return found
	}
	want := map[string]string{
		"near.1": "read", // its own namespace need not be named
		"far.1":  "read", "far.2": "silent", "kept.1": "read", "hook.1": "silent", "bad.1": "gap", "liar.1": "gap", "half.1": "half of 1",
	}
	if diff := cmp.Diff(want, state()); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
	const use = "Deployment shop/d: spec.template.spec.serviceAccountName: ServiceAccount sa "
	if diff := cmp.Diff([]string{use + "(far.v1)", use + "(half.v1)", use + "(kept.v1)"}, lines(s.Uses)); diff != "" {
		t.Errorf("uses (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(of, s.Sought); diff != "" {
		t.Errorf("sought (-want +got):\n%s", diff)
	}

	// What was searched for something else is silent of that only.
	job := snapshot.ObjectRef{APIVersion: "batch/v1", Kind: "Job", Namespace: "hall", Name: "sa-in-shop", UID: "new"}
	again := slices.DeleteFunc(ids(s), func(id snapshot.RecordID) bool { return id.Release.Name != "hook" })
	if err := g.SearchRecords(t.Context(), again, append(of, job)); err != nil {
		t.Fatal(err)
	}
	want["hook.1"], want["far.2"], want["half.1"] = "read", "", "half of 0"
	if diff := cmp.Diff(want, state()); diff != "" {
		t.Errorf("records, after a second search (-want +got):\n%s", diff)
	}
}
