//go:build e2e

package check

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// stage is what all tests look at. TestMain sets it, and the tests only read.
var stage struct {
	// root is this repository, tools the programs that `make release-tools` builds.
	root, tools string
	// source is a clone that has the tree as it is as its newest commit.
	source source
	// version is what a release from it calls itself.
	version string
}

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "check:", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	ctx := context.Background()
	if stage.root, err = filepath.Abs("../.."); err != nil {
		return 1, err
	}
	stage.tools = filepath.Join(stage.root, ".cache", "release")
	for _, tool := range []string{"goreleaser", "krew", "validate-krew-manifest", "buildah", "cyclonedx-gomod"} {
		if _, err := os.Stat(filepath.Join(stage.tools, tool)); err != nil {
			return 1, fmt.Errorf("%w: run `make release-tools`", err)
		}
	}
	dir, err := os.MkdirTemp("", "helmhooks-release-")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(dir)
	if stage.source, err = cloneTree(ctx, stage.root, filepath.Join(dir, "source")); err != nil {
		return 1, err
	}
	stage.version = "v0.0.0-snapshot.g" + stage.source.commit[:7]
	if err := stage.source.snapshot(ctx); err != nil {
		return 1, err
	}
	return m.Run(), nil
}

// output runs a program and returns what it prints; an error quotes all of it.
func output(cmd *exec.Cmd) (string, error) {
	var stdout, all strings.Builder
	cmd.Stdout, cmd.Stderr = writers{&stdout, &all}, &all
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s: %w\n%s", strings.Join(cmd.Args, " "), err, all.String())
	}
	return stdout.String(), nil
}

func mustOutput(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	out, err := output(cmd)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// writers writes to each of them.
type writers []*strings.Builder

func (w writers) Write(p []byte) (int, error) {
	for _, b := range w {
		b.Write(p)
	}
	return len(p), nil
}

// withPath is the environment with directories in front of PATH.
func withPath(env []string, dirs ...string) []string {
	path := strings.Join(append(dirs, os.Getenv("PATH")), string(os.PathListSeparator))
	return append(env, "PATH="+path)
}

func goEnv(t *testing.T, name string) string {
	t.Helper()
	return strings.TrimSpace(mustOutput(t, exec.CommandContext(t.Context(), "go", "env", name)))
}
