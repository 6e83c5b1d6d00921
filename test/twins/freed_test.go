//go:build e2e

package twins

import (
	"strings"
	"testing"
)

// TestPrunedGoesOn: after a killed upgrade what Helm did not come to delete is in the way
// of every other, but for the twin in which prune deleted it.
func TestPrunedGoesOn(t *testing.T) {
	t.Parallel()
	goes, replaced := "hook-succeeded", "before-hook-creation,hook-succeeded"
	chart := []item{
		{Kind: "ServiceAccount", Name: "a", Hook: "pre-upgrade", Policy: &goes, Weight: -1},
		{Kind: "Job", Name: "a", Hook: "pre-upgrade", Policy: &replaced, Uses: map[string]string{"ServiceAccount": "a"}},
	}
	again := op{Do: doUpgrade, Helm: 3, Chart: chart}
	killed := again
	killed.Kill = &kill{Write: 4, Done: true} // the Job is made
	l, err := live(t.Context(), &script{Ops: []op{
		{Do: doInstall, Helm: 3, Chart: chart}, killed, {Do: doPrune}, {Do: doRollback, Helm: 3, Back: 1}, again,
	}})
	if err != nil {
		t.Fatal(err)
	}
	if l.faults != nil || l.killed != 1 || l.at != 4 || !strings.HasPrefix(l.unblocked, "ServiceAccount, which was PolicyMissed") {
		t.Errorf("faults %v, killed %d, ended at %d by %q, deleted %v, failed %v", l.faults, l.killed, l.at, l.unblocked, l.deleted, l.failed)
	}
}
