package prune

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// shelf has one object, and logs of it that are written by write.
type shelf struct {
	write func(w io.WriteCloser) error
}

func (s *shelf) Object(_ context.Context, ref snapshot.ObjectRef) ([]byte, error) {
	return []byte(`{"apiVersion":"` + ref.APIVersion + `","kind":"` + ref.Kind + `","metadata":{"name":"` + ref.Name + `","uid":"` + ref.UID + `","resourceVersion":"1"}}`), nil
}

func (s *shelf) Logs(_ context.Context, _ snapshot.ObjectRef, open OpenLog) error {
	w, err := open("pod", "container")
	if err != nil {
		return err
	}
	return s.write(w)
}

func shelved(apiVersion, kind, name string) *verdict.Finding {
	o := &snapshot.Object{APIVersion: apiVersion, Kind: kind, Name: name, UID: "uid-" + name, ResourceVersion: "1"}
	return &verdict.Finding{Object: o, Live: true, Verdict: verdict.Orphan}
}

func newTestBackup(t *testing.T, s Source) *Backup {
	t.Helper()
	b, err := NewBackup(t.TempDir(), s, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// fullOnce is an index on a disk that is full for one line, half of which fits.
type fullOnce struct {
	*os.File
	failed bool
}

var errFull = errors.New("no space left on device")

func (f *fullOnce) Write(p []byte) (int, error) {
	if f.failed {
		return f.File.Write(p)
	}
	f.failed = true
	n, err := f.File.Write(p[:len(p)/2])
	return n, errors.Join(err, errFull)
}

// TestHalfALine: what could not be entered is not saved, and spoils no other entry.
func TestHalfALine(t *testing.T) {
	b := newTestBackup(t, &shelf{})
	file, ok := b.index.(*os.File)
	if !ok {
		t.Fatalf("the index is a %T", b.index)
	}
	b.index = &fullOnce{File: file}
	if err := b.Save(t.Context(), shelved("v1", "ConfigMap", "first")); !errors.Is(err, errFull) {
		t.Errorf("saved on a full disk: %v", err)
	}
	if err := b.Save(t.Context(), shelved("v1", "ConfigMap", "second")); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	entries, err := Entries(b.Dir)
	if err != nil || len(entries) != 1 || entries[0].Name != "second" {
		t.Errorf("%+v, %v", entries, err)
	}
}

// TestLogs: logs that cannot be had are noted, and such as cannot be written keep the
// Job from being deleted.
func TestLogs(t *testing.T) {
	gone := errors.New("its node is gone")
	s := &shelf{write: func(w io.WriteCloser) error {
		_, err := w.Write([]byte("half of "))
		return errors.Join(err, w.Close(), gone)
	}}
	b := newTestBackup(t, s)
	if err := b.Save(t.Context(), shelved("batch/v1", "Job", "warm")); err != nil {
		t.Fatal(err)
	}
	entries, err := Entries(b.Dir)
	if err != nil || len(entries) != 1 || len(entries[0].Logs) != 1 || entries[0].Note == "" {
		t.Errorf("%+v, %v", entries, err)
	}
	s.write = func(w io.WriteCloser) error { // written to when closed, as to a disk that is full
		_, err := w.Write([]byte("x"))
		err = errors.Join(err, w.Close())
		_, late := w.Write([]byte("y"))
		return errors.Join(err, late)
	}
	if err := b.Save(t.Context(), shelved("batch/v1", "Job", "other")); err == nil {
		t.Error("a Job was saved without the logs that could be had")
	}
	if b.Saved() != 1 {
		t.Errorf("%d saved, want 1", b.Saved())
	}
}

// TestNothingSaved: a backup of nothing leaves nothing, whatever was begun.
func TestNothingSaved(t *testing.T) {
	s := &shelf{write: func(w io.WriteCloser) error {
		err := w.Close()
		_, late := w.Write([]byte("x"))
		return errors.Join(err, late)
	}}
	b := newTestBackup(t, s)
	if err := b.Save(t.Context(), shelved("batch/v1", "Job", "warm")); err == nil {
		t.Fatal("a Job was saved without the logs that could be had")
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(filepath.Dir(b.Dir)); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}
