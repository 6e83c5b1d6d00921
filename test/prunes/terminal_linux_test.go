//go:build e2e

package prunes

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// terminal opens a pseudo terminal: what is typed at the one end is read at the other.
func terminal(t *testing.T) (typed, read *os.File) {
	t.Helper()
	typed, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	must(t, err)
	t.Cleanup(func() { typed.Close() })
	must(t, unix.IoctlSetPointerInt(int(typed.Fd()), unix.TIOCSPTLCK, 0))
	n, err := unix.IoctlGetInt(int(typed.Fd()), unix.TIOCGPTN)
	must(t, err)
	read, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	must(t, err)
	t.Cleanup(func() { read.Close() })
	return typed, read
}

// TestAsking: prune asks whoever sits at a terminal, and does what they say.
func TestAsking(t *testing.T) {
	const ctrlD = "\x04"
	ask := []string{"--interactive"}
	for _, c := range []struct {
		name, typed string
		flags       []string
		code, gone  int // of three
	}{
		{"yes", "y\n", nil, 0, 3},
		{"Yes", "YES\n", nil, 0, 3},
		{"no", "n\n", nil, 0, 0},
		{"enter", "\n", nil, 0, 0},
		{"nonsense", "yeah\n", nil, 0, 0},
		{"end", ctrlD, nil, 1, 0},
		{"one-by-one", "y\nn\ny\n", ask, 0, 2},
		{"asked-again", "what\ny\nn\nn\n", ask, 0, 1},
		{"all", "n\na\n", ask, 0, 2},
		{"quit", "y\nq\n", ask, 0, 1},
		{"quit-at-once", "q\n", ask, 0, 0},
		{"none", "n\nn\nn\n", ask, 0, 0},
		{"end-half-way", "y\n" + ctrlD, ask, 1, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			namespace := "asking-" + strings.ToLower(c.name)
			if c.name == "Yes" {
				namespace += "-loud"
			}
			n := orphans(t, namespace, 1)
			typed, read := terminal(t)
			_, err := typed.WriteString(c.typed)
			must(t, err)
			s := &started{cmd: command(t.Context(), stage.Cluster.Kubeconfig,
				append([]string{"prune", "-n", namespace, "--min-age=0s", "--stale-after=1s"}, c.flags...)...)}
			s.cmd.Stdin, s.cmd.Stdout, s.cmd.Stderr = read, &s.stdout, &s.stderr
			must(t, s.cmd.Start())
			r := s.wait(t).exits(t, c.code)
			wantLeft(t, namespace, n-c.gone)
			if c.gone == 0 && !strings.Contains(strings.ToLower(r.stderr), "nothing deleted") {
				t.Errorf("it does not say that nothing was deleted: %q", r.stderr)
			}
		})
	}
}

// TestNobodyToAsk: without a terminal nobody can agree.
func TestNobodyToAsk(t *testing.T) {
	t.Parallel()
	const namespace = "nobody-to-ask"
	n := orphans(t, namespace, 1)
	r := plugin(t, "prune", "-n", namespace, "--min-age=0s").exits(t, 1)
	if !strings.Contains(r.stderr, "add --yes") {
		t.Errorf("stderr %q", r.stderr)
	}
	wantLeft(t, namespace, n)
}
