package verdict_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// docsRow is a row of a table in docs/verdicts.md.
type docsRow struct {
	cells  []string
	scenes []string
}

// docsRows are the rows of the tables that end in scenes, by the first word that is
// marked as code.
func docsRows(t *testing.T) map[string]docsRow {
	t.Helper()
	text, err := os.ReadFile("../../docs/verdicts.md")
	if err != nil {
		t.Fatal(err)
	}
	code := regexp.MustCompile("`([^`]+)`")
	rows := make(map[string]docsRow)
	inTable := false
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") {
			inTable = false
			continue
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		last := cells[len(cells)-1]
		if last == "scenes" {
			inTable = true
			continue
		}
		name := code.FindStringSubmatch(line)
		if !inTable || name == nil || cells[0] == "" {
			continue
		}
		row := docsRow{cells: cells}
		for _, scene := range code.FindAllStringSubmatch(last, -1) {
			row.scenes = append(row.scenes, scene[1])
		}
		if _, twice := rows[name[1]]; twice {
			t.Errorf("%s has two rows", name[1])
		}
		rows[name[1]] = row
	}
	return rows
}

// playedScenes are the names of those in test/verdicts.
func playedScenes(t *testing.T) map[string]bool {
	t.Helper()
	files, err := filepath.Glob("../../test/verdicts/scenes_*_test.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("scenes: %v, %v", files, err)
	}
	names := make(map[string]bool)
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`\bname: "([^"]+)", helms:`).FindAllStringSubmatch(string(source), -1) {
			names[m[1]] = true
		}
	}
	return names
}

// TestDocsTellAll: each reason and each guard is in the docs with a scene that shows
// it with a real Helm, in the order of the code, and has a row among these tests.
func TestDocsTellAll(t *testing.T) {
	docs, played := docsRows(t), playedScenes(t)
	rows := make(map[string]bool)
	for _, r := range reasonRows() {
		rows[string(r.want)] = true
	}
	for _, r := range guardRows() {
		for _, g := range r.guards {
			rows[string(g)] = rows[string(g)] || g == r.guard
		}
	}
	for i, r := range verdict.Reasons() {
		holdDocs(t, string(r), docs, rows)
		if row := docs[string(r)]; len(row.cells) == 5 {
			if want := []string{strconv.Itoa(i + 1), string(r.Verdict())}; row.cells[0] != want[0] || row.cells[1] != want[1] {
				t.Errorf("the row of %s begins with %q, want %q", r, row.cells[:2], want)
			}
		}
	}
	for _, g := range verdict.Guards() {
		holdDocs(t, string(g), docs, rows)
		liftable := map[bool]string{true: "yes", false: "never"}[g.Liftable()]
		if g == verdict.GuardTooYoung {
			liftable = "`--min-age`"
		}
		if row := docs[string(g)]; len(row.cells) == 4 && row.cells[2] != liftable {
			t.Errorf("%s is liftable: %s, want %s", g, row.cells[2], liftable)
		}
	}
	for _, how := range []verdict.BlockHow{
		verdict.BlockExists, verdict.BlockImmutable, verdict.BlockSilentlySkipped, verdict.BlockFailed, verdict.BlockTerminating,
	} {
		if len(docs[string(how)].scenes) == 0 {
			t.Errorf("blocks %s: no row with a scene", how)
		}
	}
	if want := len(verdict.Reasons()) + len(verdict.Guards()) + 5; len(docs) != want {
		t.Errorf("the tables have %d rows, want %d", len(docs), want)
	}
	for name, row := range docs {
		for _, scene := range row.scenes {
			if !played[scene] {
				t.Errorf("%s names the scene %s, which nobody plays", name, scene)
			}
		}
	}
}

func holdDocs(t *testing.T, name string, docs map[string]docsRow, rows map[string]bool) {
	t.Helper()
	if len(docs[name].scenes) == 0 {
		t.Errorf("docs/verdicts.md has no row for %s that names a scene", name)
	}
	if !rows[name] {
		t.Errorf("%s has no row in a table", name)
	}
}

// TestDocsNameScenesThatThereAre: those in the text, too.
func TestDocsNameScenesThatThereAre(t *testing.T) {
	text, err := os.ReadFile("../../docs/verdicts.md")
	if err != nil {
		t.Fatal(err)
	}
	played := playedScenes(t)
	for _, m := range regexp.MustCompile("scenes?\\s+((?:`[^`]+`(?:, )?)+)").FindAllStringSubmatch(string(text), -1) {
		for _, name := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(m[1], -1) {
			if !played[name[1]] {
				t.Errorf("%q names no scene that is played", m[0])
			}
		}
	}
}
