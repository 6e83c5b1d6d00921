package cluster

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"google.golang.org/protobuf/encoding/protowire"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
)

// protobufMagic begins what API servers send as protobuf.
const protobufMagic = "k8s\x00"

// Field numbers of Kubernetes' messages. Secrets and ConfigMaps have the same.
const (
	unknownRaw     = 2 // runtime.Unknown
	listItems      = 2 // SecretList, ConfigMapList
	objectMetadata = 1
	objectData     = 2
	entryKey       = 1
	entryValue     = 2
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

// payloadOf is a stored object, and the value of release.DataKey in it.
type payloadOf struct {
	meta    metav1.ObjectMeta
	payload []byte
}

// storedList reads lists of Secrets or ConfigMaps, one object at a time: client-go would
// hold a list in three copies, and there are many megabytes of them.
type storedList struct {
	in     *bufio.Reader
	object []byte
}

// read shows each object of an answer as it arrives. What is shown is overwritten by the
// next.
func (l *storedList) read(answer io.Reader, secrets bool, each func(*payloadOf)) error {
	if l.in == nil {
		l.in = bufio.NewReaderSize(answer, readAhead)
	} else {
		l.in.Reset(answer)
	}
	defer l.in.Reset(nil)
	if head, err := l.in.Peek(len(protobufMagic)); err != nil || string(head) != protobufMagic {
		return readStoredJSON(l.in, secrets, each)
	}
	if _, err := l.in.Discard(len(protobufMagic)); err != nil {
		return err
	}
	whole := false
	err := l.message(-1, unknownRaw, func(size int64) error {
		whole = true
		return l.message(size, listItems, func(size int64) error { return l.item(size, each) })
	})
	if err == nil && !whole {
		return io.ErrUnexpectedEOF
	}
	return err
}

// message walks over a message of so many bytes, or to the end if that is negative, and
// shows the parts of one number, which have to be read.
func (l *storedList) message(size int64, want protowire.Number, part func(size int64) error) error {
	for size != 0 {
		if size < 0 {
			if _, err := l.in.Peek(1); errors.Is(err, io.EOF) {
				return nil
			}
		}
		tag, read, err := l.varint()
		if err != nil {
			return err
		}
		n, kind := protowire.DecodeTag(tag)
		var long int64 // what follows
		switch kind {
		case protowire.VarintType:
			_, more, err := l.varint()
			if err != nil {
				return err
			}
			read += more
		case protowire.BytesType:
			value, more, err := l.varint()
			if err != nil {
				return err
			}
			read += more
			long = int64(min(value, 1<<40))
		default:
			return errBroken // no message that is read here has others
		}
		if size > 0 {
			if size -= read + long; size < 0 {
				return errBroken
			}
		}
		if kind == protowire.BytesType && n == want {
			err = part(long)
		} else {
			_, err = io.CopyN(io.Discard, l.in, long)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// varint reads a number, and tells of how many bytes it was.
func (l *storedList) varint() (value uint64, size int64, err error) {
	value, err = binary.ReadUvarint(l.in)
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return value, int64(protowire.SizeVarint(value)), err
}

// item reads one object.
func (l *storedList) item(size int64, each func(*payloadOf)) error {
	if size > maxStored {
		return fmt.Errorf("an object of %d bytes is more than a server can store", size)
	}
	object := l.object
	if int64(cap(object)) < size {
		object = make([]byte, size)
	}
	object = object[:size]
	if size <= keptObject {
		l.object = object
	}
	if _, err := io.ReadFull(l.in, object); err != nil {
		return err
	}
	var p payloadOf
	if err := p.read(object); err != nil {
		return err
	}
	each(&p)
	return nil
}

// read reads a Secret or ConfigMap. The payload is a part of it.
func (p *payloadOf) read(object []byte) error {
	return fields(object, func(n protowire.Number, value []byte) error {
		switch n {
		case objectMetadata:
			return p.meta.Unmarshal(value)
		case objectData:
			var key string
			var data []byte
			err := fields(value, func(n protowire.Number, part []byte) error {
				switch n {
				case entryKey:
					key = string(part)
				case entryValue:
					data = part
				}
				return nil
			})
			if key == release.DataKey {
				p.payload = data
			}
			return err
		}
		return nil
	})
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

// readStoredJSON is for servers that know no protobuf. Data of Secrets are base64.
func readStoredJSON(answer io.Reader, secrets bool, each func(*payloadOf)) error {
	var list struct {
		Items []struct {
			Metadata metav1.ObjectMeta          `json:"metadata"`
			Data     map[string]json.RawMessage `json:"data"`
		} `json:"items"`
	}
	if err := json.NewDecoder(answer).Decode(&list); err != nil {
		return fmt.Errorf("the server's answer is neither protobuf nor JSON: %w", err)
	}
	for i := range list.Items {
		item := &list.Items[i]
		p := payloadOf{meta: item.Metadata}
		if raw, ok := item.Data[release.DataKey]; ok {
			var err error
			if secrets {
				err = json.Unmarshal(raw, &p.payload)
			} else {
				var text string
				err = json.Unmarshal(raw, &text)
				p.payload = []byte(text)
			}
			if err != nil {
				return errBroken
			}
		}
		each(&p)
	}
	return nil
}
