package cluster

import (
	"context"
	"errors"
	"slices"

	"golang.org/x/sync/errgroup"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/live"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

const (
	// fewRuns is how many Jobs or Pods of a namespace are read one by one. Releases have few
	// in other namespaces, and these may hold very many of others.
	fewRuns = 20
	// maxRunPlaces is in how many namespaces they are looked for. Records are written by
	// many, and no chart has hooks in so many namespaces.
	maxRunPlaces = 200
)

var (
	errNoRight    = errors.New(forbidden)
	errManyPlaces = errors.New("in more namespaces than are looked through")
)

// ReadRuns reads what there is of Jobs and Pods in namespaces that were not listed.
func (g *Gathering) ReadRuns(ctx context.Context, runs []snapshot.DeclaredRun) error {
	known := make([]snapshot.KnownRun, len(runs))
	for i, d := range runs {
		known[i].DeclaredRun = d
	}
	eg, egCtx := errgroup.WithContext(ctx)
	eg.SetLimit(g.client.options.Concurrency)
	for i, group := range runPlaces(known) {
		eg.Go(func() error {
			err := errManyPlaces
			if i < maxRunPlaces {
				err = g.readRunsIn(egCtx, group)
			}
			if err != nil && fatal(egCtx, err) {
				return err
			}
			if err != nil {
				hideRuns(group, err)
			}
			return nil
		})
	}
	if err := eg.Wait(); err != nil {
		return err
	}
	var last *snapshot.Gap // those of one place may share it
	for i := range known {
		if gap := known[i].Gap; gap != nil && gap != last {
			g.snap.Gaps = append(g.snap.Gaps, *gap)
			last = gap
		}
	}
	g.snap.Runs = append(g.snap.Runs, known...)
	return nil
}

// runPlaces are the runs of each kind and namespace, which stand together in order.
func runPlaces(known []snapshot.KnownRun) [][]snapshot.KnownRun {
	var groups [][]snapshot.KnownRun
	for rest := known; len(rest) > 0; {
		n := slices.IndexFunc(rest, func(k snapshot.KnownRun) bool {
			return k.Kind != rest[0].Kind || k.Namespace != rest[0].Namespace
		})
		if n < 0 {
			n = len(rest)
		}
		groups, rest = append(groups, rest[:n]), rest[n:]
	}
	return groups
}

// hideRuns notes why nobody knows whether Jobs or Pods of a place have finished. It is no gap
// of the kind: others may be read.
func hideRuns(group []snapshot.KnownRun, err error) {
	kind, what, verb := runKind(group[0].DeclaredRun), group[0].Name, "get"
	if len(group) > 1 {
		what = "that releases of other namespaces declare"
	}
	if byList(group) {
		verb = "list"
	}
	gap := &snapshot.Gap{
		What: kind.Name() + " " + what, Namespace: group[0].Namespace, Why: reason(err),
		Right: &snapshot.Right{Verb: verb, Group: kind.Group, Resource: kind.Resource},
	}
	switch {
	case errors.Is(err, errNoRight), errors.Is(err, errManyPlaces):
		gap.Why = err.Error()
	default:
		gap.Unreached = !apierrors.IsForbidden(err)
	}
	for i := range group {
		group[i].Objects, group[i].Gap = nil, gap
	}
}

func runKind(d snapshot.DeclaredRun) snapshot.Kind {
	k := snapshot.Kind{Group: d.Group(), Version: "v1", Resource: "pods", Kind: d.Kind, Namespaced: true}
	if d.Kind == "Job" {
		k.Resource = "jobs"
	}
	return k
}

// byList tells whether the runs of a place are listed: those whose names the server gave
// nobody can ask for.
func byList(group []snapshot.KnownRun) bool {
	return len(group) > fewRuns || slices.ContainsFunc(group, func(k snapshot.KnownRun) bool { return k.Generated })
}

// readRunsIn reads the Jobs or Pods of one namespace. Rights come first: a refusal for each
// would be a request for each.
func (g *Gathering) readRunsIn(ctx context.Context, group []snapshot.KnownRun) error {
	kind := runKind(group[0].DeclaredRun)
	may := func(allowed func(rights) bool) bool {
		return g.everywhere.known && allowed(g.everywhere) || allowed(g.client.rightsIn(ctx, group[0].Namespace))
	}
	if byList(group) {
		if !may(func(r rights) bool { return r.mayList(kind) }) {
			return errNoRight
		}
		return g.listRunsIn(ctx, group, kind)
	}
	for i := range group {
		if !may(func(r rights) bool { return r.mayGet(kind, group[i].Name) }) {
			return errNoRight
		}
		if err := g.getRun(ctx, &group[i], kind); err != nil {
			return err
		}
	}
	return nil
}

// getRun reads a Job or Pod by its name, which tells its state as well.
func (g *Gathering) getRun(ctx context.Context, k *snapshot.KnownRun, kind snapshot.Kind) error {
	r := g.client.runners()[k.Kind]
	full := r.object()
	err := r.client.Get().Namespace(k.Namespace).Resource(r.resource).Name(k.Name).Do(ctx).Into(full)
	switch {
	case apierrors.IsNotFound(err):
		return nil
	case err != nil:
		return err
	}
	o := live.Object(kind, meta.AsPartialObjectMetadata(full))
	run := r.run(full)
	o.Run = &run
	k.Objects = []snapshot.Object{o}
	return nil
}

// listRunsIn finds them in a list. What bears no annotation, as a List's children, is in
// there without its name, and is read by that.
func (g *Gathering) listRunsIn(ctx context.Context, group []snapshot.KnownRun, kind snapshot.Kind) error {
	namespace := group[0].Namespace
	var found listed
	if err := g.client.listKind(ctx, &kind, namespace, g.seed, &found); err != nil {
		return err
	}
	slices.Sort(found.others)
	at := make(map[snapshot.DeclaredRun]*snapshot.KnownRun, len(group))
	for i := range group {
		at[group[i].DeclaredRun] = &group[i]
		if _, bare := slices.BinarySearch(found.others, hash(g.seed, namespace, group[i].Name)); bare && !group[i].Generated {
			if err := g.getRun(ctx, &group[i], kind); err != nil {
				return err
			}
		}
	}
	var wanted []*snapshot.Object
	for i := range found.hooks {
		o := &found.hooks[i]
		if slices.ContainsFunc(snapshot.RunsMeaning(o), func(d snapshot.DeclaredRun) bool { return at[d] != nil }) {
			wanted = append(wanted, o)
		}
	}
	if err := g.client.readRunsOf(ctx, g.client.runners()[kind.Kind], wanted, namespace, len(wanted)); err != nil {
		return err
	}
	for _, o := range wanted {
		for _, d := range snapshot.RunsMeaning(o) {
			if k := at[d]; k != nil {
				k.Objects = append(k.Objects, *o)
			}
		}
	}
	return nil
}
