package dump

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

const (
	// maxDepth is how deep Lists of Lists are looked into.
	maxDepth = 4
	// maxPending is how much is kept of items whose kind is not known yet.
	maxPending = 64 << 20
)

// list hands the items of a List to the collector as they come. Those of a typed
// list (a SecretList) have no kind of their own and wait, if need be, until the
// list has told its own.
type list struct {
	c                *collector
	apiVersion, kind string // of items that have none
	begun            bool
	count            int
	// pending are items as text: decoded, a hostile one takes a hundred times as much.
	pending [][]byte
	held    int
}

func newList(c *collector) *list { return &list{c: c} }

// typed takes in the type of the list.
func (l *list) typed(apiVersion, kind string) {
	if item := strings.TrimSuffix(kind, "List"); item != kind && item != "" {
		l.apiVersion, l.kind = apiVersion, item
	}
}

// item takes in one object.
func (l *list) item(o *object) error {
	if l.kind != "" || o.Kind != "" && o.APIVersion != "" {
		return l.take(o, maxDepth)
	}
	text, err := json.Marshal(o)
	if err != nil {
		return err
	}
	if l.held += len(text); l.held > maxPending {
		return errors.New(`has no kind, and its list tells its own only later: put "kind" before "items"`)
	}
	l.pending = append(l.pending, text)
	return nil
}

func (l *list) take(o *object, depth int) error {
	if o.Kind == "" {
		o.Kind = l.kind
	}
	if o.APIVersion == "" {
		o.APIVersion = l.apiVersion
	}
	if !o.isList() {
		return l.c.add(o)
	}
	if depth == 0 {
		return errors.New("a List nested too deep in Lists")
	}
	inner := newList(l.c)
	inner.typed(o.APIVersion, o.Kind)
	items := json.NewDecoder(bytes.NewReader(o.Items))
	_, err := items.Token() // the bracket that isList has seen
	for ; err == nil && items.More(); inner.count++ {
		var item object
		if err = items.Decode(&item); err == nil {
			err = inner.take(&item, depth-1)
		}
	}
	if err != nil {
		return fmt.Errorf("item %d: %w", inner.count-1, wrongType(err))
	}
	l.c.listed(inner)
	return nil
}

// end takes in the object that the items were found in: a List or, if its kind
// says that it is none, an object by itself.
func (l *list) end(o *object) error {
	if !l.begun {
		return l.take(o, maxDepth)
	}
	if o.Kind != "" && !strings.HasSuffix(o.Kind, "List") {
		if l.kind == "" && l.count == len(l.pending) { // nothing of it was taken for a List's
			return l.c.add(o)
		}
		return fmt.Errorf("its kind is %s, and no List, but it has items", o.Kind)
	}
	l.typed(o.APIVersion, o.Kind)
	for i, text := range l.pending {
		var item object
		err := json.Unmarshal(text, &item)
		if err == nil {
			err = l.take(&item, maxDepth)
		}
		if err != nil {
			return fmt.Errorf("item %d: %w", i, err)
		}
	}
	l.c.listed(l)
	return nil
}
