package cli

import (
	"errors"
	"fmt"
	"slices"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/prune"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// wrongKind explains that the cluster has no such kind. Nobody has to have asked for
// one: where its discovery fails a server says nothing of a group.
func (o *pruneOptions) wrongKind(err error) error {
	var unknown *snapshot.UnknownKindError
	if len(o.selection.kinds) > 0 || !errors.As(err, &unknown) {
		return wrongKind(err)
	}
	return fmt.Errorf("nothing deleted: the API server does not tell of %s (does kubectl api-resources?)", unknown.Name)
}

// named tells whether an object was named one by one.
func (o *pruneOptions) named(f *verdict.Finding, j *judged) bool {
	if o.plan != nil {
		return slices.ContainsFunc(o.plan.Items, func(i prune.Item) bool { return i.UID == f.Object.UID })
	}
	return slices.ContainsFunc(o.targets, func(t target) bool { return t.names(f.Object, j.kinds) })
}

// names tells whether the target is an object of one of the kinds.
func (t target) names(o *snapshot.Object, kinds []snapshot.Kind) bool {
	return o.Name == t.name && slices.ContainsFunc(kinds, func(k snapshot.Kind) bool {
		return k.Answers(t.kind) && k.Kind == o.Kind && k.Group == snapshot.Group(o.APIVersion)
	})
}

// chosen says which findings were asked for.
func (o *pruneOptions) chosen(j *judged) (func(*verdict.Finding) bool, error) {
	if o.plan != nil {
		uids := o.plan.UIDs()
		return func(f *verdict.Finding) bool { return uids[f.Object.UID] }, nil
	}
	filter, err := o.selection.resolved(j.snap)
	if err != nil {
		return nil, err
	}
	return func(f *verdict.Finding) bool {
		return o.scope.Includes(f) && filter.Includes(f) && (len(o.targets) == 0 || o.named(f, j))
	}, nil
}

// allFound complains about what was named and is not there.
func (o *pruneOptions) allFound(j *judged) error {
	if unknown := o.scope.Unknown(j.snap, j.findings); len(unknown) > 0 {
		return unknownReleases(unknown, o.scope.Namespace, j.snap.RecordsUnread())
	}
	for _, t := range o.targets {
		if !slices.ContainsFunc(j.findings, func(f verdict.Finding) bool { return t.names(f.Object, j.kinds) }) {
			where := "in any namespace"
			if o.scope.Namespace != "" {
				where = fmt.Sprintf("in namespace %q; -n chooses another", o.scope.Namespace)
			}
			return fmt.Errorf("no hook object %s/%s %s", t.kind, t.name, where)
		}
	}
	return nil
}
