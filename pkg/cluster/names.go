package cluster

import (
	"context"
	"hash/maphash"
	"slices"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// ReleaseNames returns the releases that have records in a namespace, or in all,
// sorted. It is for completion: what cannot be read is left out.
func (c *Client) ReleaseNames(ctx context.Context, namespace string) ([]string, error) {
	lists, _, err := c.records(ctx, rights{}, namespace, maphash.MakeSeed())
	if err != nil {
		return nil, err
	}
	var names []string
	for i := range lists {
		for _, r := range lists[i].records {
			names = append(names, r.Release.Name)
		}
	}
	return sortedOnce(names), nil
}

// NamespaceNames returns all namespaces, sorted.
func (c *Client) NamespaceNames(ctx context.Context) ([]string, error) {
	names, err := c.namespaces(ctx, rights{})
	return sortedOnce(names), err
}

// KindNames returns the names of the kinds that a hook could be, as kubectl takes
// them: jobs, and jobs.example.com where a name alone is not enough.
func (c *Client) KindNames(ctx context.Context) ([]string, error) {
	kinds, _, err := c.kinds(ctx)
	if err != nil {
		return nil, err
	}
	count := make(map[string]int)
	for _, k := range kinds {
		count[k.Resource]++
	}
	names := make([]string, 0, len(kinds))
	for _, k := range kinds {
		if count[k.Resource] > 1 {
			names = append(names, k.Name())
		} else {
			names = append(names, k.Resource)
		}
	}
	return sortedOnce(names), nil
}

func sortedOnce(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}

// HookNames returns the hook objects that answer to a kind, as KIND/NAME with the
// kind as it was given, sorted.
func (c *Client) HookNames(ctx context.Context, namespace, kind string) ([]string, error) {
	kinds, _, err := c.kinds(ctx)
	if err != nil {
		return nil, err
	}
	wanted, err := snapshot.ResolveKinds(kinds, []string{kind})
	if err != nil {
		return nil, err
	}
	var names []string
	for i := range wanted {
		var found listed
		if err := c.listKind(ctx, &wanted[i], namespace, maphash.MakeSeed(), &found); err != nil {
			return nil, err
		}
		for _, o := range found.hooks {
			names = append(names, kind+"/"+o.Name)
		}
	}
	return sortedOnce(names), nil
}
