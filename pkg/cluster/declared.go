package cluster

import (
	"cmp"
	"context"

	"golang.org/x/sync/errgroup"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/live"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// target is a live object that a record declares and no list showed as a hook.
type target struct {
	kind            int // index in Gathering.kinds
	namespace, name string
}

// readDeclared reads the declared objects that live without a hook annotation.
func (g *Gathering) readDeclared(ctx context.Context, records []*snapshot.Record) error {
	targets := g.targets(records)
	found := make([]*snapshot.Object, len(targets))
	gaps := make([]*snapshot.Gap, len(targets))
	missing := make([]bool, len(targets))
	eg, egCtx := errgroup.WithContext(ctx)
	eg.SetLimit(g.client.options.Concurrency)
	for i, t := range targets {
		eg.Go(func() error {
			kind := g.kinds[t.kind]
			m, err := g.client.resource(kind, t.namespace).Get(egCtx, t.name, metav1.GetOptions{})
			switch {
			case err == nil:
				o := live.Object(kind, m)
				found[i] = &o
			case fatal(egCtx, err):
				return err
			case apierrors.IsNotFound(err):
				missing[i] = !g.snap.Listed(t.namespace)
			default:
				gaps[i] = &snapshot.Gap{
					What: kind.Name() + " " + t.name, Namespace: t.namespace, Why: reason(err), Kind: &kind,
					Right: &snapshot.Right{Verb: "get", Group: kind.Group, Resource: kind.Resource},
				}
			}
			return nil
		})
	}
	if err := eg.Wait(); err != nil {
		return err
	}
	var objects []snapshot.Object
	for _, o := range found {
		if o != nil {
			objects = append(objects, *o)
		}
	}
	for i, t := range targets {
		if k := g.kinds[t.kind]; missing[i] {
			g.snap.Missing = append(g.snap.Missing, snapshot.Missing{Group: k.Group, Kind: k.Kind, Namespace: t.namespace, Name: t.name})
		}
	}
	before := len(g.snap.Objects)
	g.add(objects)
	g.fillDependents()
	g.snap.Gaps = append(g.snap.Gaps, present(gaps)...)
	more, err := g.client.readRuns(ctx, g.snap.Objects[before:], "", nil)
	g.snap.Gaps = append(g.snap.Gaps, more...)
	return err
}

// targets are the declared objects worth a request: those that were listed
// without a hook annotation and, when one namespace is read, those that some
// releases have in others.
func (g *Gathering) targets(records []*snapshot.Record) []target {
	var targets []target
	asked := make(map[target]bool)
	for _, r := range records {
		if r.Body == nil {
			continue
		}
		elsewhere := g.query.Elsewhere != nil && g.query.Elsewhere(r.Release)
		for i := range r.Body.Hooks {
			for _, ref := range r.Body.Hooks[i].Objects {
				if t, ok := g.target(ref, r.Body.Namespace, elsewhere); ok && !asked[t] {
					asked[t] = true
					targets = append(targets, t)
				}
			}
		}
	}
	return targets
}

// target says whether the object of a declaration is worth a request. Elsewhere
// tells whether one outside the namespace that is being read is.
func (g *Gathering) target(ref release.Ref, releaseNamespace string, elsewhere bool) (target, bool) {
	if ref.Name == "" {
		return target{}, false // generateName: only a list can find it
	}
	for i, k := range g.kinds {
		if k.Kind != ref.Kind || !snapshot.SameGroup(k.Kind, k.Group, snapshot.Group(ref.APIVersion)) {
			continue
		}
		t := target{kind: i, name: ref.Name}
		if k.Namespaced {
			t.namespace = cmp.Or(ref.Namespace, releaseNamespace)
		}
		if scope := g.snap.Namespace; k.Namespaced && scope != "" && t.namespace != scope {
			return t, elsewhere // not listed
		}
		return t, g.listed[i].has(g.seed, t.namespace, t.name)
	}
	return target{}, false
}
