package dump

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// spool keeps the objects without a hook annotation until it is known which of
// them a record declares: records may come last, and stdin cannot be read twice.
// Metadata of many objects is alike, and compressed it takes a hundred bytes.
type spool struct {
	packed bytes.Buffer
	writer *flate.Writer
}

func newSpool() *spool {
	s := &spool{}
	s.writer, _ = flate.NewWriter(&s.packed, flate.BestSpeed) // fails only for levels that do not exist
	return s
}

// put adds an object: its digest, the length of its text, the text.
func (s *spool) put(o *snapshot.Object) error {
	text, err := json.Marshal(o)
	if err != nil {
		return fmt.Errorf("%s %s: %w", o.Kind, o.Name, err)
	}
	id := objectDigest(o.Kind, o.Namespace, o.Name)
	entry := binary.BigEndian.AppendUint32(id[:], uint32(len(text)))
	_, err = s.writer.Write(append(entry, text...))
	return err
}

// find calls found for the objects of wanted digests. Nothing can be
// put in any more.
func (s *spool) find(wanted func(digest) bool, found func(*snapshot.Object)) error {
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
		if !wanted(digest(head[:len(digest{})])) {
			if _, err := io.CopyN(io.Discard, r, length); err != nil {
				return err
			}
			continue
		}
		var o snapshot.Object
		if err := json.NewDecoder(io.LimitReader(r, length)).Decode(&o); err != nil {
			return err
		}
		found(&o)
	}
}
