package cluster

import (
	"context"
	"hash/maphash"
	"slices"

	"golang.org/x/sync/errgroup"
	"k8s.io/client-go/metadata"

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
	signs  signs
	maps   sharedMaps
	gaps   []snapshot.Gap // of the lists that failed
}

// listing is one list to ask for.
type listing struct {
	kind      int // index of the kind
	namespace string
	result    listed
	gap       *snapshot.Gap // if it failed
}

// listings are the lists of the kinds that are allowed.
func listings(kinds []snapshot.Kind, r *reach) []listing {
	var todo []listing
	for i, k := range kinds {
		allowed, _ := r.places(k)
		for _, ns := range allowed {
			todo = append(todo, listing{kind: i, namespace: ns})
		}
	}
	return todo
}

// each asks for lists of the kinds in parallel, one slot a list. What fails becomes
// the list's gap.
func (g *Gathering) each(ctx context.Context, todo []listing, kinds []snapshot.Kind,
	list func(context.Context, *snapshot.Kind, *listing) error,
) error {
	count := g.query.counter("lists", len(todo))
	eg, gctx := errgroup.WithContext(ctx)
	eg.SetLimit(g.client.options.Concurrency)
	for i := range todo {
		l := &todo[i]
		eg.Go(func() error {
			defer count()
			k := &kinds[l.kind]
			err := list(gctx, k, l)
			if err == nil || fatal(gctx, err) {
				return err
			}
			l.gap = &snapshot.Gap{What: k.Name(), Namespace: l.namespace, Why: reason(err), Kind: k}
			return nil
		})
	}
	return eg.Wait()
}

// listAll lists the metadata of every kind wherever that is allowed. It returns
// what each kind left behind, and false if not a single list of those that are to
// be shown could be read.
func (g *Gathering) listAll(ctx context.Context, r *reach) ([]listed, bool, error) {
	todo := listings(g.kinds, r)
	err := g.each(ctx, todo, g.kinds, func(ctx context.Context, k *snapshot.Kind, l *listing) error {
		return g.client.listKind(ctx, k, l.namespace, g.seed, &l.result)
	})
	if err != nil {
		return nil, false, err
	}
	told := make([]signs, 0, len(todo))
	for i := range todo {
		told = append(told, todo[i].result.signs)
		todo[i].result.signs = signs{}
	}
	g.learn(told)
	read := slices.ContainsFunc(todo, func(l listing) bool { return l.kind < g.shown && l.gap == nil })
	return merge(todo, len(g.kinds)), read, nil
}

// merge joins the lists of each kind.
func merge(done []listing, kinds int) []listed {
	all := make([]listed, kinds)
	for _, l := range done {
		k := &all[l.kind]
		k.hooks = append(k.hooks, l.result.hooks...)
		if k.others == nil {
			k.others = l.result.others
		} else {
			k.others = append(k.others, l.result.others...)
		}
		if l.gap != nil {
			k.gaps = append(k.gaps, *l.gap)
		}
	}
	for i := range all {
		slices.Sort(all[i].others)
	}
	return all
}

// listKind reads one kind and keeps only hook objects and signs.
func (c *Client) listKind(ctx context.Context, k *snapshot.Kind, namespace string, seed maphash.Seed, out *listed) error {
	reset := func() { *out = listed{} }
	return c.eachMetadata(ctx, metadataOf{k, namespace, withoutRecords(k)}, reset, func(o *metadataItem) error {
		return out.see(k, o, seed)
	})
}

// see takes in an object. The kind has to stay where it is.
func (l *listed) see(k *snapshot.Kind, item *metadataItem, seed maphash.Seed) error {
	l.signs.see(k, &item.Traits, seed)
	if !item.Hook {
		l.others = append(l.others, hash(seed, item.Namespace, item.Name))
		return nil
	}
	m, err := item.whole()
	if err != nil {
		return err
	}
	o := live.Object(*k, m)
	l.maps.share(&o, seed, maxShared)
	if n := len(l.hooks); n > 0 {
		shareTexts(&o, &l.hooks[n-1])
	}
	l.hooks = append(l.hooks, o)
	return nil
}

func (c *Client) resource(k snapshot.Kind, namespace string) metadata.ResourceInterface {
	r := c.metadata.Resource(resourceOf(k))
	if k.Namespaced && namespace != "" {
		return r.Namespace(namespace)
	}
	return r
}

func hash(seed maphash.Seed, namespace, name string) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	_, _ = h.WriteString(namespace)
	_ = h.WriteByte('/')
	_, _ = h.WriteString(name)
	return h.Sum64()
}

// has tells whether an object without a hook annotation was listed; in one of
// 2^64 cases it errs, and the look-up that follows finds nothing.
func (l *listed) has(seed maphash.Seed, namespace, name string) bool {
	_, found := slices.BinarySearch(l.others, hash(seed, namespace, name))
	return found
}
