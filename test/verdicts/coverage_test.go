//go:build e2e

package verdicts

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
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

// TestDocsNameTheScenes: those that docs/verdicts.md names for a reason, a guard or a
// block are about it. That all have such a row, a test of pkg/verdict holds.
func TestDocsNameTheScenes(t *testing.T) {
	root, err := cluster.RepositoryRoot()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(root, "docs", "verdicts.md"))
	if err != nil {
		t.Fatal(err)
	}
	about := scenesByWord()
	code := regexp.MustCompile("`([^`]+)`")
	rows := 0
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		word := code.FindStringSubmatch(line)
		if !strings.HasPrefix(line, "|") || word == nil || about[word[1]] == nil {
			continue
		}
		rows++
		for _, name := range code.FindAllStringSubmatch(cells[len(cells)-1], -1) {
			if !about[word[1]][name[1]] {
				t.Errorf("the scene %s is said to show %s, and does not", name[1], word[1])
			}
		}
	}
	if least := len(reasons()) + len(guards()); rows < least {
		t.Errorf("only %d rows are about a scene, want %d", rows, least)
	}
}

// scenesByWord are the names of the scenes that show a reason, a guard, or a way to
// block.
func scenesByWord() map[string]map[string]bool {
	found := make(map[string]map[string]bool)
	for _, s := range allScenes() {
		for _, wants := range s.want {
			for _, w := range wants {
				words := append(strings.Fields(w.guards), w.reason)
				for _, blocks := range w.blocks {
					for b := range strings.FieldsSeq(blocks) {
						words = append(words, b[strings.Index(b, ":")+1:])
					}
				}
				for _, word := range words {
					if found[word] == nil {
						found[word] = make(map[string]bool)
					}
					found[word][s.name] = true
				}
			}
		}
	}
	return found
}
