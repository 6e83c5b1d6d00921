package cluster

import (
	"context"
	"fmt"
	"hash/maphash"
	"slices"

	"golang.org/x/sync/errgroup"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/metadata"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/live"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// listed is what a listing of one kind leaves behind.
type listed struct {
	hooks []snapshot.Object
	// others are hashes of the objects without a hook annotation, sorted, so that
	// a declared hook which lost it (a List's child never has it) can be found
	// without asking for each.
	others []uint64
	gap    *snapshot.Gap
}

// listAll lists the metadata of every kind, in parallel, one slot a kind.
func (c *Client) listAll(ctx context.Context, kinds []snapshot.Kind, namespace string, seed maphash.Seed) ([]listed, error) {
	slots := make([]listed, len(kinds))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(c.options.Concurrency)
	for i, k := range kinds {
		g.Go(func() error {
			err := c.list(ctx, k, namespace, seed, &slots[i])
			if err == nil || fatal(ctx, err) {
				return err
			}
			gap := snapshot.Gap{What: k.Name(), Why: reason(err), Kind: &k}
			if k.Namespaced {
				gap.Namespace = namespace
			}
			slots[i].gap = &gap
			return nil
		})
	}
	return slots, g.Wait()
}

// list reads one kind page by page and keeps only hook objects.
func (c *Client) list(ctx context.Context, k snapshot.Kind, namespace string, seed maphash.Seed, out *listed) error {
	resource := c.resource(k, namespace)
	page := func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) { return resource.List(ctx, o) }
	reset := func() { *out = listed{} }
	err := c.eachItem(ctx, page, metav1.ListOptions{}, reset, func(o runtime.Object) error {
		m, ok := o.(*metav1.PartialObjectMetadata)
		if !ok {
			return fmt.Errorf("%s: the server answered with %T", k.Name(), o)
		}
		if _, isHook := m.Annotations[hook.Annotation]; isHook {
			out.hooks = append(out.hooks, live.Object(k, m))
		} else {
			out.others = append(out.others, hash(seed, m.Namespace, m.Name))
		}
		return nil
	})
	slices.Sort(out.others)
	return err
}

func (c *Client) resource(k snapshot.Kind, namespace string) metadata.ResourceInterface {
	r := c.metadata.Resource(resourceOf(k))
	if k.Namespaced && namespace != "" {
		return r.Namespace(namespace)
	}
	return r
}

func hash(seed maphash.Seed, namespace, name string) uint64 {
	return maphash.String(seed, namespace+"/"+name)
}

// has tells whether an object without a hook annotation was listed; in one of
// 2^64 cases it errs, and the look-up that follows finds nothing.
func (l *listed) has(seed maphash.Seed, namespace, name string) bool {
	_, found := slices.BinarySearch(l.others, hash(seed, namespace, name))
	return found
}
