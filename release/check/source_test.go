//go:build e2e

package check

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A source is a clone of this repository, clean and without tags.
type source struct {
	dir    string
	commit string
}

func (s source) dist(elem ...string) string {
	return filepath.Join(append([]string{s.dir, "dist"}, elem...)...)
}

// cloneTree clones the repository and adds a commit of what is not committed
// yet, so that what is checked is what is there. The repository is only read.
func cloneTree(ctx context.Context, root, dir string) (source, error) {
	if _, err := git(ctx, "clone", "--quiet", "--no-checkout", "--no-tags", root, dir); err != nil {
		return source{}, err
	}
	// Not now: a time of the build that gets in shall not look like the commit's.
	before, err := git(ctx, "-C", dir, "show", "-s", "--format=%cI", "HEAD")
	if err != nil {
		return source{}, err
	}
	across := []string{"--git-dir=" + filepath.Join(dir, ".git"), "--work-tree=" + root}
	for _, args := range [][]string{
		{"read-tree", "HEAD"},
		{"add", "--all", "--", root},
		{"commit", "--quiet", "--allow-empty", "--no-verify", "--message=The tree as it is"},
	} {
		if _, err := gitWith(ctx, []string{"GIT_COMMITTER_DATE=" + before}, append(across, args...)...); err != nil {
			return source{}, err
		}
	}
	return checkout(ctx, dir)
}

// clone makes another one of the same commit.
func (s source) clone(ctx context.Context, dir string) (source, error) {
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return source{}, err
	}
	if _, err := git(ctx, "clone", "--quiet", "--no-tags", s.dir, dir); err != nil {
		return source{}, err
	}
	return checkout(ctx, dir)
}

func checkout(ctx context.Context, dir string) (source, error) {
	if _, err := git(ctx, "-C", dir, "checkout", "--quiet", "--force"); err != nil {
		return source{}, err
	}
	commit, err := git(ctx, "-C", dir, "rev-parse", "HEAD")
	return source{dir, commit}, err
}

func git(ctx context.Context, args ...string) (string, error) { return gitWith(ctx, nil, args...) }

func gitWith(ctx context.Context, env []string, args ...string) (string, error) {
	identity := []string{"-c", "user.name=check", "-c", "user.email=check@localhost", "-c", "commit.gpgSign=false"}
	cmd := exec.CommandContext(ctx, "git", append(identity, args...)...)
	cmd.Env = append(os.Environ(), env...)
	out, err := output(cmd)
	return strings.TrimSpace(out), err
}

// snapshot builds what a release consists of, as `make snapshot` does.
func (s source) snapshot(ctx context.Context, env ...string) error {
	for _, args := range [][]string{{"check"}, {"release", "--snapshot", "--clean", "--skip=sign"}} {
		if err := s.goreleaser(ctx, env, args...); err != nil {
			return err
		}
	}
	return nil
}

func (s source) goreleaser(ctx context.Context, env []string, args ...string) error {
	cmd := exec.CommandContext(ctx, filepath.Join(stage.tools, "goreleaser"), args...)
	cmd.Dir = s.dir
	cmd.Env = append(withPath(os.Environ(), stage.tools), env...)
	if _, err := output(cmd); err != nil {
		return fmt.Errorf("in %s: %w", s.dir, err)
	}
	return nil
}
