package cluster

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/live"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/uses"
)

// manyNamespaces is how many namespaces make one list of all cheaper than one for
// each.
const manyNamespaces = 10

// ReadUsers reads who uses some of the hook objects: all objects, in full and page by
// page, of the kinds that can use them, where those can be.
func (g *Gathering) ReadUsers(ctx context.Context, of []snapshot.ObjectRef) error {
	// All hook objects are told apart among the users, since they may go together.
	u := &userReading{g: g, graph: uses.NewGraph(of, live.Refs(g.snap.Objects))}
	if err := u.read(ctx, g.userKinds(of)); err != nil {
		return err
	}
	// Only now it is known in which namespaces the subjects of bindings are.
	accounts := &userKind{reader: uses.Reader{Kind: "ServiceAccount"}, namespaces: make(map[string]bool)}
	for _, ns := range u.graph.SubjectNamespaces() {
		accounts.namespaces[ns] = true
	}
	if err := u.read(ctx, g.served([]*userKind{accounts})); err != nil {
		return err
	}
	for _, o := range u.graph.Cut() {
		u.gap(g.kindOf(&o), o.Namespace, o.Name+" names more others than is kept")
	}
	g.snap.Uses = uses.Merge(g.snap.Uses, u.graph.Uses())
	g.snap.Gaps = append(g.snap.Gaps, u.gaps...)
	asked := make(map[snapshot.ObjectRef]bool, len(of))
	for _, o := range of {
		asked[o] = true
	}
	for i := range g.snap.Objects {
		o := &g.snap.Objects[i]
		o.UsersRead = o.UsersRead || asked[o.Ref()]
	}
	return nil
}

// userKind is a kind of users to read, and where.
type userKind struct {
	reader uses.Reader
	kind   snapshot.Kind
	// namespaces are those of the objects that are used.
	namespaces map[string]bool
}

// userKinds are the kinds that can use the objects, as far as the server has them.
func (g *Gathering) userKinds(of []snapshot.ObjectRef) []*userKind {
	type key struct{ group, kind string }
	wanted := make(map[key]*userKind)
	for i := range of {
		o := &of[i]
		binding := o.Kind == "RoleBinding" || o.Kind == "ClusterRoleBinding"
		for _, r := range uses.Readers(snapshot.Group(o.APIVersion), o.Kind) {
			if !r.Matters(o, o.Namespace) || binding && r.Kind == "ServiceAccount" {
				continue
			}
			k := key{r.Group, r.Kind}
			if wanted[k] == nil {
				wanted[k] = &userKind{reader: r, namespaces: make(map[string]bool)}
			}
			wanted[k].reader.Everywhere = wanted[k].reader.Everywhere || r.Everywhere
			if o.Namespace != "" {
				wanted[k].namespaces[o.Namespace] = true
			}
		}
	}
	all := slices.SortedFunc(maps.Values(wanted), func(a, b *userKind) int {
		return strings.Compare(a.reader.Group+"/"+a.reader.Kind, b.reader.Group+"/"+b.reader.Kind)
	})
	return g.served(all)
}

// served leaves those kinds that the server has. Of those that it does not have
// there are no objects.
func (g *Gathering) served(all []*userKind) []*userKind {
	return slices.DeleteFunc(all, func(u *userKind) bool {
		ref := snapshot.ObjectRef{APIVersion: u.reader.Group + "/", Kind: u.reader.Kind}
		k := g.kindOf(&ref)
		if k != nil {
			u.kind = *k
		}
		return k == nil
	})
}

// kindOf finds an object's kind, of the very group if there are several.
func (g *Gathering) kindOf(o *snapshot.ObjectRef) *snapshot.Kind {
	group := snapshot.Group(o.APIVersion)
	var found *snapshot.Kind
	for i := range g.snap.Kinds {
		k := &g.snap.Kinds[i]
		if k.Kind == o.Kind && (k.Group == group || found == nil && snapshot.SameGroup(k.Kind, k.Group, group)) {
			found = k
		}
	}
	return found
}

// userReading is a reading of users under way, by many at once.
type userReading struct {
	g     *Gathering
	mu    sync.Mutex
	graph *uses.Graph
	gaps  []snapshot.Gap
}

// userList is one list to read. If it is refused, those of single namespaces are.
type userList struct {
	*userKind
	namespace string
	instead   []string
}

