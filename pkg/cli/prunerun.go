package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/cluster"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/prune"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/render"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

const (
	// deletesAtOnce is how many objects are deleted side by side.
	deletesAtOnce = 8
	// freshEvidence is how old evidence may be when it is acted on.
	freshEvidence = 30 * time.Second
)

// judged is what a judgement in scope found.
type judged struct {
	findings []verdict.Finding // in scope
	snap     *snapshot.Snapshot
	kinds    []snapshot.Kind // of the targets
}

func (o *pruneOptions) run(ctx context.Context) error {
	if o.format == formatLines {
		return o.runInLines(ctx)
	}
	return o.carryOut(ctx)
}

// carryOut plans, previews, asks, acts and reports.
func (o *pruneOptions) carryOut(ctx context.Context) error {
	first, plan, err := o.makePlan(ctx)
	if err != nil {
		return err
	}
	if err := o.previewGaps(first); err != nil {
		return err
	}
	if err := o.preview(plan); err != nil {
		return err
	}
	if n := len(first.findings); o.maxDelete.exceeded(len(plan.Items), n) {
		o.complain("nothing deleted: %d of %d hook objects are planned to go, and --max-delete is %s", len(plan.Items), n, o.maxDelete.text)
		return exitError(ExitTooMany)
	}
	if len(plan.Items) == 0 || o.dryRun == dryClient {
		return o.incomplete(first)
	}
	if o.dryRun == dryNone {
		if err := o.mayDelete(ctx, plan, first.snap); err != nil {
			return err
		}
		if plan, err = o.confirm(ctx, plan); err != nil || plan == nil {
			return err
		}
	}
	kinds := first.snap.Kinds
	*first = judged{snap: &snapshot.Snapshot{}} // judged anew from here on: two of it are not held at once
	report, err := o.act(ctx, plan, first, kinds)
	if report != nil {
		if err := o.report(report); err != nil {
			return err
		}
	}
	return o.outcome(ctx, report, first, err)
}

// makePlan judges, and plans what is prunable among what was chosen, or of a plan
// that was given.
func (o *pruneOptions) makePlan(ctx context.Context) (*judged, *prune.Plan, error) {
	ctx, cancel := o.limited(ctx)
	defer cancel()
	uid, err := o.clusterUID(ctx)
	if err != nil {
		return nil, nil, err
	}
	j, err := o.judgeNow(ctx, nil)
	if err != nil {
		return nil, nil, err
	}
	chosen, err := o.chosen(j)
	if err != nil {
		return nil, nil, err
	}
	if err := o.allFound(j); err != nil {
		return nil, nil, err
	}
	plan := prune.New(j.findings, chosen)
	plan.Cluster, plan.Context, plan.Time = uid, o.context, j.snap.Time
	plan.Judgement = prune.JudgementOf(o.scope.Namespace, &o.judge)
	if o.plan != nil {
		if err := o.plan.Fits(uid, j.snap.Time, o.planAge); err != nil {
			return nil, nil, fmt.Errorf("nothing deleted: %w", err)
		}
	}
	return j, plan, nil
}

// clusterUID tells the cluster from all others. Who has rights in one namespace only may
// not know it: it takes one to carry out a plan that was made elsewhere.
func (o *pruneOptions) clusterUID(ctx context.Context) (string, error) {
	uid, err := o.client.UID(ctx)
	switch {
	case err == nil:
		return uid, nil
	case o.plan != nil || !apierrors.IsForbidden(err):
		return "", fmt.Errorf("cannot tell which cluster this is by its namespace kube-system: %w", err)
	}
	if o.dryRun == dryClient && (o.format == formatJSON || o.format == formatYAML) {
		fmt.Fprintln(o.streams.ErrOut, "warning: nobody can carry out this plan with --plan: you may not get the namespace kube-system, which tells clusters apart")
	}
	return "", nil
}

// limited is a context that ends with --timeout.
func (o *pruneOptions) limited(ctx context.Context) (context.Context, context.CancelFunc) {
	if o.timeout == 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, o.timeout, fmt.Errorf("not done within --timeout %s", o.timeout))
}

