package cluster

import (
	"context"
	"errors"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// kinds returns every kind that a hook could be: what can be listed and created,
// in its preferred version. Groups whose discovery fails become gaps.
func (c *Client) kinds(ctx context.Context) ([]snapshot.Kind, []snapshot.Gap, error) {
	// Not from kubectl's cache on disk, which may be hours old: it would not know a
	// resource definition that a hook has made since. It is two requests.
	lists, err := c.discovery.ServerPreferredResourcesWithContext(ctx)
	gaps, err := discoveryGaps(err)
	if err != nil {
		return nil, nil, unreachable(err)
	}
	var kinds []snapshot.Kind
	for _, list := range lists {
		gv, err := schema.ParseGroupVersion(list.GroupVersion)
		if err != nil {
			gaps = append(gaps, snapshot.Gap{What: "API group " + list.GroupVersion, Why: err.Error()})
			continue
		}
		for _, r := range list.APIResources {
			if k, ok := candidate(gv, r); ok {
				kinds = append(kinds, k)
			}
		}
	}
	slices.SortFunc(kinds, func(a, b snapshot.Kind) int { return strings.Compare(a.Name(), b.Name()) })
	return kinds, gaps, nil
}

// candidate tells whether objects of the resource could be hooks. Kinds that
// nobody can create only mirror others (metrics, component statuses). Events
// are left out: they are many, nobody ships them, and they expire by themselves.
func candidate(gv schema.GroupVersion, r metav1.APIResource) (snapshot.Kind, bool) {
	k := snapshot.Kind{
		Group: gv.Group, Version: gv.Version, Resource: r.Name, Kind: r.Kind, Namespaced: r.Namespaced,
		Singular: r.SingularName, ShortNames: r.ShortNames,
	}
	if r.Group != "" {
		k.Group = r.Group
	}
	if r.Version != "" {
		k.Version = r.Version
	}
	usable := slices.Contains(r.Verbs, "list") && slices.Contains(r.Verbs, "create")
	event := r.Kind == "Event" && (k.Group == "" || k.Group == "events.k8s.io")
	return k, usable && !strings.Contains(r.Name, "/") && !event
}

// discoveryGaps splits a partial failure into gaps, and returns a total one.
func discoveryGaps(err error) ([]snapshot.Gap, error) {
	var partial *discovery.ErrGroupDiscoveryFailed
	if !errors.As(err, &partial) {
		return nil, err
	}
	var gaps []snapshot.Gap
	for gv, err := range partial.Groups {
		gaps = append(gaps, snapshot.Gap{What: "API group " + gv.String(), Group: gv.Group, Why: reason(err)})
	}
	slices.SortFunc(gaps, func(a, b snapshot.Gap) int { return strings.Compare(a.What, b.What) })
	return gaps, nil
}

func resourceOf(k snapshot.Kind) schema.GroupVersionResource {
	return schema.GroupVersionResource{Group: k.Group, Version: k.Version, Resource: k.Resource}
}

// Discover returns every kind that a hook could be, and the groups of which that is not
// known.
func (c *Client) Discover(ctx context.Context) ([]snapshot.Kind, []snapshot.Gap, error) {
	return c.kinds(ctx)
}

// Kinds returns every kind that a hook could be, as far as discovery tells.
func (c *Client) Kinds(ctx context.Context) ([]snapshot.Kind, error) {
	kinds, _, err := c.kinds(ctx)
	return kinds, err
}
