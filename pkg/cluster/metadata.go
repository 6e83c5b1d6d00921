package cluster

import (
	"context"
	"io"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// mostMetadata is of how many objects the metadata may be asked for at once: each takes
// the server about a kilobyte.
const mostMetadata = 100_000

// metadataOf is a list of metadata to read: of a kind in a namespace, or in all.
type metadataOf struct {
	kind      *snapshot.Kind
	namespace string
	selector  string // by labels, if not empty
}

// eachMetadata shows every object of a list, as it arrives. When the list has to start anew,
// reset forgets what was shown.
func (c *Client) eachMetadata(ctx context.Context, l metadataOf, reset func(), item func(*metadataItem) error) error {
	return c.list(ctx, listOf{
		client: c.lists, path: at(*l.kind, l.namespace), accept: acceptMetadata, selector: l.selector, most: mostMetadata, reset: reset,
		read: func(answer io.Reader) (metav1.ListMeta, bool, error) {
			reader := c.metadataReader()
			defer c.metadataReaders.Put(reader)
			return reader.read(answer, item)
		},
	})
}

// metadataReader is one with buffers that nobody else uses.
func (c *Client) metadataReader() *metadataList {
	if reader, ok := c.metadataReaders.Get().(*metadataList); ok {
		return reader
	}
	return new(metadataList)
}
