package cluster

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/live"
)

// acceptMetadata asks for the metadata of a list's objects. Servers that cannot leave out
// the rest, as some that are not made with Kubernetes' own library, send all of it.
const acceptMetadata = protobuf + metadataOnly + ",application/json" + metadataOnly + ",application/json"

const metadataOnly = ";as=" + metadataKind + ";g=meta.k8s.io;v=v1"

// metadataKind is what comes then.
const metadataKind = "PartialObjectMetadataList"

// metadataItem is one object of a list of metadata. It is overwritten by the next.
type metadataItem struct {
	live.Traits
	message []byte                        // PartialObjectMetadata
	json    *metav1.PartialObjectMetadata // instead, where the server knows no protobuf
}

// whole is all of the object's metadata.
func (o *metadataItem) whole() (*metav1.PartialObjectMetadata, error) {
	return o.read(wholeMetadata)
}

// unmanaged is all of the object's metadata, as unmanagedMetadata reads it.
func (o *metadataItem) unmanaged() (*metav1.PartialObjectMetadata, error) {
	return o.read(unmanagedMetadata)
}

func (o *metadataItem) read(from func(message []byte) (*metav1.ObjectMeta, error)) (*metav1.PartialObjectMetadata, error) {
	if o.json != nil {
		return o.json, nil
	}
	m, err := from(o.message)
	return &metav1.PartialObjectMetadata{ObjectMeta: *m}, err
}

// metadataList reads lists of metadata.
type metadataList struct {
	wire
	traits traitsReader
	item   metadataItem
}

// read shows each object as it arrives, and returns the list's own metadata. Binary tells
// that it came as protobuf, and not as JSON, which is held as a whole.
func (l *metadataList) read(answer io.Reader, each func(*metadataItem) error) (head metav1.ListMeta, binary bool, err error) {
	binary, err = l.begin(answer)
	defer l.end()
	if err != nil {
		return head, binary, err
	}
	if !binary {
		head, err = l.readJSON(each)
		return head, false, err
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
			l.item.message, l.item.json = object, nil
			if err := l.traits.object(object, &l.item.Traits); err != nil {
				return err
			}
			return each(&l.item)
		},
	})
	return head, true, err
}

func (l *metadataList) readJSON(each func(*metadataItem) error) (metav1.ListMeta, error) {
	var list metav1.PartialObjectMetadataList
	if err := json.NewDecoder(l.in).Decode(&list); err != nil {
		return list.ListMeta, fmt.Errorf("the server's answer is neither protobuf nor JSON: %w", err)
	}
	if err := mustList(list.Kind, list.Items != nil); err != nil {
		return list.ListMeta, err
	}
	for i := range list.Items {
		if err := each(newMetadataItem(&list.Items[i])); err != nil {
			return list.ListMeta, err
		}
	}
	return list.ListMeta, nil
}

// newMetadataItem is an object of which the metadata is there already.
func newMetadataItem(m *metav1.PartialObjectMetadata) *metadataItem {
	return &metadataItem{Traits: live.TraitsOf(&m.ObjectMeta), json: m}
}

// mustList refuses JSON that is no list: who took an error, or what something between here
// and the server says of itself, for a list would find nothing in it.
func mustList(kind string, items bool) error {
	if kind == "" || !items && !strings.HasSuffix(kind, "List") {
		return fmt.Errorf("the server was asked for a list, and answered with a %.100q", kind)
	}
	return nil
}

// without is a message but for the fields of one number.
func without(message []byte, number protowire.Number) ([]byte, error) {
	var rest []byte
	for len(message) > 0 {
		n, _, size := protowire.ConsumeField(message)
		if size < 0 {
			return nil, errBroken
		}
		if n != number {
			rest = append(rest, message[:size]...)
		}
		message = message[size:]
	}
	return rest, nil
}
