package dump

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

const (
	apiGroup = "kubectl-helmhooks.github.io"
	// APIVersion of Snapshot files. Within v1 fields are added, never renamed or
	// removed.
	APIVersion = apiGroup + "/v1"
	// Kind of Snapshot files.
	Kind = "Snapshot"
)

// maxElement is how large one record or object of a Snapshot may be: as much as
// is kept of a record, and its escapes.
const maxElement = 64 << 20

// head is what stands in a Snapshot file before its long lists. What the file is
// comes first, so that a reader knows before it reads on.
type head struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	// MadeBy is the program and its version.
	MadeBy              string                 `json:"madeBy,omitempty"`
	Time                time.Time              `json:"time"`
	Namespace           string                 `json:"namespace,omitempty"`
	Namespaces          []string               `json:"namespaces,omitzero"`
	Restricted          bool                   `json:"restricted,omitempty"`
	Missing             []snapshot.Missing     `json:"missing,omitempty"`
	Runs                []snapshot.KnownRun    `json:"runs,omitempty"`
	RecordsEverywhere   bool                   `json:"recordsEverywhere"`
	RecordsConfined     bool                   `json:"recordsConfined,omitempty"`
	Gaps                []snapshot.Gap         `json:"gaps,omitempty"`
	Terminating         []string               `json:"terminating,omitempty"`
	Unserved            []string               `json:"unserved,omitempty"`
	Witnesses           []snapshot.Witness     `json:"witnesses,omitempty"`
	WitnessesEverywhere bool                   `json:"witnessesEverywhere,omitempty"`
	HelmReleases        []snapshot.HelmRelease `json:"helmReleases,omitempty"`
	Uses                []snapshot.Use         `json:"uses,omitempty"`
	Sought              []snapshot.ObjectRef   `json:"sought,omitempty"`
	Kinds               []snapshot.Kind        `json:"kinds,omitempty"`
}

