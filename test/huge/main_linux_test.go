//go:build e2e

package huge

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// stage holds the binary, built from this tree as it is shipped.
var stage struct{ plugin string }

func TestMain(m *testing.M) {
	run := func() (int, error) { return run(m) }
	if os.Getenv(measuring) != "" {
		run = func() (int, error) { return measure(os.Args[1:]) }
	}
	code, err := run()
	if err != nil {
		fmt.Fprintln(os.Stderr, "huge:", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (int, error) {
	dir, err := os.MkdirTemp("", "helmhooks-huge-")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(dir)
	stage.plugin = filepath.Join(dir, "kubectl-helmhooks")
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", stage.plugin,
		"github.com/kubectl-helmhooks/kubectl-helmhooks/cmd/kubectl-helmhooks")
	if out, err := build.CombinedOutput(); err != nil {
		return 1, fmt.Errorf("build the plugin: %w\n%s", err, out)
	}
	return m.Run(), nil
}

// result is what a run of the plugin left.
type result struct {
	stdout, stderr string // as far as they are kept
	size           int64  // of stdout
	code           int
	peak           int64 // of resident memory, in bytes
}

// writer writes a text to standard input.
type writer func(w *bufio.Writer)

// plugin runs the binary on what is written to its standard input.
func plugin(tb testing.TB, input writer, args ...string) result {
	tb.Helper()
	peak, told, err := os.Pipe()
	if err != nil {
		tb.Fatal(err)
	}
	defer peak.Close()
	cmd := exec.CommandContext(tb.Context(), os.Args[0], append([]string{stage.plugin}, args...)...)
	cmd.Env = append(os.Environ(), measuring+"=1", "GOGC=") // which decides how much garbage there may be
	cmd.ExtraFiles = []*os.File{told}
	in, err := cmd.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	stdout, stderr := &start{}, &start{}
	cmd.Stdout, cmd.Stderr = stdout, stderr
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	_ = told.Close() // the other end has its own
	w := bufio.NewWriterSize(in, 1<<20)
	input(w)
	_ = w.Flush() // a reader that found a fault reads no further
	_ = in.Close()
	err = cmd.Wait()
	if exit := new(exec.ExitError); err != nil && !errors.As(err, &exit) {
		tb.Fatal(err)
	}
	r := result{stdout: stdout.text.String(), stderr: stderr.text.String(), size: stdout.size, code: cmd.ProcessState.ExitCode()}
	if _, err := fmt.Fscan(peak, &r.peak); err != nil {
		tb.Fatalf("nobody knows how much memory it took: %v %s", err, r.stderr)
	}
	return r
}

// start keeps the first of what is written.
type start struct {
	text bytes.Buffer
	size int64
}

const keptStart = 1 << 20

// Write implements io.Writer.
func (s *start) Write(p []byte) (int, error) {
	s.size += int64(len(p))
	_, err := io.CopyN(&s.text, bytes.NewReader(p), int64(min(len(p), max(0, keptStart-s.text.Len()))))
	return len(p), err
}

// succeeds fails the test unless the run ended well.
func (r result) succeeds(tb testing.TB) result {
	tb.Helper()
	if r.code != 0 {
		tb.Fatalf("exit code %d: %.2000s", r.code, r.stderr)
	}
	return r
}

// calm holds that nothing went wrong inside, and that what is told to people is short.
func (r result) calm(tb testing.TB) result {
	tb.Helper()
	if r.code != 0 && r.code != 1 || strings.Contains(r.stderr, "goroutine") {
		tb.Fatalf("exit code %d: %.2000s", r.code, r.stderr)
	}
	if len(r.stderr) > 64<<10 {
		tb.Errorf("stderr has %d bytes: %.500s", len(r.stderr), r.stderr)
	}
	if r.code == 1 {
		line := r.stderr[strings.Index(r.stderr, "error: ")+1:]
		if !strings.Contains(r.stderr, "error: ") || strings.Count(line, "\n") != 1 || len(line) > 1000 {
			tb.Errorf("no short line says what is wrong: %.2000q", r.stderr)
		}
	}
	return r
}
