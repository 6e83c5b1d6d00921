package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/prune"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// wrongKind explains that the cluster has no such kind. Nobody has to have asked for
// one: where its discovery fails a server says nothing of a group.
func (o *pruneOptions) wrongKind(err error) error {
	if len(o.targets) > 0 {
		return wrongTarget(err)
	}
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

// includes tells whether a finding is in scope. An object without a namespace that
// was named is, whichever namespace was asked for.
func (o *pruneOptions) includes(f *verdict.Finding) bool {
	return o.scope.Includes(f) || (o.evidence == everyNamespace && f.Object.Namespace == "")
}

// oneOnly refuses a name that several objects have, in as many namespaces: who names
// an object means that one.
func (t target) oneOnly(j *judged) error {
	var found []string
	for i := range j.findings {
		if o := j.findings[i].Object; t.names(o, j.kinds) {
			found = append(found, fmt.Sprintf("%s -n %s", t, o.Namespace))
		}
	}
	if len(found) > 1 {
		return fmt.Errorf("nothing deleted: %s names %d objects; name one: %s", t, len(found), strings.Join(found[:2], ", "))
	}
	return nil
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
		return o.includes(f) && filter.Includes(f) && (len(o.targets) == 0 || o.named(f, j))
	}, nil
}

// allFound complains about what was named and is not there.
func (o *pruneOptions) allFound(j *judged) error {
	if unknown := o.scope.Unknown(j.snap, j.findings); len(unknown) > 0 {
		return unknownReleases(unknown, o.scope.Namespace, j.snap.RecordsUnread())
	}
	for _, t := range o.targets {
		if err := t.oneOnly(j); err != nil {
			return err
		}
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
