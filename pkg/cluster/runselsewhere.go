package cluster

import (
	"context"

	"golang.org/x/sync/errgroup"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/live"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// ReadRuns reads what there is of Jobs and Pods in namespaces that were not listed: one by
// one, since a release has few of them, and a namespace may hold very many of others.
func (g *Gathering) ReadRuns(ctx context.Context, runs []snapshot.DeclaredRun) error {
	known := make([]snapshot.KnownRun, len(runs))
	eg, egCtx := errgroup.WithContext(ctx)
	eg.SetLimit(g.client.options.Concurrency)
	for i, d := range runs {
		eg.Go(func() error {
			objects, err := g.readRun(egCtx, d)
			if err != nil && fatal(egCtx, err) {
				return err
			}
			known[i] = snapshot.KnownRun{DeclaredRun: d, Objects: objects}
			if err != nil {
				known[i].Gap = runGap(d, err)
			}
			return nil
		})
	}
	if err := eg.Wait(); err != nil {
		return err
	}
	for i := range known {
		if gap := known[i].Gap; gap != nil {
			g.snap.Gaps = append(g.snap.Gaps, *gap)
		}
	}
	g.snap.Runs = append(g.snap.Runs, known...)
	return nil
}

// runGap says that nobody knows whether a Job or Pod has finished. It is none of the kind:
// others may be read.
func runGap(d snapshot.DeclaredRun, err error) *snapshot.Gap {
	kind, verb := runKind(d), "get"
	if d.Generated {
		verb = "list"
	}
	return &snapshot.Gap{
		What: kind.Name() + " " + d.Name, Namespace: d.Namespace, Why: reason(err), Unreached: !apierrors.IsForbidden(err),
		Right: &snapshot.Right{Verb: verb, Group: kind.Group, Resource: kind.Resource},
	}
}

func runKind(d snapshot.DeclaredRun) snapshot.Kind {
	k := snapshot.Kind{Group: d.Group(), Version: "v1", Resource: "pods", Kind: d.Kind, Namespaced: true}
	if d.Kind == "Job" {
		k.Resource = "jobs"
	}
	return k
}

// readRun reads a Job or Pod by its name, which tells its state as well, or lists those
// whose names were generated.
func (g *Gathering) readRun(ctx context.Context, d snapshot.DeclaredRun) ([]snapshot.Object, error) {
	kind, r := runKind(d), g.client.runners()[d.Kind]
	if d.Generated {
		return g.generatedRuns(ctx, d, kind, r)
	}
	full := r.object()
	err := r.client.Get().Namespace(d.Namespace).Resource(r.resource).Name(d.Name).Do(ctx).Into(full)
	switch {
	case apierrors.IsNotFound(err):
		return nil, nil
	case err != nil:
		return nil, err
	}
	o := live.Object(kind, meta.AsPartialObjectMetadata(full))
	run := r.run(full)
	o.Run = &run
	return []snapshot.Object{o}, nil
}

func (g *Gathering) generatedRuns(ctx context.Context, d snapshot.DeclaredRun, kind snapshot.Kind, r runner) ([]snapshot.Object, error) {
	var found listed
	if err := g.client.listKind(ctx, &kind, d.Namespace, g.seed, &found); err != nil {
		return nil, err
	}
	var objects []snapshot.Object
	var wanted []*snapshot.Object
	for i := range found.hooks {
		if d.Means(&found.hooks[i]) {
			objects = append(objects, found.hooks[i])
		}
	}
	for i := range objects {
		wanted = append(wanted, &objects[i])
	}
	return objects, g.client.readRunsOf(ctx, r, wanted, d.Namespace, 0)
}
