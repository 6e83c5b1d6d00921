package cluster

import (
	"context"
	"errors"
	"hash/maphash"
	"net/http"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// isBroken tells whether a server answered that it fails at what it was asked for, as it does
// for all lists that have a Secret which it cannot decrypt. What it says of its storage or of
// others that it asks, or of time, may be over soon.
func isBroken(err error) bool {
	var status apierrors.APIStatus
	if !errors.As(err, &status) || status.Status().Code != http.StatusInternalServerError || apierrors.IsServerTimeout(err) || apierrors.IsTimeout(err) {
		return false
	}
	passing := []string{"etcdserver:", "rpc error", "deadline exceeded", "timed out", "connection refused"}
	return !slices.ContainsFunc(passing, func(text string) bool { return strings.Contains(err.Error(), text) })
}

// oneByOne reads, of lists of all namespaces, those of each namespace instead: of what was
// refused, since where the server cannot tell rights nobody knew before, and of what it
// fails to list, since one object may spoil a list for all.
func (c *Client) oneByOne(ctx context.Context, lists []recordList, seed maphash.Seed) ([]recordList, error) {
	if err := c.again(ctx, lists, seed); err != nil {
		return nil, err
	}
	wanted := func(l recordList) bool {
		return l.namespace == "" && l.gap != nil && (!l.gap.Unreached || l.broken)
	}
	if !slices.ContainsFunc(lists, wanted) {
		return lists, nil
	}
	names, err := c.namespaces(ctx, rights{})
	if err != nil && fatal(ctx, err) {
		return nil, err
	}
	var all []recordList
	for _, l := range lists {
		if !wanted(l) || len(names) == 0 {
			if wanted(l) && err != nil {
				l.gap.Why, l.gap.Unreached = reason(err), true
			}
			all = append(all, l)
			continue
		}
		each, err := c.inEach(ctx, &l, names, seed)
		if err != nil {
			return nil, err
		}
		all = append(all, each...)
	}
	return all, nil
}

// inEach reads a list in each namespace. Where the server fails at all of the first ones,
// that will be so for the others.
func (c *Client) inEach(ctx context.Context, l *recordList, names []string, seed maphash.Seed) ([]recordList, error) {
	each := make([]recordList, 0, len(names))
	for _, ns := range names {
		each = append(each, recordList{storage: l.storage, namespace: ns})
	}
	first := each[:min(len(each), c.options.Concurrency)]
	if err := c.readLists(ctx, first, seed); err != nil {
		return nil, err
	}
	if l.broken && !slices.ContainsFunc(first, func(l recordList) bool { return l.gap == nil }) {
		return []recordList{*l}, nil
	}
	return each, c.readLists(ctx, each[len(first):], seed)
}

// again asks once more for what the server failed at.
func (c *Client) again(ctx context.Context, lists []recordList, seed maphash.Seed) error {
	for i := range lists {
		if !lists[i].broken {
			continue
		}
		lists[i] = recordList{storage: lists[i].storage, namespace: lists[i].namespace}
		if err := c.readLists(ctx, lists[i:i+1], seed); err != nil {
			return err
		}
	}
	return nil
}

// tellBroken tells of namespaces whose lists the server fails at, and at a second try still,
// that this will not pass by itself: it answers for most others.
func (c *Client) tellBroken(ctx context.Context, lists []recordList, seed maphash.Seed) error {
	answered, broken := make(map[snapshot.Driver]int), make(map[snapshot.Driver][]int)
	for i := range lists {
		switch l := &lists[i]; {
		case l.gap == nil:
			answered[l.storage.driver]++
		case l.broken && l.namespace != "":
			broken[l.storage.driver] = append(broken[l.storage.driver], i)
		}
	}
	for driver, spoilt := range broken {
		if len(spoilt) >= answered[driver] {
			continue
		}
		for _, i := range spoilt {
			if err := c.again(ctx, lists[i:i+1], seed); err != nil {
				return err
			}
			if lists[i].broken {
				lists[i].gap.Lasting = true
			}
		}
	}
	return nil
}
