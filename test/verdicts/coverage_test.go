//go:build e2e

package verdicts

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// reasons are all that there are, with the verdicts that they imply.
func reasons() map[string]string {
	all := make(map[string]string)
	for verdict, reasons := range map[string]string{
		"managed": "ControllerOwned OrdinaryResource OtherDeployer",
		"tracked": "Terminating ReleaseBusy Running HookStillRunning ExpiresByTTL AuthorKeeps PartOfRelease AwaitsNextRun",
		"orphan":  "PolicyMissed PolicyUnknown NoDeletePolicy NeverRunsAgain KeptByOutcome ReleaseUninstalled Dropped ReleaseGone",
		"unknown": "NotAHook NotMadeByHelm LiveWithoutRecord Ambiguous Unattributed IncompleteEvidence",
	} {
		for reason := range strings.FieldsSeq(reasons) {
			all[reason] = verdict
		}
	}
	return all
}

func guards() []string {
	return strings.Fields("author-choice evidence holds-data keep not-recreated owner referenced running shared " +
		"supporting takes-effect too-young")
}

// coveredReasons are those that some scene's object must have.
func coveredReasons() []string {
	return covered(func(w want) []string { return strings.Fields(w.reason) })
}

// coveredGuards are as coveredReasons.
func coveredGuards() []string {
	return covered(func(w want) []string { return strings.Fields(w.guards) })
}

func covered(names func(want) []string) []string {
	seen := make(map[string]bool)
	for _, s := range allScenes() {
		for _, wants := range s.want {
			for _, w := range wants {
				for _, name := range names(w) {
					seen[name] = true
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// TestScenesCoverAll: a reason or a guard that no real Helm was seen to produce may be
// one that none can.
func TestScenesCoverAll(t *testing.T) {
	if diff := cmp.Diff(slices.Sorted(maps.Keys(reasons())), coveredReasons()); diff != "" {
		t.Errorf("reasons (-all +in scenes):\n%s", diff)
	}
	if diff := cmp.Diff(guards(), coveredGuards()); diff != "" {
		t.Errorf("guards (-all +in scenes):\n%s", diff)
	}
}

// TestSceneNames: a namespace's name, which is also the release's, must not be used
// twice, or be the start of what another scene makes.
func TestSceneNames(t *testing.T) {
	seen := make(map[string]bool)
	for _, s := range allScenes() {
		if seen[s.name] {
			t.Errorf("two scenes are named %s", s.name)
		}
		seen[s.name] = true
		if len(s.helms) == 0 || len(s.play) == 0 || len(s.want) == 0 {
			t.Errorf("scene %s has no Helm, nothing to play or nothing to say", s.name)
		}
	}
}
