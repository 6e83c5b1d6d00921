package cluster

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"google.golang.org/protobuf/encoding/protowire"
)

// protobufMagic begins what API servers send as protobuf.
const protobufMagic = "k8s\x00"

// Field numbers of Kubernetes' messages: of runtime.Unknown, which is around them all, of
// its runtime.TypeMeta, and of lists.
const (
	unknownType = 1
	unknownRaw  = 2
	typeKind    = 2
	listMeta    = 1
	listItems   = 2
)

const (
	// maxStored is how large a stored object may be, in bytes. API servers take none of
	// more than some 3 MiB.
	maxStored = 8 << 20
	// keptObject is how large a buffer may be to be kept for the next object.
	keptObject = 256 << 10
	// readAhead is how much of an answer is read at once.
	readAhead = 32 << 10
)

var errBroken = errors.New("the server's answer is broken")

// wire reads lists as servers send them, one object at a time: client-go would hold a
// list in three copies, and there can be many megabytes of it.
type wire struct {
	in     *bufio.Reader
	object []byte
}

// begin takes an answer, and tells whether it is protobuf. If not, it is w.in.
func (w *wire) begin(answer io.Reader) (bool, error) {
	if w.in == nil {
		w.in = bufio.NewReaderSize(answer, readAhead)
	} else {
		w.in.Reset(answer)
	}
	if head, _ := w.in.Peek(len(protobufMagic)); string(head) != protobufMagic { // who reads on meets the error again
		return false, nil
	}
	_, err := w.in.Discard(len(protobufMagic))
	return true, err
}

// end lets go of the answer.
func (w *wire) end() { w.in.Reset(nil) }

// listParts are the parts of a list that are shown. What is shown is overwritten by the
// next.
type listParts struct {
	kind func(kind string) error
	meta func(message []byte) error
	item func(message []byte) error
}

// list reads a list to its end, after begin. One that ends early is an error.
func (w *wire) list(show listParts) error {
	whole, named := false, show.kind == nil
	err := w.message(-1, func(n protowire.Number, size int64) error {
		switch n {
		case unknownType:
			return w.show(size, func(message []byte) error {
				return fields(message, func(n protowire.Number, value []byte) error {
					if n == typeKind && show.kind != nil {
						named = true
						return show.kind(string(value))
					}
					return nil
				})
			})
		case unknownRaw:
			if !named { // as every API server does first
				return errBroken
			}
			whole = true
			return w.message(size, func(n protowire.Number, size int64) error {
				switch {
				case n == listItems:
					return w.show(size, show.item)
				case n == listMeta && show.meta != nil:
					return w.show(size, show.meta)
				}
				return w.skip(size)
			})
		}
		return w.skip(size)
	})
	if err == nil && !whole {
		return io.ErrUnexpectedEOF
	}
	return err
}

// message walks over a message of so many bytes, or to the end if that is negative, and
// shows those of its parts that are counted in bytes. They have to be read.
func (w *wire) message(size int64, part func(n protowire.Number, size int64) error) error {
	for size != 0 {
		if size < 0 {
			if _, err := w.in.Peek(1); errors.Is(err, io.EOF) {
				return nil
			}
		}
		n, long, read, err := w.field()
		if err != nil {
			return err
		}
		if size > 0 {
			if size -= read + max(long, 0); size < 0 {
				return errBroken
			}
		}
		if long < 0 {
			continue
		}
		if err := part(n, long); err != nil {
			return err
		}
	}
	return nil
}

// field reads the beginning of a field: its number, the bytes that follow, and how many
// were read. A number is read with it, and followed by -1.
func (w *wire) field() (n protowire.Number, long, read int64, err error) {
	tag, read, err := w.varint()
	if err != nil {
		return 0, 0, 0, err
	}
	n, kind := protowire.DecodeTag(tag)
	if kind != protowire.VarintType && kind != protowire.BytesType {
		return 0, 0, 0, errBroken // no message that is read here has others
	}
	value, more, err := w.varint()
	if kind == protowire.VarintType {
		return n, -1, read + more, err
	}
	return n, int64(min(value, 1<<40)), read + more, err
}

// varint reads a number, and tells of how many bytes it was.
func (w *wire) varint() (value uint64, size int64, err error) {
	value, err = binary.ReadUvarint(w.in)
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return value, int64(protowire.SizeVarint(value)), err
}

func (w *wire) skip(size int64) error {
	_, err := io.CopyN(io.Discard, w.in, size)
	return err
}

// show reads a part and shows it.
func (w *wire) show(size int64, to func([]byte) error) error {
	if size > maxStored {
		return fmt.Errorf("an object of %d bytes is more than a server can store", size)
	}
	object := w.object
	if int64(cap(object)) < size {
		object = make([]byte, size)
	}
	object = object[:size]
	if size <= keptObject {
		w.object = object
	}
	if _, err := io.ReadFull(w.in, object); err != nil {
		return err
	}
	return to(object)
}

// fields walks over a message. Only what is counted in bytes is shown: texts, bytes and
// messages.
func fields(message []byte, each func(n protowire.Number, value []byte) error) error {
	for len(message) > 0 {
		n, kind, size := protowire.ConsumeTag(message)
		if size < 0 {
			return errBroken
		}
		message = message[size:]
		if size = protowire.ConsumeFieldValue(n, kind, message); size < 0 {
			return errBroken
		}
		if kind == protowire.BytesType {
			value, _ := protowire.ConsumeBytes(message)
			if err := each(n, value); err != nil {
				return err
			}
		}
		message = message[size:]
	}
	return nil
}
