package prune

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// Restored is what became of a saved object.
type Restored struct {
	Entry `json:",inline"`
	// Outcome is restored, would restore, there, evidence or failed.
	Outcome RestoreOutcome `json:"outcome"`
	Why     string         `json:"why,omitempty"`
}

// RestoreOutcome is what became of a saved object.
type RestoreOutcome string

// The outcomes.
const (
	RestoredAgain RestoreOutcome = "restored"
	WouldRestore  RestoreOutcome = "would restore"
	// StillThere: an object of its name is there, and stays as it is.
	StillThere RestoreOutcome = "there already"
	// Evidence: Jobs and Pods are never made again, since they would run again.
	Evidence      RestoreOutcome = "kept as evidence"
	RestoreFailed RestoreOutcome = "failed"
)

// Maker makes objects on a cluster.
type Maker interface {
	// Exists tells whether there is an object of that kind and name.
	Exists(ctx context.Context, ref snapshot.ObjectRef) (bool, error)
	// Make makes an object of JSON. Dry has the server only try.
	Make(ctx context.Context, ref snapshot.ObjectRef, object []byte, dry bool) error
}

// maxIndexLine is how long a line of an index may be.
const maxIndexLine = 1 << 20

// Entries reads the index of a backup. A last line that is not whole belongs to an
// object that was not deleted, and is left out.
func Entries(dir string) ([]Entry, error) {
	f, err := os.Open(filepath.Join(dir, IndexFile))
	if err != nil {
		return nil, fmt.Errorf("%s is no backup of prune: %w", dir, err)
	}
	defer f.Close()
	var entries []Entry
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, maxIndexLine)
	for n := 1; lines.Scan(); n++ {
		var e Entry
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			if !lines.Scan() {
				break
			}
			return nil, fmt.Errorf("line %d of %s is no entry: %w", n, filepath.Join(dir, IndexFile), err)
		}
		if e.File != filepath.Base(e.File) || strings.HasPrefix(e.File, ".") || e.Name == "" || e.Kind == "" {
			return nil, fmt.Errorf("line %d of %s names no object, or a file that is not beside it", n, filepath.Join(dir, IndexFile))
		}
		entries = append(entries, e)
	}
	return entries, lines.Err()
}

// maxManifest is how large a saved manifest may be: no API server takes a larger one.
const maxManifest = 8 << 20

// manifestOf reads a saved manifest as JSON, and checks that it is the entry's.
func manifestOf(dir string, e *Entry) ([]byte, error) {
	info, err := os.Lstat(filepath.Join(dir, e.File))
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular() || info.Size() > maxManifest:
		return nil, fmt.Errorf("%s is no file of a backup", e.File)
	}
	text, err := os.ReadFile(filepath.Join(dir, e.File))
	if err != nil {
		return nil, err
	}
	var head struct {
		APIVersion, Kind string
		Metadata         struct{ Name, Namespace string }
	}
	if err := yaml.Unmarshal(text, &head); err != nil {
		return nil, fmt.Errorf("%s is no manifest: %w", e.File, err)
	}
	if head.APIVersion != e.APIVersion || head.Kind != e.Kind || head.Metadata.Name != e.Name || head.Metadata.Namespace != e.Namespace {
		return nil, fmt.Errorf("%s is not the object that the index says", e.File)
	}
	return yaml.YAMLToJSON(text)
}

// Restore puts back the supporting objects of a backup. All are tried on the server
// first: if it would refuse one, nothing is made. Dry stops there.
func Restore(ctx context.Context, dir string, m Maker, dry bool) ([]Restored, error) {
	entries, err := Entries(dir)
	if err != nil {
		return nil, err
	}
	results := make([]Restored, len(entries))
	manifests := make([][]byte, len(entries))
	for i := range entries {
		results[i] = Restored{Entry: entries[i]}
		if err := ctx.Err(); err != nil {
			return results[:i], err
		}
		manifests[i] = results[i].try(ctx, dir, m)
	}
	refused := slices.ContainsFunc(results, func(r Restored) bool { return r.Outcome == RestoreFailed })
	if dry || refused {
		return results, nil
	}
	for i := range results {
		r := &results[i]
		if r.Outcome != WouldRestore {
			continue
		}
		if err := ctx.Err(); err != nil {
			return results, err
		}
		if err := m.Make(ctx, r.ObjectRef, manifests[i], false); err != nil {
			r.Outcome, r.Why = RestoreFailed, err.Error()
			continue
		}
		r.Outcome = RestoredAgain
	}
	return results, nil
}

// try finds out whether an object can be put back, and returns its manifest.
func (r *Restored) try(ctx context.Context, dir string, m Maker) []byte {
	if hook.Runs(snapshot.Group(r.APIVersion), r.Kind) {
		r.Outcome, r.Why = Evidence, "made again, it would run again"
		return nil
	}
	fail := func(err error) []byte {
		r.Outcome, r.Why = RestoreFailed, err.Error()
		return nil
	}
	manifest, err := manifestOf(dir, &r.Entry)
	if err != nil {
		return fail(err)
	}
	there, err := m.Exists(ctx, r.ObjectRef)
	if err != nil {
		return fail(err)
	}
	if there {
		r.Outcome = StillThere
		return nil
	}
	if err := m.Make(ctx, r.ObjectRef, manifest, true); err != nil {
		return fail(err)
	}
	r.Outcome, r.Why = WouldRestore, lost(r.ObjectRef)
	return manifest
}

// lost says what does not come back with an object.
func lost(ref snapshot.ObjectRef) string {
	switch ref.Kind {
	case "PersistentVolumeClaim":
		return "the claim comes back, and not the data of its volume"
	case "PersistentVolume":
		return "the volume's data are wherever its reclaim policy left them"
	case "CustomResourceDefinition":
		return "the definition comes back, and not the objects that it defined"
	case "Namespace":
		return "the namespace comes back, and nothing that was in it"
	default:
		return ""
	}
}

// FindRun finds the backup of one run: the directory itself, or the only one below
// it.
func FindRun(dir string) (string, error) {
	if _, err := os.Stat(filepath.Join(dir, IndexFile)); err == nil {
		return dir, nil
	}
	below, err := os.ReadDir(dir)
	if err != nil {
		return "", fmt.Errorf("cannot read the backup: %w", err)
	}
	var runs []string
	for _, d := range below {
		if _, err := os.Stat(filepath.Join(dir, d.Name(), IndexFile)); err == nil {
			runs = append(runs, filepath.Join(dir, d.Name()))
		}
	}
	switch len(runs) {
	case 0:
		return "", fmt.Errorf("%s is no backup of prune: there is no %s in it", dir, IndexFile)
	case 1:
		return runs[0], nil
	default:
		var b bytes.Buffer
		for _, r := range runs {
			fmt.Fprintf(&b, " %s", r)
		}
		return "", errors.New("name one of the runs in it:" + b.String())
	}
}
