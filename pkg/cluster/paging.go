package cluster

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/tools/pager"
)

// expiries is how often a list may start anew because the server forgot the
// state that its pages come from.
const expiries = 3

// eachItem pages through a list. When the list expires half-way it starts anew,
// after a call of reset, so that an object is neither missed nor counted twice.
func (c *Client) eachItem(ctx context.Context, page pager.ListPageFunc, o metav1.ListOptions,
	reset func(), item func(runtime.Object) error,
) error {
	pages := pager.New(page)
	pages.PageSize = c.options.ChunkSize
	pages.PageBufferSize = 0
	for try := 1; ; try++ {
		err := pages.EachListItem(ctx, o, item)
		if !apierrors.IsResourceExpired(err) || try > expiries {
			return err
		}
		if reset != nil {
			reset()
		}
	}
}

// eachMetadata pages through the metadata of a resource.
func (c *Client) eachMetadata(ctx context.Context, r metadata.ResourceInterface, o metav1.ListOptions,
	reset func(), item func(*metav1.PartialObjectMetadata),
) error {
	page := func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) { return r.List(ctx, o) }
	return c.eachItem(ctx, page, o, reset, func(o runtime.Object) error {
		m, ok := o.(*metav1.PartialObjectMetadata)
		if !ok {
			return fmt.Errorf("the server answered with %T", o)
		}
		item(m)
		return nil
	})
}
