package dump

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
)

// spool keeps values until it is known which of them matter: records, which declare
// objects, may come last, and stdin cannot be read twice. Metadata of many objects
// is alike, and compressed it takes a hundred bytes.
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
func (s *spool[T]) put(id digest, value *T) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	entry := binary.BigEndian.AppendUint32(id[:], uint32(len(text)))
	_, err = s.writer.Write(append(entry, text...))
	return err
}

// find calls found for the values of wanted digests. Nothing can be put in any
// more.
func (s *spool[T]) find(wanted func(digest) bool, found func(digest, *T)) error {
	if err := s.writer.Close(); err != nil {
		return err
	}
	s.writer = nil
	r := flate.NewReader(&s.packed)
	var head [len(digest{}) + 4]byte
	for {
		if _, err := io.ReadFull(r, head[:]); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		length := int64(binary.BigEndian.Uint32(head[len(digest{}):]))
		id := digest(head[:len(digest{})])
		if !wanted(id) {
			if _, err := io.CopyN(io.Discard, r, length); err != nil {
				return err
			}
			continue
		}
		value := new(T)
		if err := json.NewDecoder(io.LimitReader(r, length)).Decode(value); err != nil {
			return err
		}
		found(id, value)
	}
}
