//go:build e2e

package requests

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
)

// few and many are how many releases each namespace has, when the commands run once and
// then again.
const few, many = 3, 30

// command is one that is held to what it asks for. Deletes tells that it asks for each
// object that goes, and tries that it does so with dryRun only.
type command struct {
	args           []string
	deletes, tries bool
}

// commands are run in this order: what deletes comes last.
func commands(dir string) []command {
	eager := []string{"prune", "-A", "--min-age=0s", "--stale-after=1s"}
	return []command{
		{args: []string{"ls"}},
		{args: []string{"ls", "-n", "shop"}},
		{args: []string{"ls", "app-0", "-n", "shop"}},
		{args: []string{"ls", "-A"}},
		{args: []string{"why", "cm/left-1", "-n", "shop"}},
		{args: []string{"why", "app-0", "-n", "shop"}},
		{args: []string{"snapshot", filepath.Join(dir, "cluster.json")}},
		{args: append(slices.Clone(eager), "--dry-run=client")},
		{args: append(slices.Clone(eager), "--dry-run=server", "--yes"), deletes: true, tries: true},
		{args: append(slices.Clone(eager), "--yes", "--wait=false"), deletes: true},
	}
}

// shown is the command as the table has it.
func (c *command) shown() string {
	text := strings.Join(c.args, " ")
	for _, hidden := range []string{" --min-age=0s", " --stale-after=1s"} {
		text = strings.ReplaceAll(text, hidden, "")
	}
	for i, a := range c.args {
		if filepath.IsAbs(a) {
			text = strings.Join(append(slices.Clone(c.args[:i]), "FILE"), " ")
		}
	}
	return "`" + text + "`"
}

// TestRequests runs each command on a small and on a larger cluster. How many requests of
// which kind it takes is in the documentation, and none but deletes may be for each object.
func TestRequests(t *testing.T) {
	dir := t.TempDir()
	var rows []string
	counted := make([]map[kind]int, len(commands(dir)))
	for round, releases := range []int{few, many} {
		fill(t, releases)
		for i, c := range commands(dir) {
			before := left(t)
			counts := count(t, fmt.Sprintf("helmhooks-%d-%d", round, i), c)
			if c.deletes && counts[deletion] != before {
				t.Errorf("%s: %d deletes of %d objects", c.shown(), counts[deletion], before)
			}
			if now := left(t); (c.deletes && !c.tries && now != 0) || ((!c.deletes || c.tries) && now != before) {
				t.Errorf("%s: %d hook objects of gone releases before, and %d after", c.shown(), before, now)
			}
			if round == 0 {
				counted[i] = counts
				continue
			}
			rows = append(rows, row(&c, counted[i], counts))
			compare(t, &c, counted[i], counts)
		}
	}
	document(t, rows)
}

// compare holds that there is no request for each object or each release.
func compare(t *testing.T, c *command, small, large map[kind]int) {
	t.Helper()
	for _, k := range []kind{discovery, rights, metadata, whole, other} {
		if small[k] != large[k] {
			t.Errorf("%s: %d requests of kind %q for %d releases, and %d for %d", c.shown(), small[k], k, few, large[k], many)
		}
	}
	if single := large[single] - small[single]; single > 0 && !c.deletes {
		t.Errorf("%s: %d more requests for single objects where there are more objects", c.shown(), single)
	}
	// Up to 20 records a request; what deletes judges twice.
	judgements := 1
	if c.deletes {
		judgements = 2
	}
	if records := len(namespaces()) * many * revisions; large[bodies] > judgements*records/5 {
		t.Errorf("%s: %d requests for the bodies of %d records", c.shown(), large[bodies], records)
	}
	if large[other] > 0 {
		t.Errorf("%s: %d requests of no kind that is known", c.shown(), large[other])
	}
}

// count runs a command and counts what it asked for.
func count(t *testing.T, prefix string, c command) map[kind]int {
	t.Helper()
	r := newRecorder(t, prefix)
	cmd := exec.CommandContext(t.Context(), stage.Plugin, c.args...)
	cmd.Env = append(cluster.Env(), "KUBECONFIG="+r.kubeconfig)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", c.shown(), err, stderr.String())
	}
	counts := make(map[kind]int)
	for _, q := range r.requests(t) {
		counts[q.kind()]++
		check(t, &c, &q)
	}
	return counts
}

// check holds a request to what no command may ask for.
func check(t *testing.T, c *command, q *request) {
	t.Helper()
	if !strings.HasPrefix(q.UserAgent, "kubectl-helmhooks/") {
		t.Errorf("%s: a request of %q: %s %s", c.shown(), q.UserAgent, q.Verb, q.RequestURI)
	}
	if q.ResponseStatus.Code >= 400 {
		t.Errorf("%s: %s %s was answered with %d", c.shown(), q.Verb, q.RequestURI, q.ResponseStatus.Code)
	}
	secret := q.ObjectRef != nil && (q.ObjectRef.Resource == "secrets" || q.ObjectRef.Resource == "configmaps")
	if q.kind() == whole && secret {
		t.Errorf("%s reads %s in full, and not only Helm's records: %s", c.shown(), q.ObjectRef.Resource, q.RequestURI)
	}
	if q.kind() == deletion && (!c.deletes || c.tries != strings.Contains(q.RequestURI, "dryRun=All")) {
		t.Errorf("%s: %s %s", c.shown(), q.Verb, q.RequestURI)
	}
}

func row(c *command, small, large map[kind]int) string {
	cells := []string{c.shown()}
	for _, k := range kinds()[:len(kinds())-1] {
		cell := fmt.Sprint(small[k])
		if small[k] != large[k] {
			cell = fmt.Sprintf("%d, %d", small[k], large[k])
		}
		if cell == "0" {
			cell = ""
		}
		cells = append(cells, cell)
	}
	return "| " + strings.Join(cells, " | ") + " |"
}

const begin, end = "<!-- requests: begin -->\n", "<!-- requests: end -->\n"

// document holds the table in the documentation to what was counted.
func document(t *testing.T, rows []string) {
	t.Helper()
	const path = "../../docs/performance.md"
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(text), begin)
	was, tail, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatal(errors.New(path + " has no place for the table of requests"))
	}
	titles := []string{"command"}
	for _, k := range kinds()[:len(kinds())-1] {
		titles = append(titles, string(k))
	}
	now := "\n| " + strings.Join(titles, " | ") + " |\n|" + strings.Repeat("---|", len(titles)) + "\n" + strings.Join(rows, "\n") + "\n\n"
	if *update {
		if err := os.WriteFile(path, []byte(head+begin+now+end+tail), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(was, now); diff != "" {
		t.Errorf("%s says other than what was counted (-said +counted; go test -tags e2e ./test/requests -update accepts it):\n%s", path, diff)
	}
}
