//go:build unix

package dump

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestFiles(t *testing.T) {
	dir := writeFiles(t, map[string]string{"good.json": object1, "cut.json": "{", "text.txt": "x"})
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	sub := func(name string) string {
		path := filepath.Join(dir, name)
		must(os.Mkdir(path, 0o700))
		return path
	}
	empty, loops, pipes, good := sub("empty"), sub("loops"), sub("pipes"), sub("good")
	must(os.Mkdir(filepath.Join(good, "dir.json"), 0o700))
	must(os.Symlink(filepath.Join(dir, "good.json"), filepath.Join(good, "link.json")))
	must(os.Symlink("a.json", filepath.Join(loops, "a.json")))
	must(syscall.Mkfifo(filepath.Join(pipes, "a.json"), 0o600))
	for _, tt := range []struct{ path, want string }{
		{filepath.Join(dir, "none.json"), "cannot read " + filepath.Join(dir, "none.json") + ": no such file or directory"},
		{filepath.Join(dir, "cut.json"), filepath.Join(dir, "cut.json") + ": it ends too soon, after byte 1: was it written completely?"},
		{empty, "there are no *.json, *.yaml or *.yml files in " + empty},
		{loops, "cannot read " + filepath.Join(loops, "a.json") + ": too many levels of symbolic links"},
		{pipes, "cannot read " + filepath.Join(pipes, "a.json") + ": it is no regular file"},
		{"/dev/null", "/dev/null: it is empty: did the command that wrote it fail?"},
		{"/dev/zero", "/dev/zero: it is neither JSON nor YAML, but binary"},
		{good, "<nil>"},
	} {
		_, err := Open(context.Background(), []string{tt.path}, nil, Options{})
		if got := fmt.Sprint(err); got != tt.want {
			t.Errorf("%s:\nerror %s\nwant  %s", tt.path, got, tt.want)
		}
	}
	if _, err := Open(context.Background(), nil, nil, Options{}); err == nil {
		t.Error("no files: no error")
	}
	if _, err := Open(context.Background(), []string{"-", "-"}, strings.NewReader(object1), Options{}); err == nil {
		t.Error("stdin twice: no error")
	}
}

// A named pipe is read, since that is what shells make of <(kubectl get ...).
func TestPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	go func() {
		w, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err == nil {
			_, _ = io.WriteString(w, object1)
			w.Close()
		}
	}()
	if _, err := Open(context.Background(), []string{path}, nil, Options{}); err != nil {
		t.Error(err)
	}
}
