package release

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestActionsArePinned holds workflows to actions by commit, with the version
// beside it for people: a tag can be moved.
func TestActionsArePinned(t *testing.T) {
	files, err := filepath.Glob("../.github/workflows/*.yaml")
	if err != nil || len(files) < 2 {
		t.Fatalf("workflows: %q, %v", files, err)
	}
	uses := regexp.MustCompile(`(?m)^\s*-?\s*uses:.*$`)
	pinned := regexp.MustCompile(`uses: [\w-]+/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$`)
	permissions := regexp.MustCompile(`(?m)^permissions:`)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range uses.FindAllString(string(text), -1) {
			if !pinned.MatchString(line) {
				t.Errorf("%s: not pinned by commit and version: %s", file, strings.TrimSpace(line))
			}
		}
		if !permissions.Match(text) {
			t.Errorf("%s does not say what it may do", file)
		}
	}
}
