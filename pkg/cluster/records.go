package cluster

import (
	"context"
	"hash/maphash"
	"slices"

	"golang.org/x/sync/errgroup"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/live"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// storage is a kind of object that Helm keeps records in.
type storage struct {
	driver snapshot.Driver
	kind   snapshot.Kind
}

// storages are selected by label alone, as Helm does: a type is not asked for.
func storages() []storage {
	return []storage{
		{snapshot.Secrets, snapshot.Kind{Version: "v1", Resource: "secrets", Kind: "Secret", Namespaced: true}},
		{snapshot.ConfigMaps, snapshot.Kind{Version: "v1", Resource: "configmaps", Kind: "ConfigMap", Namespaced: true}},
	}
}

// recordList is one list of Helm's storage, and what it held.
type recordList struct {
	storage   storage
	namespace string
	records   []snapshot.Record
	texts     texts // of the records
	// others is what the list has that is no record.
	others listed
	gap    *snapshot.Gap
	broken bool // the server fails to answer that, and answers
}

// records reads the metadata of all records in a namespace, or in all, wherever
// that is allowed.
func (c *Client) records(ctx context.Context, everywhere rights, namespace string, seed maphash.Seed) ([]recordList, []snapshot.Gap, error) {
	stores := storages()
	kinds := make([]snapshot.Kind, 0, len(stores))
	for _, st := range stores {
		kinds = append(kinds, st.kind)
	}
	r, err := c.reachOf(ctx, everywhere, namespace, kinds)
	if err != nil {
		return nil, nil, err
	}
	var todo []recordList
	var gaps []snapshot.Gap
	for _, st := range stores {
		allowed, refused := r.places(st.kind)
		for _, ns := range allowed {
			todo = append(todo, recordList{storage: st, namespace: ns})
		}
		for _, ns := range refused {
			gap := st.gap(ns, "")
			gap.Why, gap.Unreached = r.why()
			gaps = append(gaps, *gap)
		}
	}
	if err := c.readLists(ctx, todo, seed); err != nil {
		return nil, nil, err
	}
	if todo, err = c.oneByOne(ctx, todo, seed); err != nil {
		return nil, nil, err
	}
	if err := c.tellBroken(ctx, todo, seed); err != nil {
		return nil, nil, err
	}
	for i := range todo {
		if todo[i].gap != nil {
			gaps = append(gaps, *todo[i].gap)
		}
	}
	return todo, gaps, nil
}

// readLists reads lists. What fails becomes a list's gap.
func (c *Client) readLists(ctx context.Context, lists []recordList, seed maphash.Seed) error {
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(c.options.Concurrency)
	for i := range lists {
		l := &lists[i]
		g.Go(func() error {
			err := c.recordsOf(gctx, l, seed)
			if err == nil || fatal(gctx, err) {
				return err
			}
			l.gap = l.storage.gap(l.namespace, reason(err))
			l.gap.Unreached, l.broken = !apierrors.IsForbidden(err), isBroken(err)
			return nil
		})
	}
	return g.Wait()
}

// gap says that the records of the storage are not known.
func (st storage) gap(namespace, why string) *snapshot.Gap {
	return &snapshot.Gap{What: "Helm's records in " + st.kind.Name(), Namespace: namespace, Why: why, Records: st.driver}
}

func (c *Client) recordsOf(ctx context.Context, l *recordList, seed maphash.Seed) error {
	reset := func() { l.records, l.texts, l.others = nil, texts{}, listed{} }
	kind := &l.storage.kind
	of := metadataOf{kind, l.namespace, release.OwnerSelector}
	return c.eachMetadata(ctx, of, reset, func(o *metadataItem) error { return l.see(kind, o, seed) })
}

// see takes in an object of the storage's kind, which has to stay where it is.
func (l *recordList) see(k *snapshot.Kind, o *metadataItem, seed maphash.Seed) error {
	if r, ok := live.Record(l.storage.driver, &o.Traits); ok {
		l.add(r)
	}
	return l.others.see(k, o, seed)
}

// add takes in a record. Those of one release come one after the other, and share its
// name: there may be a hundred thousand.
func (l *recordList) add(r snapshot.Record) {
	last := snapshot.ReleaseID{}
	if n := len(l.records); n > 0 {
		last = l.records[n-1].Release
	}
	switch {
	case last == r.Release:
		r.Release = last
	case last.Namespace == r.Release.Namespace:
		r.Release.Namespace, r.Release.Name = last.Namespace, l.texts.copy(r.Release.Name)
	default:
		r.Release.Namespace, r.Release.Name = l.texts.copy(r.Release.Namespace), l.texts.copy(r.Release.Name)
	}
	r.ResourceVersion = l.texts.copy(r.ResourceVersion)
	l.records = append(l.records, r)
}

// withoutRecords is the selector to list a kind without what recordsOf lists: where a
// release has ten revisions, most Secrets are records.
func withoutRecords(k *snapshot.Kind) string {
	stored := slices.ContainsFunc(storages(), func(st storage) bool { return st.kind.Name() == k.Name() })
	if !stored {
		return ""
	}
	return release.NotOwnerSelector
}

func present(gaps []*snapshot.Gap) []snapshot.Gap {
	var out []snapshot.Gap
	for _, g := range gaps {
		if g != nil {
			out = append(out, *g)
		}
	}
	return out
}
