package cluster

import (
	"context"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// reach is where the user may list what, as far as the server tells.
type reach struct {
	scope      string // the namespace asked for, or empty for all
	everywhere rights
	// namespaces are those to go through for what may not be listed everywhere: the
	// scope, or all that there are.
	namespaces []string
	in         map[string]rights
	// unlisted is why it is not known which namespaces there are, if not for lack of rights.
	unlisted error
}

// reachOf finds out where the kinds may be listed. It asks about single
// namespaces only when that can matter.
func (c *Client) reachOf(ctx context.Context, everywhere rights, scope string, kinds []snapshot.Kind) (*reach, error) {
	r := &reach{scope: scope, everywhere: everywhere, in: make(map[string]rights)}
	refused := slices.ContainsFunc(kinds, func(k snapshot.Kind) bool { return k.Namespaced && !everywhere.mayList(k) })
	if !refused {
		return r, nil
	}
	if scope != "" {
		r.namespaces = []string{scope}
	} else {
		r.namespaces, r.unlisted = c.namespaces(ctx, everywhere)
		if r.unlisted != nil && fatal(ctx, r.unlisted) {
			return nil, r.unlisted
		}
	}
	found := make([]rights, len(r.namespaces))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(c.options.Concurrency)
	for i, ns := range r.namespaces {
		g.Go(func() error {
			found[i] = c.rightsIn(ctx, ns)
			return ctx.Err()
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	for i, ns := range r.namespaces {
		r.in[ns] = found[i]
	}
	return r, nil
}

// why says why something is refused, and whether that is for want of an answer.
func (r *reach) why() (why string, unreached bool) {
	if r.unlisted != nil {
		return reason(r.unlisted), true
	}
	return forbidden, false
}

// namespaces lists all there are, or none if the user may not know.
func (c *Client) namespaces(ctx context.Context, everywhere rights) ([]string, error) {
	kind := namespaceKind()
	if !everywhere.mayList(kind) {
		return nil, nil
	}
	var names []string
	reset := func() { names = nil }
	err := c.eachMetadata(ctx, metadataOf{kind: &kind}, reset, func(o *metadataItem) error {
		names = append(names, strings.Clone(o.Name))
		return nil
	})
	switch {
	case err == nil:
		return names, nil
	case apierrors.IsForbidden(err):
		return nil, nil
	default: // some are no better than none: nobody would know of the others
		return nil, err
	}
}

// places are the namespaces in which a kind is to be listed, "" for all at once,
// and those in which that is refused.
func (r *reach) places(k snapshot.Kind) (allowed, refused []string) {
	whole := ""
	if k.Namespaced {
		whole = r.scope
	}
	switch {
	case r.everywhere.mayList(k):
		return []string{whole}, nil
	case !k.Namespaced || len(r.namespaces) == 0:
		return nil, []string{whole}
	}
	for _, ns := range r.namespaces {
		if r.in[ns].mayList(k) {
			allowed = append(allowed, ns)
		} else {
			refused = append(refused, ns)
		}
	}
	return allowed, refused
}

// refusals makes gaps of what is refused. A namespace in which nothing may be
// listed is named once.
func (r *reach) refusals(kinds []snapshot.Kind) []snapshot.Gap {
	perNamespace := make(map[string]int)
	namespaced := 0
	for _, k := range kinds {
		if !k.Namespaced {
			continue
		}
		namespaced++
		_, refused := r.places(k)
		for _, ns := range refused {
			perNamespace[ns]++
		}
	}
	var gaps []snapshot.Gap
	for _, ns := range r.namespaces {
		if perNamespace[ns] == namespaced {
			gaps = append(gaps, snapshot.Gap{What: "anything", Namespace: ns, Why: forbidden, Everything: true})
		}
	}
	why, unreached := r.why()
	for _, k := range kinds {
		_, refused := r.places(k)
		for _, ns := range refused {
			switch {
			case !k.Namespaced:
				gaps = append(gaps, snapshot.Gap{What: k.Name(), Why: forbidden, Kind: &k})
			case ns == "" || perNamespace[ns] < namespaced:
				gaps = append(gaps, snapshot.Gap{What: k.Name(), Namespace: ns, Why: why, Unreached: unreached, Kind: &k})
			}
		}
	}
	return gaps
}