// judgeNow gathers and judges. Planned, if set, are the only objects that are to go.
func (o *pruneOptions) judgeNow(ctx context.Context, planned map[string]bool) (*judged, error) {
	p := newProgress(o.streams.ErrOut)
	defer p.end()
	scope := o.scope.Namespace
	if o.evidence == everyNamespace {
		scope = ""
	}
	kinds := o.kinds()
	e, err := o.client.Gather(ctx, cluster.Query{Namespace: scope, Kinds: kinds, Progress: p.step})
	if err != nil {
		return nil, o.wrongKind(err)
	}
	j := &judged{snap: e.Snapshot()}
	if len(o.targets) > 0 {
		if j.kinds, err = snapshot.ResolveKinds(j.snap.Kinds, kinds); err != nil {
			return nil, o.wrongKind(err)
		}
		if o.evidence == "" && scope != "" && slices.ContainsFunc(j.kinds, func(k snapshot.Kind) bool { return !k.Namespaced }) {
			// An object without a namespace takes the evidence of all. What else is named
			// is in the one that was asked for all the same.
			o.evidence = everyNamespace
			return o.judgeNow(ctx, planned)
		}
	}
	options := o.judge
	options.Namespace = scope
	chosen, err := o.chosen(j)
	if err != nil {
		return nil, err
	}
	options.Named = func(f *verdict.Finding) bool { return o.named(f, j) }
	options.Planned = func(f *verdict.Finding) bool {
		return chosen(f) && (planned == nil || planned[f.Object.UID])
	}
	findings, err := settle(ctx, e, options)
	if err != nil {
		return nil, err
	}
	j.findings = slices.DeleteFunc(findings, func(f verdict.Finding) bool { return !o.includes(&f) })
	return j, nil
}

// act carries out a plan.
func (o *pruneOptions) act(ctx context.Context, plan *prune.Plan, last *judged, kinds []snapshot.Kind) (report *prune.Report, err error) {
	ctx, cancel := o.limited(ctx)
	defer cancel()
	p := newProgress(o.streams.ErrOut)
	p.verb = "deleting"
	defer p.end()
	hands := &hands{client: o.client, kinds: kinds, dry: o.dryRun == dryServer}
	actor := &prune.Actor{
		Judge: func(ctx context.Context, planned map[string]bool) ([]verdict.Finding, *snapshot.Snapshot, error) {
			j, err := o.judgeNow(ctx, planned)
			if err != nil {
				return nil, nil, err
			}
			*last = *j // what could not be read is told of the last judgement
			return j.findings, j.snap, nil
		},
		Deleter: hands, Dry: hands.dry, Wait: o.wait, Concurrency: deletesAtOnce, Fresh: freshEvidence, Now: time.Now,
		Progress: func(done, total int) { p.step("hook objects", done, total) },
	}
	if o.backupDir != "" && !hands.dry {
		backup, err := prune.NewBackup(o.backupDir, hands, time.Now)
		if err != nil {
			return nil, fmt.Errorf("nothing deleted: %w", err)
		}
		backup.Cluster = plan.Cluster
		actor.Saver = backup
		defer func() {
			err = errors.Join(err, backup.Close())
			if report != nil && backup.Saved() > 0 {
				report.Backup = backup.Dir
			}
		}()
	}
	return actor.Act(ctx, plan)
}

// incomplete is the exit code for what could not be judged, or nil.
func (o *pruneOptions) incomplete(j *judged) error {
	if !unjudged(j.findings, j.snap) {
		return nil
	}
	why := "the warnings say what could not be read"
	if rule := render.MissingRights(j.snap.Gaps); rule != "" {
		why = rule
	}
	o.complain("not all in scope could be judged: %s", why)
	return exitError(ExitIncomplete)
}

// outcome is the error that the report comes to: of several the gravest.
func (o *pruneOptions) outcome(ctx context.Context, r *prune.Report, first *judged, err error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err() // interrupted
	case err != nil:
		return err
	case r.Count(prune.Failed, prune.Held, prune.NotReached) > 0:
		return exitError(ExitFailed)
	default:
		return o.incomplete(first)
	}
}
