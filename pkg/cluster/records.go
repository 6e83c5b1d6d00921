package cluster

import (
	"context"
	"slices"

	"golang.org/x/sync/errgroup"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/live"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// storage is a kind of object that Helm keeps records in.
type storage struct {
	driver        snapshot.Driver
	kind          snapshot.Kind
	fieldSelector string
}

func storages() []storage {
	return []storage{
		{snapshot.Secrets, snapshot.Kind{Version: "v1", Resource: "secrets", Kind: "Secret", Namespaced: true}, "type=" + release.SecretType},
		{snapshot.ConfigMaps, snapshot.Kind{Version: "v1", Resource: "configmaps", Kind: "ConfigMap", Namespaced: true}, ""},
	}
}

// records reads the metadata of all records in a namespace, or in all.
func (c *Client) records(ctx context.Context, namespace string) ([]snapshot.Record, []snapshot.Gap, error) {
	stores := storages()
	records := make([][]snapshot.Record, len(stores))
	gaps := make([]*snapshot.Gap, len(stores))
	g, ctx := errgroup.WithContext(ctx)
	for i, st := range stores {
		g.Go(func() error {
			err := c.recordsOf(ctx, st, namespace, &records[i])
			if err == nil || fatal(ctx, err) {
				return err
			}
			gaps[i] = &snapshot.Gap{What: st.kind.Name(), Namespace: namespace, Why: reason(err)}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, nil, err
	}
	return slices.Concat(records...), present(gaps), nil
}

func (c *Client) recordsOf(ctx context.Context, st storage, namespace string, out *[]snapshot.Record) error {
	resource := c.resource(st.kind, namespace)
	page := func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) { return resource.List(ctx, o) }
	reset := func() { *out = nil }
	options := metav1.ListOptions{LabelSelector: release.OwnerSelector, FieldSelector: st.fieldSelector}
	return c.eachItem(ctx, page, options, reset, func(o runtime.Object) error {
		m, ok := o.(*metav1.PartialObjectMetadata)
		if !ok {
			return nil
		}
		if r, ok := live.Record(st.driver, m); ok {
			*out = append(*out, r)
		}
		return nil
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
