package prune

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// Source is where a backup gets what it saves.
type Source interface {
	// Object is a live object in full, as JSON. The error is ErrGone if there is none.
	Object(ctx context.Context, ref snapshot.ObjectRef) ([]byte, error)
	// Logs writes what containers of a Job's Pods, or of a Pod, have written, each to
	// the writer that open gives for the Pod and the container.
	Logs(ctx context.Context, ref snapshot.ObjectRef, open OpenLog) error
}

// OpenLog opens what the log of a Pod's container is saved in.
type OpenLog func(pod, container string) (io.WriteCloser, error)

// IndexFile is the name of a backup's index: a line of JSON for each object.
const IndexFile = "index.jsonl"

// Entry is a line of a backup's index.
type Entry struct {
	snapshot.ObjectRef `json:",inline"`
	// File is the manifest, and Logs are what containers wrote, below the directory.
	File    string              `json:"file"`
	Logs    []string            `json:"logs,omitempty"`
	Verdict verdict.Verdict     `json:"verdict"`
	Reason  verdict.Reason      `json:"reason"`
	Release *snapshot.ReleaseID `json:"release,omitempty"`
	Saved   time.Time           `json:"saved"`
	// Cluster is the UID of the cluster's kube-system namespace.
	Cluster string `json:"cluster,omitempty"`
	// Note says what could not be saved with it.
	Note string `json:"note,omitempty"`
}

// Backup is a directory in which objects are saved, one run of prune each. It is
// safe for use by many at once.
type Backup struct {
	// Dir is the run's own directory.
	Dir string
	// Cluster is the one whose objects are saved, by the UID of kube-system.
	Cluster string

	source Source
	now    func() time.Time
	mu     sync.Mutex
	index  index
	size   int64 // of the index: whole lines only
	saved  int
}

// index is the file of that name.
type index interface {
	io.WriteCloser
	Sync() error
	Truncate(size int64) error
}

// Directories and files are for their owner only: Secrets may be among them.
const (
	dirMode  = 0o700
	fileMode = 0o600
)

// NewBackup makes a directory for one run below parent, named after the time.
func NewBackup(parent string, source Source, now func() time.Time) (*Backup, error) {
	if err := os.MkdirAll(parent, dirMode); err != nil {
		return nil, fmt.Errorf("cannot make the backup directory: %w", err)
	}
	name := now().UTC().Format("2006-01-02T15-04-05Z")
	dir := filepath.Join(parent, name)
	for n := 2; ; n++ {
		err := os.Mkdir(dir, dirMode)
		if err == nil {
			break
		}
		if !errors.Is(err, os.ErrExist) || n > 100 {
			return nil, fmt.Errorf("cannot make the backup directory: %w", err)
		}
		dir = filepath.Join(parent, fmt.Sprintf("%s-%d", name, n))
	}
	index, err := os.OpenFile(filepath.Join(dir, IndexFile), os.O_CREATE|os.O_EXCL|os.O_WRONLY|os.O_APPEND, fileMode)
	if err != nil {
		return nil, fmt.Errorf("cannot make the index of the backup: %w", err)
	}
	return &Backup{Dir: dir, source: source, now: now, index: index}, errors.Join(syncDir(parent), syncDir(dir))
}

// Save saves an object in the version that was judged, as Saver says. When it
// returns, what it wrote is on disk.
func (b *Backup) Save(ctx context.Context, f *verdict.Finding) error {
	ref := f.Object.Ref()
	object, err := b.source.Object(ctx, ref)
	if err != nil {
		return err
	}
	if ok, err := same(object, f.Object); err != nil {
		return err
	} else if !ok {
		return ErrChanged
	}
	manifest, err := Manifest(object)
	if err != nil {
		return err
	}
	e := Entry{
		ObjectRef: ref, File: fileName(ref) + ".yaml", Verdict: f.Verdict, Reason: f.Reason, Release: f.Release, Saved: b.now().UTC(),
		Cluster: b.Cluster,
	}
	if hook.Runs(snapshot.Group(ref.APIVersion), ref.Kind) {
		if err := b.saveLogs(ctx, ref, &e); err != nil {
			return err
		}
	}
	if err := writeSynced(b.Dir, e.File, bytes.NewReader(manifest)); err != nil {
		return err
	}
	return b.enter(&e)
}