// Write writes a Snapshot file: JSON, one line for each record and object. MadeBy
// names the program and its version. Empty lists come back as nil.
func Write(w io.Writer, s *snapshot.Snapshot, madeBy string) error {
	out := bufio.NewWriter(w)
	text, err := encode(head{
		APIVersion: APIVersion, Kind: Kind, MadeBy: madeBy, Time: s.Time, Namespace: s.Namespace, Namespaces: s.Namespaces, Missing: s.Missing,
		RecordsEverywhere: s.RecordsEverywhere, RecordsConfined: s.RecordsConfined, Gaps: s.Gaps, Uses: s.Uses, Sought: s.Sought, Kinds: s.Kinds, Restricted: s.Restricted,
		Runs: s.Runs, Terminating: s.Terminating, Unserved: s.Unserved, Witnesses: s.Witnesses, WitnessesEverywhere: s.WitnessesEverywhere, HelmReleases: s.HelmReleases,
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s,\n", bytes.TrimSuffix(text, []byte("}")))
	if err := writeList(out, "records", s.Records); err != nil {
		return err
	}
	fmt.Fprint(out, ",\n")
	if err := writeList(out, "objects", s.Objects); err != nil {
		return err
	}
	fmt.Fprint(out, "}\n")
	return out.Flush()
}

func writeList[T any](out *bufio.Writer, name string, list []T) error {
	fmt.Fprintf(out, "%q:[", name)
	separator := "\n"
	for i := range list {
		text, err := encode(&list[i])
		if err != nil {
			return fmt.Errorf("%s, number %d: %w", name, i, err)
		}
		fmt.Fprint(out, separator)
		if _, err := out.Write(text); err != nil {
			return err
		}
		separator = ",\n"
	}
	fmt.Fprint(out, "]")
	return nil
}

// encode is JSON in one line, with <, > and & as they are.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

func isOurs(apiVersion string) bool { return strings.HasPrefix(apiVersion, apiGroup+"/") }

// notSnapshot says what a file of ours is instead.
func notSnapshot(apiVersion, kind string) error {
	switch {
	case apiVersion != APIVersion:
		return fmt.Errorf("it is of %q, which this version does not know: a newer kubectl-helmhooks does", apiVersion)
	case kind != Kind:
		return fmt.Errorf("it is a %q and no Snapshot: `kubectl helmhooks snapshot` writes one", kind)
	default:
		return fmt.Errorf(`a Snapshot must begin with its "apiVersion", and stand by itself`)
	}
}

// snapshot reads the rest of a Snapshot, of which the apiVersion has come, and the
// kind perhaps.
func (r *jsonReader) snapshot(apiVersion, kind string) error {
	if apiVersion != APIVersion || (kind != "" && kind != Kind) {
		return notSnapshot(apiVersion, kind)
	}
	if r.c.snap != nil || len(r.c.seen) > 0 {
		return errTwoSnapshots
	}
	s := new(snapshot.Snapshot)
	for r.more() {
		key, err := r.key()
		if err != nil {
			return err
		}
		if key == "kind" {
			if err := r.value(&kind, maxObject); err != nil {
				return err
			}
			if kind != Kind {
				return notSnapshot(apiVersion, kind)
			}
			continue
		}
		if err := r.snapshotField(s, key); err != nil {
			return fmt.Errorf("%q: %w", key, err)
		}
	}
	if _, err := r.token(); err != nil {
		return err
	}
	if kind != Kind {
		return notSnapshot(apiVersion, kind)
	}
	r.c.snap = s
	return nil
}

func (r *jsonReader) snapshotField(s *snapshot.Snapshot, key string) error {
	switch key {
	case "time":
		return r.value(&s.Time, maxObject)
	case "namespace":
		return r.value(&s.Namespace, maxObject)
	case "recordsEverywhere":
		return r.value(&s.RecordsEverywhere, maxObject)
	case "recordsConfined":
		return r.value(&s.RecordsConfined, maxObject)
	case "namespaces":
		return r.value(&s.Namespaces, maxElement)
	case "missing":
		return elements(r, &s.Missing, nil)
	case "runs":
		return elements(r, &s.Runs, func(k *snapshot.KnownRun) bool { return k.Kind != "" && k.Name != "" })
	case "gaps":
		return elements(r, &s.Gaps, nil)
	case "restricted":
		return r.value(&s.Restricted, maxObject)
	case "terminating":
		return elements(r, &s.Terminating, nil)
	case "sought":
		return elements(r, &s.Sought, nil)
	case "unserved":
		return elements(r, &s.Unserved, nil)
	case "witnesses":
		return elements(r, &s.Witnesses, func(w *snapshot.Witness) bool { return w.Release != "" && w.Object.Kind != "" })
	case "witnessesEverywhere":
		return r.value(&s.WitnessesEverywhere, maxObject)
	case "helmReleases":
		return elements(r, &s.HelmReleases, func(h *snapshot.HelmRelease) bool { return h.Name != "" })
	case "uses":
		return elements(r, &s.Uses, nil)
	case "kinds":
		return elements(r, &s.Kinds, nil)
	case "records":
		return elements(r, &s.Records, func(r *snapshot.Record) bool {
			return r.Release.Name != "" && r.Revision > 0
		})
	case "objects":
		return elements(r, &s.Objects, func(o *snapshot.Object) bool {
			r.c.shared.object(o)
			return o.Kind != "" && o.APIVersion != "" && (o.Name != "" || o.GenerateName != "")
		})
	default: // of a later version that adds to v1
		return r.value(new(json.RawMessage), maxElement)
	}
}

// elements reads an array, one element at a time.
func elements[T any](r *jsonReader, into *[]T, valid func(*T) bool) error {
	t, err := r.token()
	if err != nil || t == nil {
		return err
	}
	if t != json.Delim('[') {
		return errors.New("it should be a list")
	}
	*into = nil
	for r.more() {
		var v T
		if err := r.value(&v, maxElement); err != nil {
			return fmt.Errorf("number %d: %w", len(*into), err)
		}
		if valid != nil && !valid(&v) {
			return fmt.Errorf("number %d has no name or no kind", len(*into))
		}
		*into = append(*into, v)
	}
	_, err = r.token()
	return err
}
