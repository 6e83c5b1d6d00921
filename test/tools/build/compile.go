package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

const logDirName = ".logs"

// A compiler runs the go command for programs. It reads the Kubernetes version
// once, and only when something needs building.
type compiler struct {
	moduleDir string
	logDir    string

	kubernetes kubeVersion
}

func (c *compiler) compile(ctx context.Context, p program, out string) error {
	if p.kubernetes && c.kubernetes == (kubeVersion{}) {
		version, err := c.kubernetesVersion(ctx)
		if err != nil {
			return err
		}
		c.kubernetes = version
	}
	args := buildArgs(p, c.kubernetes)
	if p.version == "" {
		return c.goCommand(ctx, p.name, nil, append([]string{"build", "-o", out}, append(args, p.pkg)...)...)
	}
	bin := filepath.Join(filepath.Dir(out), "gobin")
	if err := c.goCommand(ctx, p.name, []string{"GOBIN=" + bin},
		append([]string{"install"}, append(args, p.pkg+"@"+p.version)...)...); err != nil {
		return err
	}
	// go install names the program after its package and cannot be told otherwise.
	return os.Rename(filepath.Join(bin, path.Base(p.pkg)+exeSuffix()), out)
}

// buildArgs are the flags of go build and go install for the program.
func buildArgs(p program, version kubeVersion) []string {
	linker := "-s -w"
	if p.kubernetes {
		linker += " " + version.linkerFlags()
	}
	return []string{"-trimpath", "-ldflags=" + linker}
}

// buildSettings are the variables that all builds run with. GOFLAGS is pinned to
// something harmless, since an empty value would let `go env -w` speak: a
// -mod or -tags meant for the repository must not leak into other modules.
func buildSettings() []string {
	return []string{"CGO_ENABLED=0", "GOFLAGS=-trimpath", "GOWORK=off", "GOOS=" + runtime.GOOS, "GOARCH=" + runtime.GOARCH}
}

func exeSuffix() string {
	if runtime.GOOS == "windows" {
		return ".exe"
	}
	return ""
}

// goCommand runs go and keeps its output in a log; the error quotes the line
// that matters.
func (c *compiler) goCommand(ctx context.Context, name string, env []string, args ...string) error {
	cmd := c.command(ctx, env, args...)
	output, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err == nil {
		return nil
	}
	log := filepath.Join(c.logDir, name+".log")
	if writeErr := writeLog(log, cmd, output); writeErr != nil {
		return errors.Join(fmt.Errorf("go %s: %w: %s", args[0], err, output), writeErr)
	}
	return fmt.Errorf("go %s failed: %s (all of it in %s)", args[0], firstError(output, err), log)
}

func (c *compiler) command(ctx context.Context, env []string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = c.moduleDir
	cmd.Env = append(append(os.Environ(), buildSettings()...), env...)
	// An interrupted go command removes its work directory, a killed one leaves it.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	return cmd
}

func writeLog(file string, cmd *exec.Cmd, output []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, append([]byte(cmd.String()+"\n"), output...), 0o644)
}

// firstError is the first line that is neither progress nor a package heading.
func firstError(output []byte, err error) string {
	for line := range bytes.Lines(output) {
		text := strings.TrimSpace(string(line))
		if text != "" && !strings.HasPrefix(text, "#") && !strings.HasPrefix(text, "go: downloading ") {
			return text
		}
	}
	return err.Error()
}
