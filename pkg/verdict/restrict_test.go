package verdict_test

import (
	"testing"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// TestRestrictedSaysTheSame: a snapshot of one namespace says no more of an object than what
// it was made of, and knows what releases elsewhere say of it.
func TestRestrictedSaysTheSame(t *testing.T) {
	far := rel("desk", "far")
	inShop := func(r snapshot.Record) snapshot.Record { return inNamespace("shop", r) }
	unreached := snapshot.Gap{What: "records", Why: "timed out", Namespace: "desk", Records: snapshot.Secrets, Unreached: true}
	vague := snapshot.Gap{What: "manifest", Why: "test", Namespace: "desk", Manifest: &snapshot.RecordID{Release: far, Revision: 1}}
	for _, tt := range []struct {
		name string
		more []snapshot.Record
		gap  snapshot.Gap
		want verdict.Reason
	}{
		{"nobody elsewhere knows it", []snapshot.Record{otherRelease()}, snapshot.Gap{}, verdict.ReasonDropped},
		{"an ordinary resource elsewhere", []snapshot.Record{inShop(lists(rec(far, 1, release.StatusDeployed), seed()))}, snapshot.Gap{}, verdict.ReasonOrdinaryResource},
		{"one of an older revision elsewhere", []snapshot.Record{rec(far, 2, release.StatusDeployed), inShop(lists(rec(far, 1, release.StatusSuperseded), seed()))}, snapshot.Gap{}, verdict.ReasonDropped},
		{"a hook elsewhere", []snapshot.Record{inShop(rec(far, 1, release.StatusDeployed, declaring(seed())))}, snapshot.Gap{}, verdict.ReasonNoDeletePolicy},
		{"no answer to what is elsewhere", nil, unreached, verdict.ReasonIncompleteEvidence},
		{"a manifest that may name it", []snapshot.Record{rec(far, 1, release.StatusDeployed)}, vague, verdict.ReasonIncompleteEvidence},
	} {
		s := only(seed(), append(replacedBy(seed()), tt.more...)...)
		s.Namespace, s.Namespaces, s.Gaps, s.Sought = "shop", []string{"shop"}, []snapshot.Gap{tt.gap}, []snapshot.ObjectRef{s.Objects[0].Ref()}
		if f := judgedFirst(t, s, verdict.Options{}); f.Reason != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, f.Reason, tt.want)
		}
		file := complete(s)
		file.Restrict("shop")
		file.Objects[0].UsersRead = true
		findings, lacks := verdict.Judge(file, verdict.Options{})
		if len(findings) != 1 || findings[0].Reason != tt.want || !lacks.None() {
			t.Errorf("%s, of a file: %+v, lacking %v, want %s", tt.name, findings, describe(lacks), tt.want)
		}
	}
}
