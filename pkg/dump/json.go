package dump

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// maxObject is how large one object in JSON may be. No API server stores more
// than some 3 MiB, and indentation adds to that.
const maxObject = 8 << 20

var errTooLarge = errors.New("larger than the limit")

// jsonReader reads JSON documents, of which Lists are read item by item.
type jsonReader struct {
	dec   *json.Decoder
	meter meter
	c     *collector
}

// meter fails when more is read than was allowed: a value is only ever as large
// as what it was read from.
type meter struct {
	r    io.Reader
	left int
}

// Read implements io.Reader.
func (m *meter) Read(p []byte) (int, error) {
	if m.left == 0 {
		return 0, errTooLarge
	}
	n, err := m.r.Read(p[:min(len(p), m.left)])
	m.left -= n
	return n, err
}

func readJSON(in io.Reader, c *collector) error {
	r := &jsonReader{c: c, meter: meter{r: in}}
	r.dec = json.NewDecoder(&r.meter)
	for {
		t, err := r.token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return r.located(err)
		}
		switch t {
		case json.Delim('{'):
			err = r.document()
		case json.Delim('['):
			err = r.items(newList(c)) // as jq prints .items
		default:
			err = fmt.Errorf("found %s where an object should be", nameOf(t))
		}
		if err != nil {
			return r.located(err)
		}
	}
}

// located says roughly where an error is.
func (r *jsonReader) located(err error) error {
	near := r.dec.InputOffset()
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("it ends too soon, after byte %d: was it written completely?", near)
	case errors.As(err, &syntax):
		return fmt.Errorf("not JSON near byte %d: %w", near, err)
	default:
		return fmt.Errorf("%w (near byte %d)", err, near)
	}
}

func (r *jsonReader) token() (json.Token, error) {
	r.meter.left = maxObject
	return r.dec.Token()
}

// value decodes the next value, of at most limit bytes.
func (r *jsonReader) value(into any, limit int) error {
	r.meter.left = limit
	start := r.dec.InputOffset()
	err := r.dec.Decode(into)
	if errors.Is(err, errTooLarge) || r.dec.InputOffset()-start > int64(limit) {
		return fmt.Errorf("%w of %d MiB", errTooLarge, limit>>20)
	}
	return wrongType(err)
}

// more tells whether the array or object has another element.
func (r *jsonReader) more() bool {
	r.meter.left = maxObject
	return r.dec.More()
}

// document reads the rest of an object. Whether it is a List is known only when
// its kind comes, which may be after its items.
func (r *jsonReader) document() error {
	o, l := new(object), newList(r.c)
	for r.more() {
		key, err := r.key()
		if err != nil {
			return err
		}
		switch key {
		case "items":
			l.typed(o.APIVersion, o.Kind)
			err = r.itemsValue(l)
		case "apiVersion":
			if err = r.value(&o.APIVersion, maxObject); err == nil && isOurs(o.APIVersion) {
				return r.snapshot(o.APIVersion, o.Kind)
			}
		default:
			err = r.value(o.field(key), maxObject)
		}
		if err != nil {
			return err
		}
	}
	if _, err := r.token(); err != nil { // the closing brace
		return err
	}
	return l.end(o)
}

func (r *jsonReader) key() (string, error) {
	t, err := r.token()
	if err != nil {
		return "", err
	}
	key, _ := t.(string)
	return key, nil
}

// itemsValue reads the value of "items", which is that of a List only if it is an
// array.
func (r *jsonReader) itemsValue(l *list) error {
	t, err := r.token()
	if err != nil {
		return err
	}
	switch t {
	case json.Delim('['):
		return r.items(l)
	case json.Delim('{'):
		return r.skip()
	default:
		l.begun = t == nil // a List without items
		return nil
	}
}

// items reads the rest of an array of objects.
func (r *jsonReader) items(l *list) error {
	l.begun = true
	for r.more() {
		o := new(object)
		err := r.value(o, maxObject)
		if err == nil {
			err = l.item(o)
		}
		if err != nil {
			return fmt.Errorf("item %d: %w", l.count, err)
		}
		l.count++
	}
	_, err := r.token()
	return err
}

// skip passes over the rest of an object.
func (r *jsonReader) skip() error {
	for depth := 1; depth > 0; {
		t, err := r.token()
		if err != nil {
			return err
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
	}
	return nil
}

// wrongType says what is wrong with a value, without quoting it and without the
// names of Go's types.
func wrongType(err error) error {
	var noTime *time.ParseError
	if errors.As(err, &noTime) {
		return errors.New("not an object of Kubernetes: a time in it is none")
	}
	var wrong *json.UnmarshalTypeError
	if !errors.As(err, &wrong) {
		return err
	}
	what, _, _ := strings.Cut(wrong.Value, " ") // the rest quotes the value
	if wrong.Field == "" {
		return fmt.Errorf("found %s where something else should be", what)
	}
	return fmt.Errorf("not an object of Kubernetes: its %s is of the wrong type (%s)", wrong.Field, what)
}

func nameOf(t json.Token) string {
	switch t.(type) {
	case string:
		return "string"
	case float64:
		return "number"
	default:
		return fmt.Sprint(t)
	}
}