func (u *userReading) read(ctx context.Context, kinds []*userKind) error {
	var todo []userList
	for _, k := range kinds {
		lists, err := u.lists(ctx, k)
		if err != nil {
			return err
		}
		todo = append(todo, lists...)
	}
	count := u.g.query.counter("lists of users", len(todo))
	eg, gctx := errgroup.WithContext(ctx)
	eg.SetLimit(u.g.client.options.Concurrency)
	for _, l := range todo {
		eg.Go(func() error {
			defer count()
			return u.list(gctx, l)
		})
	}
	err := eg.Wait()
	slices.SortFunc(u.gaps, func(a, b snapshot.Gap) int {
		return strings.Compare(a.What+" "+a.Namespace, b.What+" "+b.Namespace)
	})
	return err
}

// lists are those in which users of a kind can be, as far as they may be read.
func (u *userReading) lists(ctx context.Context, k *userKind) ([]userList, error) {
	c, everywhere := u.g.client, u.g.everywhere
	namespaces := slices.Sorted(maps.Keys(k.namespaces))
	wide := !k.kind.Namespaced || k.reader.Everywhere
	if everywhere.mayList(k.kind) && (wide || len(namespaces) > manyNamespaces) {
		if !k.kind.Namespaced {
			namespaces = nil
		}
		return []userList{{k, "", namespaces}}, nil
	}
	if wide {
		r, err := c.reachOf(ctx, everywhere, "", []snapshot.Kind{k.kind})
		if err != nil {
			return nil, err
		}
		allowed, refused := r.places(k.kind)
		why, _ := r.why()
		for _, ns := range refused {
			u.gap(&k.kind, ns, why, slices.DeleteFunc(slices.Clone(namespaces), func(n string) bool {
				return ns != "" || !k.kind.Namespaced || !c.rightsIn(ctx, n).mayList(k.kind)
			})...)
		}
		if len(refused) != 1 || refused[0] != "" || !k.kind.Namespaced {
			namespaces = allowed
		} // else nobody knows which namespaces there are, but some that matter most
	}
	var all []userList
	for _, ns := range namespaces {
		if everywhere.mayList(k.kind) || c.rightsIn(ctx, ns).mayList(k.kind) {
			all = append(all, userList{k, ns, nil})
		} else if !wide {
			u.gap(&k.kind, ns, forbidden)
		}
	}
	return all, nil
}

// list reads one list. What cannot be read becomes a gap.
func (u *userReading) list(ctx context.Context, l userList) error {
	err := u.each(ctx, l)
	switch {
	case err == nil || fatal(ctx, err):
		return err
	case !apierrors.IsForbidden(err) || len(l.instead) == 0:
		u.gap(&l.kind, l.namespace, reason(err))
		return nil
	case l.reader.Everywhere: // users in these namespaces are better than none
		u.gap(&l.kind, l.namespace, reason(err), l.instead...)
	}
	for _, ns := range l.instead {
		if err := u.list(ctx, userList{l.userKind, ns, nil}); err != nil {
			return err
		}
	}
	return nil
}

func (u *userReading) each(ctx context.Context, l userList) error {
	if l.reader.MetadataOnly {
		again := func() {} // who comes twice is counted once
		return u.g.client.eachMetadata(ctx, metadataOf{kind: &l.kind, namespace: l.namespace}, again, func(o *metadataItem) error {
			m, err := o.unmanaged()
			if err == nil {
				u.add(live.Named(l.kind, m))
			}
			return err
		})
	}
	return u.g.client.eachObject(ctx, l.kind, l.namespace, u.add)
}

func (u *userReading) add(object map[string]any) {
	facts := uses.Read(object, "")
	u.mu.Lock()
	defer u.mu.Unlock()
	u.graph.Add(facts)
}

// gap notes that it is not known what objects of a kind use. Where nothing at all may
// be read that is known already, and is not to be told kind by kind. Besides are the
// namespaces that are read all the same.
func (u *userReading) gap(k *snapshot.Kind, namespace, why string, besides ...string) {
	blind := slices.ContainsFunc(u.g.snap.Gaps, func(g snapshot.Gap) bool { return g.Everything && g.Namespace == namespace })
	if k == nil || blind {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	gap := live.UsersGap(*k, namespace, why)
	if len(besides) > 0 {
		gap.Besides = besides
	}
	u.gaps = append(u.gaps, gap)
}
