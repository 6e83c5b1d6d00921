package cluster

import (
	"context"

	"golang.org/x/sync/errgroup"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

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

// records reads the metadata of all records in a namespace, or in all, wherever
// that is allowed.
func (c *Client) records(ctx context.Context, everywhere rights, namespace string) ([]snapshot.Record, []snapshot.Gap, error) {
	stores := storages()
	kinds := make([]snapshot.Kind, 0, len(stores))
	for _, st := range stores {
		kinds = append(kinds, st.kind)
	}
	r, err := c.reachOf(ctx, everywhere, namespace, kinds)
	if err != nil {
		return nil, nil, err
	}
	type reading struct {
		storage   storage
		namespace string
		records   []snapshot.Record
		gap       *snapshot.Gap
	}
	var todo []reading
	var gaps []snapshot.Gap
	for _, st := range stores {
		allowed, refused := r.places(st.kind)
		for _, ns := range allowed {
			todo = append(todo, reading{storage: st, namespace: ns})
		}
		for _, ns := range refused {
			gaps = append(gaps, *st.gap(ns, forbidden))
		}
	}
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(c.options.Concurrency)
	for i := range todo {
		d := &todo[i]
		g.Go(func() error {
			err := c.recordsOf(gctx, d.storage, d.namespace, &d.records)
			if err == nil || fatal(gctx, err) {
				return err
			}
			d.gap = d.storage.gap(d.namespace, reason(err))
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, nil, err
	}
	var records []snapshot.Record
	for _, d := range todo {
		records = append(records, d.records...)
		if d.gap != nil {
			gaps = append(gaps, *d.gap)
		}
	}
	return records, gaps, nil
}

// gap says that the records of the storage are not known.
func (st storage) gap(namespace, why string) *snapshot.Gap {
	return &snapshot.Gap{What: "Helm's records in " + st.kind.Name(), Namespace: namespace, Why: why, Records: st.driver}
}

func (c *Client) recordsOf(ctx context.Context, st storage, namespace string, out *[]snapshot.Record) error {
	options := metav1.ListOptions{LabelSelector: release.OwnerSelector}
	reset := func() { *out = nil }
	return c.eachMetadata(ctx, c.resource(st.kind, namespace), options, reset, func(m *metav1.PartialObjectMetadata) {
		if r, ok := live.Record(st.driver, m); ok {
			*out = append(*out, r)
		}
	})
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
