package cluster

import (
	"context"
	"encoding/json"
	"slices"

	"golang.org/x/sync/errgroup"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/validate/content"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/live"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// ReadHelmReleases reads Flux's HelmReleases of those names, each once. What cannot
// be read stays without a release, and becomes a gap.
func (g *Gathering) ReadHelmReleases(ctx context.Context, names []snapshot.FluxName) error {
	var todo []snapshot.FluxName
	for _, n := range names {
		if g.snap.FluxRelease(n) == nil && !slices.Contains(todo, n) {
			todo = append(todo, n)
		}
	}
	found := make([]snapshot.HelmRelease, len(todo))
	gaps := make([]*snapshot.Gap, len(todo))
	eg, egCtx := errgroup.WithContext(ctx)
	eg.SetLimit(g.client.options.Concurrency)
	for i, n := range todo {
		eg.Go(func() error {
			found[i] = snapshot.HelmRelease{Namespace: n.Namespace, Name: n.Name}
			h, why, err := g.helmRelease(egCtx, n)
			switch {
			case err != nil:
				return err
			case why != "":
				gaps[i] = &snapshot.Gap{
					What: "Flux's HelmRelease " + n.Name, Namespace: n.Namespace, Why: why,
					Right: &snapshot.Right{Verb: "get", Group: live.FluxGroup, Resource: live.FluxResource},
				}
			default:
				found[i] = h
			}
			return nil
		})
	}
	if err := eg.Wait(); err != nil {
		return err
	}
	g.snap.HelmReleases = append(g.snap.HelmReleases, found...)
	g.snap.Gaps = append(g.snap.Gaps, present(gaps)...)
	return nil
}

// helmRelease reads one HelmRelease, or says why that is not possible. It is read
// as plain JSON: its types, or a client for any type, would link megabytes.
func (g *Gathering) helmRelease(ctx context.Context, n snapshot.FluxName) (h snapshot.HelmRelease, why string, err error) {
	if !isName(n.Namespace) || !isName(n.Name) {
		return h, "no object has such a name", nil
	}
	missing := snapshot.HelmRelease{Namespace: n.Namespace, Name: n.Name, Missing: true}
	kinds := g.snap.Kinds
	i := slices.IndexFunc(kinds, func(k snapshot.Kind) bool { return k.Group == live.FluxGroup && k.Kind == live.FluxKind })
	if i < 0 {
		if failed := g.discoveryFailed(live.FluxGroup); failed != "" {
			return h, failed, nil
		}
		return missing, "", nil
	}
	if !g.mayGet(ctx, kinds[i], n.Namespace, n.Name) {
		return h, forbidden, nil
	}
	raw, err := g.client.core.Get().
		AbsPath("/apis", kinds[i].APIVersion(), "namespaces", n.Namespace, kinds[i].Resource, n.Name).
		SetHeader("Accept", "application/json").
		Do(ctx).Raw()
	switch {
	case err == nil:
	case fatal(ctx, err):
		return h, "", err
	case apierrors.IsNotFound(err):
		return missing, "", nil
	default:
		return h, reason(err), nil
	}
	var object struct {
		Spec json.RawMessage `json:"spec"`
	}
	err = json.Unmarshal(raw, &object)
	if err == nil {
		h, err = live.HelmRelease(n, object.Spec)
	}
	if err != nil {
		return h, "not a HelmRelease as Flux makes them", nil //nolint:nilerr // it is said as a gap
	}
	return h, "", nil
}

// isName tells whether the text can stand for one name in a path. Labels may leave
// a name out, and a path without it is another path.
func isName(text string) bool { return text != "" && len(content.IsPathSegmentName(text)) == 0 }

// discoveryFailed says why it is not known which kinds a group has, if so.
func (g *Gathering) discoveryFailed(group string) string {
	for _, gap := range g.snap.Gaps {
		if gap.Group == group {
			return gap.Why
		}
	}
	return ""
}
