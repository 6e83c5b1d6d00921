package cluster

import (
	"context"
	"hash/maphash"
	"slices"

	"golang.org/x/sync/errgroup"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
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
	gaps   []snapshot.Gap // of the lists that failed
}

// listing is one list to ask for.
type listing struct {
	kind      int // index of the kind
	namespace string
	result    listed
	gap       *snapshot.Gap // if it failed
}

// listAll lists the metadata of every kind wherever that is allowed, in parallel,
// one slot a list. It returns what each kind left behind, and false if not a
// single list could be read.
func (g *Gathering) listAll(ctx context.Context, r *reach) ([]listed, bool, error) {
	var todo []listing
	for i, k := range g.kinds {
		allowed, _ := r.places(k)
		for _, ns := range allowed {
			todo = append(todo, listing{kind: i, namespace: ns})
		}
	}
	count := g.query.counter("lists", len(todo))
	eg, gctx := errgroup.WithContext(ctx)
	eg.SetLimit(g.client.options.Concurrency)
	for i := range todo {
		l := &todo[i]
		eg.Go(func() error {
			defer count()
			k := g.kinds[l.kind]
			err := g.client.list(gctx, k, l.namespace, g.seed, &l.result)
			if err == nil || fatal(gctx, err) {
				return err
			}
			l.gap = &snapshot.Gap{What: k.Name(), Namespace: l.namespace, Why: reason(err), Kind: &k}
			return nil
		})
	}
	if err := eg.Wait(); err != nil {
		return nil, false, err
	}
	all, read := merge(todo, len(g.kinds))
	return all, read, nil
}

// merge joins the lists of each kind.
func merge(done []listing, kinds int) (all []listed, read bool) {
	all = make([]listed, kinds)
	for _, l := range done {
		k := &all[l.kind]
		k.hooks = append(k.hooks, l.result.hooks...)
		k.others = append(k.others, l.result.others...)
		if l.gap != nil {
			k.gaps = append(k.gaps, *l.gap)
		} else {
			read = true
		}
	}
	for i := range all {
		slices.Sort(all[i].others)
	}
	return all, read
}

// list reads one kind page by page and keeps only hook objects.
func (c *Client) list(ctx context.Context, k snapshot.Kind, namespace string, seed maphash.Seed, out *listed) error {
	reset := func() { *out = listed{} }
	return c.eachMetadata(ctx, c.resource(k, namespace), metav1.ListOptions{}, reset, func(m *metav1.PartialObjectMetadata) {
		if _, isHook := m.Annotations[hook.Annotation]; isHook {
			out.hooks = append(out.hooks, live.Object(k, m))
		} else {
			out.others = append(out.others, hash(seed, m.Namespace, m.Name))
		}
	})
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