// saveLogs saves the logs that can be had. Their Pods may be gone for long: that
// keeps nobody from deleting the Job. Logs that can be had and not be written do.
func (b *Backup) saveLogs(ctx context.Context, ref snapshot.ObjectRef, e *Entry) error {
	var unwritten error
	used := make(map[string]bool)
	err := b.source.Logs(ctx, ref, func(pod, container string) (io.WriteCloser, error) {
		name := fileName(ref) + "." + safe(pod) + "." + safe(container)
		file := name + ".log"
		for n := 2; used[file]; n++ { // of names that are cut short alike
			file = fmt.Sprintf("%s-%d.log", name, n)
		}
		used[file] = true
		f, err := os.OpenFile(filepath.Join(b.Dir, file), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, fileMode)
		if err != nil {
			unwritten = err
			return nil, err
		}
		e.Logs = append(e.Logs, file)
		return &syncedFile{f, &unwritten}, nil
	})
	switch {
	case err != nil:
		e.Note = "not all logs could be had: " + err.Error()
	case len(e.Logs) == 0:
		e.Note = "no Pod was left to read logs from"
	}
	return unwritten
}

// syncedFile is on disk when it is closed, and tells if it cannot be.
type syncedFile struct {
	file   *os.File
	failed *error
}

// Write implements io.Writer.
func (f *syncedFile) Write(p []byte) (int, error) {
	n, err := f.file.Write(p)
	return n, f.note(err)
}

// Close implements io.Closer.
func (f *syncedFile) Close() error { return f.note(errors.Join(f.file.Sync(), f.file.Close())) }

func (f *syncedFile) note(err error) error {
	if err != nil && *f.failed == nil {
		*f.failed = err
	}
	return err
}

// enter adds a line to the index, whole and on disk.
func (b *Backup) enter(e *Entry) error {
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	line = append(line, '\n')
	_, err = b.index.Write(line)
	if err = errors.Join(err, b.index.Sync()); err != nil {
		// Half a line would make one with the next, of which neither could be read.
		return errors.Join(err, b.index.Truncate(b.size))
	}
	b.size += int64(len(line))
	b.saved++
	return nil
}

// Close ends the backup. One without any object is taken away, with what there is of
// objects that could not be saved.
func (b *Backup) Close() error {
	err := b.index.Close()
	if b.saved == 0 {
		return errors.Join(err, os.RemoveAll(b.Dir))
	}
	return err
}

// Saved is how many objects have been saved.
func (b *Backup) Saved() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.saved
}

// maxFileName is how long a part of a file's name may be.
const maxFileName = 80

// fileName is unlike that of any other object, whatever names they have.
func fileName(r snapshot.ObjectRef) string {
	return strings.Join([]string{safe(strings.ToLower(r.Kind)), safe(r.Namespace), safe(r.Name), safe(r.UID)}, "_")
}

// safe makes a text a part of a file's name: letters, digits, dots inside and
// dashes.
func safe(text string) string {
	text = strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '.' {
			return c
		}
		return '-'
	}, text)
	if len(text) > maxFileName {
		text = text[:maxFileName]
	}
	return strings.Trim(text, ".")
}

// writeSynced writes a file that is there whole or not at all, and on disk when it
// returns.
func writeSynced(dir, name string, content io.Reader) error {
	f, err := os.CreateTemp(dir, ".writing-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // if it was not renamed
	_, err = io.Copy(f, content)
	if err := errors.Join(err, f.Chmod(fileMode), f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), filepath.Join(dir, name)); err != nil {
		return err
	}
	return syncDir(dir)
}
