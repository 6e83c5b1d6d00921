//go:build e2e

package check

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/opencontainers/go-digest"
	imagespec "github.com/opencontainers/image-spec/specs-go/v1"
)

// A layout is a directory with an OCI image in it.
type layout string

// An image is one platform's.
type image struct {
	manifest imagespec.Manifest
	config   imagespec.Image
}

// blob reads what the descriptor names, and holds it to its digest.
func (l layout) blob(t *testing.T, d imagespec.Descriptor) []byte {
	t.Helper()
	data := read(t, filepath.Join(string(l), "blobs", d.Digest.Algorithm().String(), d.Digest.Encoded()))
	if digest.FromBytes(data) != d.Digest || int64(len(data)) != d.Size {
		t.Fatalf("blob %s is not what it is named after", d.Digest)
	}
	return data
}

func (l layout) decode(t *testing.T, d imagespec.Descriptor, into any) {
	t.Helper()
	if err := json.Unmarshal(l.blob(t, d), into); err != nil {
		t.Fatal(err)
	}
}

// root is the one thing in the layout, which is an index of images.
func (l layout) root(t *testing.T) imagespec.Descriptor {
	t.Helper()
	var top imagespec.Index
	if err := json.Unmarshal(read(t, filepath.Join(string(l), "index.json")), &top); err != nil {
		t.Fatal(err)
	}
	if len(top.Manifests) != 1 || top.Manifests[0].MediaType != imagespec.MediaTypeImageIndex {
		t.Fatalf("the layout holds %+v, want one index", top.Manifests)
	}
	return top.Manifests[0]
}

// images returns the index and the images that it lists.
func (l layout) images(t *testing.T) (imagespec.Index, []image) {
	t.Helper()
	var index imagespec.Index
	l.decode(t, l.root(t), &index)
	var images []image
	for _, d := range index.Manifests {
		var i image
		l.decode(t, d, &i.manifest)
		l.decode(t, i.manifest.Config, &i.config)
		images = append(images, i)
	}
	return index, images
}
