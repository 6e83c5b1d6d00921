package cluster

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
)

// acceptMetadata asks for the metadata of a list's objects. Servers that cannot leave out
// the rest, as some that are not made with Kubernetes' own library, send all of it.
const acceptMetadata = protobuf + metadataOnly + ",application/json" + metadataOnly + ",application/json"

const metadataOnly = ";as=" + metadataKind + ";g=meta.k8s.io;v=v1"

// metadataKind is what comes then.
const metadataKind = "PartialObjectMetadataList"

// Field numbers of PartialObjectMetadata and ObjectMeta.
const (
	partialMetadata   = 1
	metaLabels        = 11
	metaAnnotations   = 12
	metaManagedFields = 17
)

// metadataList reads lists of metadata.
type metadataList struct {
	wire
	meta []byte
}

// read shows the metadata of each object as it arrives, and returns the list's own. Binary
// tells that it came as protobuf, and not as JSON, which is held as a whole.
func (l *metadataList) read(answer io.Reader, each func(*metav1.PartialObjectMetadata)) (head metav1.ListMeta, binary bool, err error) {
	binary, err = l.begin(answer)
	defer l.end()
	if err != nil {
		return head, binary, err
	}
	if !binary {
		var list metav1.PartialObjectMetadataList
		if err := json.NewDecoder(l.in).Decode(&list); err != nil {
			return head, false, fmt.Errorf("the server's answer is neither protobuf nor JSON: %w", err)
		}
		if err := mustList(list.Kind, list.Items != nil); err != nil {
			return head, false, err
		}
		for i := range list.Items {
			each(&list.Items[i])
		}
		return list.ListMeta, false, nil
	}
	err = l.list(listParts{
		kind: func(kind string) error {
			if kind != metadataKind {
				return fmt.Errorf("the server was asked for metadata, and answered with a %.100q", kind)
			}
			return nil
		},
		meta: head.Unmarshal,
		item: func(object []byte) error {
			m := new(metav1.PartialObjectMetadata)
			err := fields(object, func(n protowire.Number, value []byte) error {
				if n != partialMetadata {
					return nil
				}
				return l.unmarshal(value, &m.ObjectMeta)
			})
			if err == nil {
				each(m)
			}
			return err
		},
	})
	return head, true, err
}

// mustList refuses JSON that is no list: who took an error, or what something between here
// and the server says of itself, for a list would find nothing in it.
func mustList(kind string, items bool) error {
	if kind == "" || !items && !strings.HasSuffix(kind, "List") {
		return fmt.Errorf("the server was asked for a list, and answered with a %.100q", kind)
	}
	return nil
}

// unmarshal reads an object's metadata. Who manages which of its fields is most of it,
// and left out unless it matters: of hooks, and of Helm's records.
func (l *metadataList) unmarshal(message []byte, m *metav1.ObjectMeta) error {
	matters := false
	err := fields(message, func(n protowire.Number, value []byte) (err error) {
		switch {
		case matters:
		case n == metaAnnotations:
			matters, err = entryIs(value, hook.Annotation, "")
		case n == metaLabels:
			matters, err = entryIs(value, release.LabelOwner, release.OwnerHelm)
		}
		return err
	})
	if err != nil {
		return err
	}
	if !matters {
		if l.meta, err = without(l.meta[:0], message, metaManagedFields); err != nil {
			return err
		}
		message = l.meta
	}
	return m.Unmarshal(message)
}

// entryIs tells whether an entry of a map has that key and, unless it is empty, that
// value.
func entryIs(entry []byte, key, value string) (bool, error) {
	var k, v []byte
	err := fields(entry, func(n protowire.Number, part []byte) error {
		switch n {
		case entryKey:
			k = part
		case entryValue:
			v = part
		}
		return nil
	})
	return string(k) == key && (value == "" || string(v) == value), err
}

// without appends a message to another, but for the fields of one number.
func without(to, message []byte, number protowire.Number) ([]byte, error) {
	for len(message) > 0 {
		n, _, size := protowire.ConsumeField(message)
		if size < 0 {
			return to, errBroken
		}
		if n != number {
			to = append(to, message[:size]...)
		}
		message = message[size:]
	}
	return to, nil
}
