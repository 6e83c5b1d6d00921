package release

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/internal/inflate"
)

// Limits bound what a record may cost. A record is stored in at most 1 MiB, but
// compressed text can expand a thousandfold.
type Limits struct {
	// Expanded is how many bytes of JSON a record may hold.
	Expanded int64
	// Kept is how many bytes of them may be kept: the hooks and a few names.
	Kept int
}

// DefaultLimits are far above any record that Helm can store without malice:
// 1 MiB of base64 holds 768 KiB of gzip, which expands about tenfold.
func DefaultLimits() Limits {
	return Limits{Expanded: 256 << 20, Kept: 32 << 20}
}

// Decoder decodes record bodies, one at a time. It keeps its buffers, so one
// decoder per worker makes the least garbage.
type Decoder struct {
	limits Limits
	heads  *Heads
	packed []byte // what base64 held
	zip    *inflate.Reader
	scan   scanner
	left   int // bytes that may still be kept
	// show is set while manifests are decoded, and texts holds them until it is known
	// whose they are: Helm writes the namespace last.
	show  *Visitor
	texts manifests
	// plain is set while texts are shown as they are, and neither parsed nor kept.
	plain func(text []byte)
}

// NewDecoder returns a Decoder with the given limits.
func NewDecoder(limits Limits) *Decoder { return NewSharingDecoder(limits, NewHeads()) }

// NewSharingDecoder returns a Decoder that shares what it learns of manifests.
func NewSharingDecoder(limits Limits, heads *Heads) *Decoder {
	return &Decoder{limits: limits, heads: heads}
}

// Decode decodes the value of DataKey as Helm's drivers store it: base64 around
// gzip, or around plain JSON in records from before Helm compressed them.
// (A Secret's own base64 is the API's, and gone by then.)
func (d *Decoder) Decode(payload []byte) (*Body, error) {
	d.show = nil
	return d.decode(payload)
}

func (d *Decoder) decode(payload []byte) (*Body, error) {
	text, err := d.expand(payload)
	if err != nil {
		return nil, err
	}
	d.scan.reset(&bounded{text: text, left: d.limits.Expanded})
	d.left = d.limits.Kept
	body := new(Body)
	if err := d.record(body); err != nil {
		return nil, fmt.Errorf("not a release record that Helm could have written: %w", err)
	}
	if body.Name == "" || body.Revision < 1 {
		return nil, errors.New("not a release record that Helm could have written: no name or no version")
	}
	return body, nil
}

// keptBuffer is how large a buffer may be, in bytes, to be kept for the next record: most
// are smaller by far than a record can be.
const keptBuffer = 256 << 10

// gzipMagic is how Helm tells compressed records from plain ones.
const gzipMagic = "\x1f\x8b\x08"

func (d *Decoder) expand(payload []byte) (windows, error) {
	packed := d.packed
	if size := base64.StdEncoding.DecodedLen(len(payload)); size > len(packed) {
		packed = make([]byte, size)
	}
	if len(packed) <= keptBuffer {
		d.packed = packed
	}
	n, err := base64.StdEncoding.Decode(packed, payload)
	if err != nil {
		return nil, fmt.Errorf("not base64: %w", err)
	}
	if n == 0 {
		return nil, errors.New("it is empty")
	}
	// Helm looks at three bytes, and only if there is a fourth.
	if n <= len(gzipMagic) || !bytes.HasPrefix(packed, []byte(gzipMagic)) {
		return &whole{packed[:n]}, nil
	}
	if d.zip == nil {
		d.zip = inflate.NewReader()
	}
	if err := d.zip.Reset(packed[:n]); err != nil {
		return nil, fmt.Errorf("not gzip: %w", err)
	}
	return d.zip, nil
}

// whole is a text in a single window.
type whole struct{ text []byte }

func (w *whole) Next() ([]byte, error) {
	if len(w.text) == 0 {
		return nil, io.EOF
	}
	text := w.text
	w.text = nil
	return text, nil
}

// bounded fails, rather than ends, when there is more of a text than it may hand on.
type bounded struct {
	text windows
	left int64
}

