package prune

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

func backup(t *testing.T, w *world) *Backup {
	t.Helper()
	b, err := NewBackup(filepath.Join(t.TempDir(), "deep", "backup"), w, func() time.Time { return start })
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestBackup(t *testing.T) {
	w := &world{objects: []verdict.Finding{orphan("Job", "a"), orphan("ServiceAccount", "../../b")}}
	b := backup(t, w)
	for i := range w.objects {
		if err := b.Save(t.Context(), &w.objects[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	entries, err := Entries(b.Dir)
	if err != nil || len(entries) != 2 {
		t.Fatalf("%v, %d entries, want 2", err, len(entries))
	}
	job := entries[0]
	if job.Reason != verdict.ReasonReleaseGone || job.Verdict != verdict.Orphan || *job.Release != *blog() || job.UID != "uid-a" {
		t.Errorf("the index says %+v", job)
	}
	if len(job.Logs) != 1 || !strings.Contains(job.Note, "second container") {
		t.Errorf("logs %v, note %q, want one log and what is missing", job.Logs, job.Note)
	}
	if text, err := os.ReadFile(filepath.Join(b.Dir, job.Logs[0])); err != nil || string(text) != "log of a\n" {
		t.Errorf("the log: %q, %v", text, err)
	}
	manifest, err := manifestOf(b.Dir, &job)
	if err != nil {
		t.Fatal(err)
	}
	for _, gone := range []string{"uid", "resourceVersion", "managedFields", "status"} {
		if strings.Contains(string(manifest), `"`+gone+`"`) {
			t.Errorf("the manifest has its %s: %s", gone, manifest)
		}
	}
	err = filepath.WalkDir(b.Dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		want := fs.FileMode(fileMode)
		if d.IsDir() {
			want = dirMode
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s has mode %o, want %o", path, info.Mode().Perm(), want)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestBackupsOfOneSecond(t *testing.T) {
	dir := t.TempDir()
	seen := make(map[string]bool)
	for range 3 {
		b, err := NewBackup(dir, &world{}, func() time.Time { return start })
		if err != nil {
			t.Fatal(err)
		}
		if seen[b.Dir] {
			t.Errorf("two runs share %s", b.Dir)
		}
		seen[b.Dir] = true
	}
	b, err := NewBackup(dir, &world{}, func() time.Time { return start })
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(b.Dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("an empty backup stays: %v", err)
	}
}

func TestBackupSavesWhatWasJudged(t *testing.T) {
	w := &world{objects: []verdict.Finding{orphan("Job", "a"), orphan("Job", "b")}}
	b := backup(t, w)
	newer := orphan("Job", "a")
	newer.Object.ResourceVersion = "6"
	if err := b.Save(t.Context(), &newer); !errors.Is(err, ErrChanged) {
		t.Errorf("another version: %v, want ErrChanged", err)
	}
	other := orphan("Job", "b")
	other.Object.UID = "other"
	if err := b.Save(t.Context(), &other); !errors.Is(err, ErrChanged) {
		t.Errorf("another object: %v, want ErrChanged", err)
	}
	none := orphan("Job", "none")
	if err := b.Save(t.Context(), &none); !errors.Is(err, ErrGone) {
		t.Errorf("no object: %v, want ErrGone", err)
	}
	if b.Saved() != 0 {
		t.Errorf("%d are said to be saved", b.Saved())
	}
}

// Files of different objects never meet, whatever the names.
func TestFileNames(t *testing.T) {
	long := strings.Repeat("x", 253)
	refs := []snapshot.ObjectRef{
		{Kind: "Job", Namespace: "a", Name: "b", UID: "1"},
		{Kind: "Job", Namespace: "a", Name: "b", UID: "2"},
		{Kind: "Role", Name: "system:x", UID: "3"},
		{Kind: "Role", Name: "system-x", UID: "4"},
		{Kind: "Job", Name: "../../../etc/passwd", UID: "5"},
		{Kind: "Job", Name: "...", UID: "6"},
		{Kind: "Job", Name: long, Namespace: long, UID: "7"},
		{Kind: "Job", Name: "a\x00\n\x1b", UID: "8"},
	}
	seen := make(map[string]bool)
	for _, r := range refs {
		name := fileName(r)
		if seen[name] {
			t.Errorf("%q is the name of two", name)
		}
		seen[name] = true
		if filepath.Base(name) != name || strings.HasPrefix(name, ".") || len(name) > 250 {
			t.Errorf("%+v is saved as %q", r, name)
		}
	}
}

// wordy has logs of containers whose names are cut short alike.
type wordy struct{ *world }

func (wordy) Logs(_ context.Context, _ snapshot.ObjectRef, open OpenLog) error {
	for _, c := range []string{"one", "two"} {
		w, err := open(strings.Repeat("p", 100)+c, strings.Repeat("c", 100)+c)
		if err != nil {
			return err
		}
		if _, err := w.Write([]byte(c)); err != nil {
			return err
		}
		if err := w.Close(); err != nil {
			return err
		}
	}
	return nil
}

func TestLogsKeepApart(t *testing.T) {
	w := &world{objects: []verdict.Finding{orphan("Job", "a")}}
	b, err := NewBackup(t.TempDir(), wordy{w}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time over the first
		if err := b.Save(t.Context(), &w.objects[0]); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := Entries(b.Dir)
	if err != nil || len(entries[1].Logs) != 2 {
		t.Fatalf("%v, %+v", err, entries)
	}
	for i, want := range []string{"one", "two"} {
		if text, err := os.ReadFile(filepath.Join(b.Dir, entries[1].Logs[i])); err != nil || string(text) != want {
			t.Errorf("log %d: %q, %v", i, text, err)
		}
	}
}

func TestSameCluster(t *testing.T) {
	w := &world{objects: []verdict.Finding{orphan("ServiceAccount", "a")}}
	b := backup(t, w)
	b.Cluster = "one"
	if err := b.Save(t.Context(), &w.objects[0]); err != nil {
		t.Fatal(err)
	}
	if err := SameCluster(b.Dir, "one"); err != nil {
		t.Error(err)
	}
	if err := SameCluster(b.Dir, "other"); !errors.Is(err, ErrOtherCluster) {
		t.Errorf("another cluster: %v", err)
	}
}

// maker is a cluster to restore to.
type maker struct {
	there   map[string]bool
	refuse  map[string]bool // by the server, trying
	fail    map[string]bool // for good
	made    []string
	tried   int
	objects map[string][]byte
}

func (m *maker) Exists(_ context.Context, ref snapshot.ObjectRef) (bool, error) {
	return m.there[ref.Name], nil
}

func (m *maker) Make(_ context.Context, ref snapshot.ObjectRef, object []byte, dry bool) error {
	if dry {
		m.tried++
		if m.refuse[ref.Name] {
			return errors.New("the namespace is not there")
		}
		return nil
	}
	if m.fail[ref.Name] {
		return errors.New("quota")
	}
	m.made = append(m.made, ref.Name)
	if m.objects == nil {
		m.objects = make(map[string][]byte)
	}
	m.objects[ref.Name] = object
	return nil
}

// saved is a backup of a Job, a Pod, two ServiceAccounts and a claim.
func saved(t *testing.T) string {
	t.Helper()
	w := &world{objects: []verdict.Finding{
		orphan("Job", "job"), orphan("Pod", "pod"), orphan("ServiceAccount", "one"), orphan("ServiceAccount", "two"), orphan("PersistentVolumeClaim", "claim"),
	}}
	b := backup(t, w)
	for i := range w.objects {
		if err := b.Save(t.Context(), &w.objects[i]); err != nil {
			t.Fatal(err)
		}
	}
	return b.Dir
}

func restored(t *testing.T, dir string, m *maker, dry bool) map[string]RestoreOutcome {
	t.Helper()
	results, err := Restore(t.Context(), dir, m, dry)
	if err != nil {
		t.Fatal(err)
	}
	out := make(map[string]RestoreOutcome)
	for _, r := range results {
		out[r.Name] = r.Outcome
		if r.Name == "claim" && r.Outcome == RestoredAgain && !strings.Contains(r.Why, "data") {
			t.Errorf("nothing says that the claim's data are lost: %q", r.Why)
		}
	}
	return out
}

func TestRestore(t *testing.T) {
	dir := saved(t)
	m := &maker{there: map[string]bool{"two": true}}
	got := restored(t, dir, m, false)
	for name, want := range map[string]RestoreOutcome{"job": Evidence, "pod": Evidence, "one": RestoredAgain, "two": StillThere, "claim": RestoredAgain} {
		if got[name] != want {
			t.Errorf("%s: %s, want %s", name, got[name], want)
		}
	}
	if strings.Join(m.made, " ") != "one claim" {
		t.Errorf("made %v", m.made)
	}

	m = &maker{}
	if got := restored(t, dir, m, true); got["one"] != WouldRestore || len(m.made) != 0 {
		t.Errorf("dry: %v, made %v", got, m.made)
	}
	m = &maker{refuse: map[string]bool{"claim": true}}
	if got := restored(t, dir, m, false); got["claim"] != RestoreFailed || got["one"] != WouldRestore || len(m.made) != 0 {
		t.Errorf("one refused: %v, made %v, want nothing made", got, m.made)
	}
	m = &maker{fail: map[string]bool{"one": true}}
	if got := restored(t, dir, m, false); got["one"] != RestoreFailed || got["claim"] != RestoredAgain {
		t.Errorf("one failed: %v", got)
	}
}

func TestHostileBackups(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, dir string){
		"another object in the file": func(t *testing.T, dir string) {
			replaceIn(t, dir, IndexFile, `"name":"one"`, `"name":"other"`)
		},
		"a file elsewhere": func(t *testing.T, dir string) {
			replaceIn(t, dir, IndexFile, `"file":"serviceaccount_shop_one`, `"file":"../serviceaccount_shop_one`)
		},
		"a broken line inside": func(t *testing.T, dir string) { replaceIn(t, dir, IndexFile, "\n", "\n{\n") },
		"a link for a file": func(t *testing.T, dir string) {
			files, err := filepath.Glob(filepath.Join(dir, "serviceaccount_shop_one*"))
			if err != nil || len(files) != 1 {
				t.Fatal(files, err)
			}
			if err := errors.Join(os.Rename(files[0], files[0]+".real"), os.Symlink(files[0]+".real", files[0])); err != nil {
				t.Fatal(err)
			}
		},
	} {
		dir := saved(t)
		spoil(t, dir)
		m := &maker{}
		results, err := Restore(t.Context(), dir, m, false)
		refused := err != nil
		for _, r := range results {
			refused = refused || r.Outcome == RestoreFailed
		}
		if !refused || len(m.made) > 0 {
			t.Errorf("%s: %v, made %v, want it refused", name, err, m.made)
		}
	}
}

// A line that was being written when the power went is of an object that stays.
func TestTornIndex(t *testing.T) {
	dir := saved(t)
	text, err := os.ReadFile(filepath.Join(dir, IndexFile))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, IndexFile), text[:len(text)-20], fileMode); err != nil {
		t.Fatal(err)
	}
	entries, err := Entries(dir)
	if err != nil || len(entries) != 4 {
		t.Errorf("%d entries, %v, want the 4 that are whole", len(entries), err)
	}
}

func replaceIn(t *testing.T, dir, file, old, with string) {
	t.Helper()
	path := filepath.Join(dir, file)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(text), old, with, 1)
	if changed == string(text) {
		t.Fatalf("%s has no %s", file, old)
	}
	if err := os.WriteFile(path, []byte(changed), fileMode); err != nil {
		t.Fatal(err)
	}
}

func TestFindRun(t *testing.T) {
	run := saved(t)
	parent := filepath.Dir(run)
	for _, dir := range []string{run, parent} {
		if got, err := FindRun(dir); err != nil || got != run {
			t.Errorf("FindRun(%s) = %s, %v", dir, got, err)
		}
	}
	if _, err := FindRun(t.TempDir()); err == nil {
		t.Error("an empty directory is taken for a backup")
	}
	b, err := NewBackup(parent, &world{}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := FindRun(parent); err == nil || !strings.Contains(err.Error(), b.Dir) {
		t.Errorf("two runs: %v, want both named", err)
	}
}
