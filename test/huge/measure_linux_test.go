//go:build e2e

package huge

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"
)

// measuring tells, in the environment, that the test binary is to run another program and
// to say how much memory that took.
const measuring = "HELMHOOKS_TEST_MEASURE"

// resultFile is where it says so.
const resultFile = 3

// measure runs the program of the arguments, and returns its exit code. Linux counts what a
// process had before it became another program: the tests hold large texts, and so the
// program is started by a process that holds none.
func measure(args []string) (int, error) {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := cmd.Run()
	if exit := new(exec.ExitError); err != nil && !errors.As(err, &exit) {
		return 1, err
	}
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return 1, errors.New("nobody knows how much memory it took")
	}
	out := os.NewFile(resultFile, "result")
	if _, err := fmt.Fprintln(out, usage.Maxrss<<10); err != nil {
		return 1, err
	}
	return cmd.ProcessState.ExitCode(), out.Close()
}

// TestMeasuring holds that what this process holds is not counted as another's.
func TestMeasuring(t *testing.T) {
	const large = 300 << 20
	held := make([]byte, large)
	for i := 0; i < large; i += 4096 {
		held[i] = 1
	}
	if r := plugin(t, texts(), "version"); r.code != 0 || r.peak < 1<<20 || r.peak > large/2 {
		t.Errorf("%d bytes, exit code %d: %s", r.peak, r.code, r.stderr)
	}
	if held[4096] != 1 {
		t.Error("what was held has gone")
	}
}
