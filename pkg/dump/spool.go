package dump

import (
	"bufio"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"slices"
)

// spool keeps what matters only if something else is in the files: that may come
// last, and stdin cannot be read twice. What is kept of many objects is alike, and
// compressed it takes a hundred bytes.
type spool[T any] struct {
	packed bytes.Buffer
	writer *flate.Writer
}

func newSpool[T any]() *spool[T] {
	s := &spool[T]{}
	s.writer, _ = flate.NewWriter(&s.packed, flate.BestSpeed) // fails only for levels that do not exist
	return s
}

// put adds a value: its digest, the length of its text, the text.
func (s *spool[T]) put(id digest, v *T) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	entry := binary.BigEndian.AppendUint32(id[:], uint32(len(text)))
	_, err = s.writer.Write(append(entry, text...))
	return err
}

// find calls found for the values of wanted digests, in the order in which they were
// put. Nothing can be put in any more.
func (s *spool[T]) find(wanted func(digest) bool, found func(digest, *T)) error {
	if err := s.writer.Close(); err != nil {
		return err
	}
	s.writer = nil
	r := bufio.NewReader(flate.NewReader(&s.packed))
	var head [len(digest{}) + 4]byte
	var text []byte
	for {
		if _, err := io.ReadFull(r, head[:]); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		length := int(binary.BigEndian.Uint32(head[len(digest{}):]))
		id := digest(head[:len(digest{})])
		if !wanted(id) {
			if _, err := r.Discard(length); err != nil {
				return err
			}
			continue
		}
		text = slices.Grow(text[:0], length)[:length]
		if _, err := io.ReadFull(r, text); err != nil {
			return err
		}
		v := new(T)
		if err := json.Unmarshal(text, v); err != nil {
			return err
		}
		found(id, v)
	}
}
