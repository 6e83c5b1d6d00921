//go:build e2e

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
)

// TestDocumentedCommandsRun runs every command of the plugin that the docs and
// the help texts show.
func TestDocumentedCommandsRun(t *testing.T) {
	t.Parallel()
	commands := documentedCommands(t)
	if len(commands) < 10 {
		t.Fatalf("only %d commands found in docs and help: %q", len(commands), commands)
	}
	// In a directory of their own: some write files that the next ones read.
	dir := t.TempDir()
	for _, command := range commands {
		cmd := exec.CommandContext(t.Context(), "sh", "-c", command)
		path := strings.Join([]string{stage.Dir, stage.Cluster.BinDir, os.Getenv("PATH")}, string(os.PathListSeparator))
		cmd.Env = append(cluster.Env(), "KUBECONFIG="+stage.Cluster.Kubeconfig, "PATH="+path)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s\n%v:\n%s", command, err, out)
		}
	}
}

func documentedCommands(t *testing.T) []string {
	t.Helper()
	root, err := cluster.RepositoryRoot()
	if err != nil {
		t.Fatal(err)
	}
	docs, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, doc := range append(docs, filepath.Join(root, "README.md")) {
		text, err := os.ReadFile(doc)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, shellBlocks(string(text)))
	}
	for _, command := range [][]string{{"--help"}, {"ls", "--help"}, {"why", "--help"}, {"snapshot", "--help"}, {"prune", "--help"}, {"cronjob", "--help"}, {"version", "--help"}} {
		help := plugin(t, command...).must(t).stdout
		_, examples, _ := strings.Cut(help, "Examples:\n")
		texts = append(texts, examples)
	}
	return regexp.MustCompile(`(?m)^ *kubectl helmhooks (?:(?:ls|why|version|snapshot|cronjob)|prune .*--dry-run=).*$`).FindAllString(strings.Join(texts, "\n"), -1)
}

// shellBlocks returns the lines of the code blocks marked sh.
func shellBlocks(markdown string) string {
	var out strings.Builder
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(markdown, -1) {
		out.WriteString(block[1])
	}
	return out.String()
}