func (b *bounded) Next() ([]byte, error) {
	window, err := b.text.Next()
	if b.left -= int64(len(window)); b.left < 0 {
		return nil, fmt.Errorf("%w: it expands to more than is allowed", errTooLarge)
	}
	return window, err
}

func (d *Decoder) record(body *Body) error {
	err := d.scan.object(func(key string) error {
		var err error
		switch key {
		case "name":
			err = d.value(&body.Name)
		case "namespace":
			err = d.value(&body.Namespace)
		case "version":
			err = d.value(&body.Revision)
		case "apply_method":
			err = d.value(&body.ApplyMethod)
		case "info":
			err = d.info(body)
		case "chart":
			err = d.chart(body)
		case "manifest":
			err = d.manifest()
		case "hooks":
			body.Hooks, d.texts.hooks = nil, nil
			err = d.scan.array(func() error {
				if d.plain != nil {
					return d.hookTexts()
				}
				return d.hook(body)
			})
			body.Hooks = slices.Clone(body.Hooks) // thousands of bodies are kept: no spare room
		default:
			err = d.scan.skip()
		}
		if err != nil {
			return fmt.Errorf("%s: %w", printable(key), err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return d.scan.finish()
}

// printable quotes a key if it is none that Helm could have written.
func printable(key string) string {
	if q := strconv.Quote(key); q != `"`+key+`"` {
		return q
	}
	return key
}

func (d *Decoder) info(body *Body) error {
	return d.scan.object(func(key string) error {
		switch key {
		case "status":
			return d.value(&body.Status)
		case "first_deployed":
			return d.time(&body.FirstDeployed)
		case "last_deployed":
			return d.time(&body.LastDeployed)
		case "deleted":
			return d.time(&body.Deleted)
		default:
			return d.scan.skip()
		}
	})
}

func (d *Decoder) chart(body *Body) error {
	return d.scan.object(func(key string) error {
		if key == "metadata" {
			return d.value(&body.Chart)
		}
		return d.scan.skip()
	})
}

// hookJSON is a hook as Helm stores it.
type hookJSON struct {
	Name           string              `json:"name"`
	Kind           string              `json:"kind"`
	Path           string              `json:"path"`
	Manifest       string              `json:"manifest"`
	Events         []hook.Event        `json:"events"`
	Weight         int                 `json:"weight"`
	DeletePolicies []hook.DeletePolicy `json:"delete_policies"`
	LastRun        struct {
		StartedAt   helmTime `json:"started_at"`
		CompletedAt helmTime `json:"completed_at"`
		Phase       string   `json:"phase"`
	} `json:"last_run"`
}

// hookCost is about what a hook takes in memory however short its text is.
const hookCost = 1 << 10

func (d *Decoder) hook(body *Body) error {
	if d.left < hookCost {
		return errTooLarge
	}
	d.left -= hookCost
	var in *hookJSON
	if err := d.value(&in); err != nil {
		return err
	}
	if in == nil { // Helm would crash on it; it declares nothing
		return nil
	}
	h := Hook{
		Name: in.Name, Kind: in.Kind, Path: in.Path, Weight: in.Weight,
		Events: in.Events, DeletePolicies: in.DeletePolicies,
		LastRun: Run{
			StartedAt:   time.Time(in.LastRun.StartedAt),
			CompletedAt: time.Time(in.LastRun.CompletedAt),
			Phase:       in.LastRun.Phase,
		},
	}
	hook.SortEvents(h.Events)
	d.heads.readHook(&h, in.Manifest)
	if d.show != nil {
		d.texts.hooks = append(d.texts.hooks, in.Manifest)
	}
	body.Hooks = append(body.Hooks, h)
	return nil
}

// value decodes the next value with encoding/json, and counts what it kept.
func (d *Decoder) value(into any) error {
	raw, err := d.scan.raw(d.left)
	if err != nil {
		return err
	}
	d.left -= len(raw)
	return unmarshal(raw, into)
}

func (d *Decoder) time(into *time.Time) error {
	var t helmTime
	err := d.value(&t)
	*into = time.Time(t)
	return err
}

func unmarshal(raw []byte, into any) error { return json.Unmarshal(raw, into) }
