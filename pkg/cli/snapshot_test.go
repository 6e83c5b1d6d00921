package cli

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	write := func(w io.Writer) error { _, err := io.WriteString(w, "new"); return err }
	file, link := filepath.Join(dir, "file"), filepath.Join(dir, "link")
	if err := os.WriteFile(file, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(file, link); err != nil {
		t.Fatal(err)
	}
	if err := writeFile(link, func(io.Writer) error { return errors.New("no") }); err == nil {
		t.Error("a failing write is no error")
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != "old" {
		t.Errorf("after a failing write the file holds %q, %v", text, err)
	}
	if err := writeFile(link, write); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != "new" {
		t.Errorf("through the link the file holds %q, %v", text, err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is %v, %v", info, err)
	}
	if err := writeFile(dir, write); err == nil || err.Error() != "cannot write "+dir+": it is a directory" {
		t.Errorf("writing to a directory: %v", err)
	}
	if err := writeFile(os.DevNull, write); err != nil {
		t.Errorf("writing to %s: %v", os.DevNull, err)
	}
	if info, err := os.Stat(os.DevNull); err != nil || info.Mode().IsRegular() {
		t.Errorf("%s is %v by now, %v", os.DevNull, info, err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 2 {
		t.Errorf("left in the directory: %v, %v", left, err)
	}
}
