package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
)

const columns, rows = 100, 30

// step is a command that is typed, and for how long its output is looked at.
type step struct {
	typed, answer string
	look          time.Duration
}

// frame is what the screen shows for a while.
type frame struct {
	lines []string
	lasts time.Duration
}

// terminal runs commands as in a terminal emulator.
type terminal struct {
	env    []string
	frames []frame
}

// run types a command on a clear screen, and keeps what is to be seen before it runs, at
// its question, and after it.
func (t *terminal) run(ctx context.Context, s step) error {
	screen := vt10x.New(vt10x.WithSize(columns, rows))
	if _, err := screen.Write([]byte("$ " + s.typed + "\r\n")); err != nil {
		return err
	}
	t.keep(screen, 1500*time.Millisecond)
	args := strings.Fields(s.typed)
	cmd := exec.CommandContext(ctx, "env", args...) // which finds it on the PATH given
	cmd.Env = t.env
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: rows, Cols: columns})
	if err != nil {
		return err
	}
	defer tty.Close()
	if err := t.watch(tty, screen, s); err != nil {
		return err
	}
	if err := cmd.Wait(); err != nil {
		return err
	}
	t.keep(screen, s.look)
	return nil
}

// watch shows what the command writes, and answers its question.
func (t *terminal) watch(tty *os.File, screen vt10x.Terminal, s step) error {
	buffer := make([]byte, 4096)
	for {
		n, err := tty.Read(buffer)
		if _, err := screen.Write(buffer[:n]); err != nil {
			return err
		}
		if s.answer != "" && strings.Contains(string(buffer[:n]), "[y/N]") {
			t.keep(screen, s.look)
			if _, err := io.WriteString(tty, s.answer); err != nil {
				return err
			}
		}
		switch {
		case errors.Is(err, io.EOF) || errors.Is(err, syscall.EIO): // Linux says so when the last writer has gone
			return nil
		case err != nil:
			return err
		}
	}
}

// keep notes what the screen shows.
func (t *terminal) keep(screen vt10x.Terminal, lasts time.Duration) {
	var lines []string
	for line := range strings.SplitSeq(strings.TrimRight(screen.String(), " \n"), "\n") {
		lines = append(lines, strings.TrimRight(line, " "))
	}
	t.frames = append(t.frames, frame{lines: lines, lasts: lasts})
}
