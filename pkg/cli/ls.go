package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/cluster"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/render"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// lsFlags are the flags of ls as the user gave them.
type lsFlags struct {
	source        sourceFlags
	print         *printFlags
	choose        selectFlags
	judge         judgeFlags
	exitCode      bool
	allNamespaces bool
	declared      bool
	revision      int
}

// lsOptions are what they mean.
type lsOptions struct {
	scope     verdict.Scope
	selection *selection
	judge     verdict.Options
	exitCode  bool
	printer   *printer
	gather    func(ctx context.Context, step stepFunc) (evidence, error)
	streams   genericiooptions.IOStreams
}

func newLsCommand(config *connectFlags, streams genericiooptions.IOStreams) *cobra.Command {
	f := &lsFlags{source: sourceFlags{config: config}, print: newPrintFlags()}
	cmd := &cobra.Command{
		Use:     "ls [[NAMESPACE/]RELEASE...]",
		Aliases: []string{"list", "get"},
		Short:   "List hook objects that are still in the cluster",
		Long: strings.TrimSpace(`
List the objects that Helm's hooks have left in the cluster, release by release, in the order
in which Helm executes them, and whether anything will still delete them.

  RELEASE  whose hook it is; NAMESPACE/RELEASE where that is not the object's own namespace,
           and ? where nothing tells
  PHASE    when it runs: the first phase, and +N for N more
  POLICY   when Helm deletes it (helm.sh/hook-delete-policy): BHC before-hook-creation,
           HS hook-succeeded, HF hook-failed; none if there is no such annotation, which Helm
           takes as before-hook-creation; unknown if Helm does not know it, and so never does it
  REASON   why something will still delete it, or looks after it; !REASON if it is an orphan,
           which nothing will ever delete, ?REASON if what can be read does not tell

Filters narrow the list: values of one flag add up, several flags must all hold. With
--exit-code the command ends with 2 if it lists an orphan, and with 3 if something could not
be judged because it could not be read.

The full words, and more columns, are in -o wide: VERDICT; GUARDS, which would leave an orphan
alone; LEAKS, what outlives its release; BLOCKS, the hooks that will fail because it is there;
STATUS of Jobs and Pods. -o tree shows release, phase and hook in order, and --by counts.
Objects without a namespace are listed with their release. On a terminal long names are
shortened to fit; in -o wide and in pipes never. "why" tells all that is known of one object.`),
		Example: strings.Trim(`
  # In the current namespace
  kubectl helmhooks ls

  # In all namespaces
  kubectl helmhooks ls -A

  # The hook objects of two releases
  kubectl helmhooks ls blog wiki -n shop

  # What nothing will ever delete, and why
  kubectl helmhooks ls -A --orphans
  kubectl helmhooks ls -A --reason NoDeletePolicy,Dropped

  # Jobs that failed more than a day ago; and what has no delete policy
  kubectl helmhooks ls -A --kind job --status failed --older-than 1d
  kubectl helmhooks ls -A --policy none

  # All that a release declares, there or not, and what revision 1 did
  kubectl helmhooks ls blog -n shop --declared -o tree
  kubectl helmhooks ls shop/blog --revision 1

  # How many per release, and how many for which reason
  kubectl helmhooks ls -A --by release
  kubectl helmhooks ls -A --by reason

  # Without the cluster, from a snapshot or from what kubectl printed
  kubectl helmhooks snapshot cluster.json
  kubectl helmhooks ls -f cluster.json -n shop

  # For programs, and for kubectl
  kubectl helmhooks ls -A -o json
  kubectl helmhooks ls -n shop -o name
`, "\n"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := notEmpty(cmd, "filename", "phase", "policy", "kind", "status", "verdict", "reason"); err != nil {
				return err
			}
			o, err := f.options(args, streams)
			if err != nil {
				return err
			}
			return o.run(cmd.Context())
		},
	}
	f.source.addFlags(cmd)
	f.print.addFlags(cmd)
	f.choose.addFlags(cmd, config)
	f.judge.addFlags(cmd)
	cmd.Flags().BoolVar(&f.exitCode, "exit-code", false, "End with 2 if an orphan is listed, and with 3 if something could not be judged")
	cmd.Flags().BoolVarP(&f.allNamespaces, "all-namespaces", "A", false, "List the hook objects of all namespaces")
	cmd.Flags().BoolVar(&f.declared, "declared", false, "Also hooks that the current or deployed revision declares and that are not there")
	cmd.ValidArgsFunction = completeReleases(config, &f.allNamespaces)
	cmd.Flags().IntVar(&f.revision, "revision", 0, "Only what this revision of the releases declares, there or not")
	return cmd
}

// options completes and validates the flags.
func (f *lsFlags) options(args []string, streams genericiooptions.IOStreams) (*lsOptions, error) {
	o := &lsOptions{streams: streams}
	var err error
	if o.scope.Releases, err = releaseNames(args); err != nil {
		return nil, err
	}
	if o.selection, err = f.choose.selection(); err != nil {
		return nil, err
	}
	if o.printer, err = f.print.printer(); err != nil {
		return nil, err
	}
	if f.revision < 0 {
		return nil, fmt.Errorf("--revision %d is not a revision: they start at 1", f.revision)
	}
	if !f.allNamespaces {
		if o.scope.Namespace, err = f.namespace(o.scope.Releases); err != nil {
			return nil, err
		}
	}
	o.exitCode = f.exitCode
	o.judge = f.judge.options()
	o.judge.Namespace = o.scope.Namespace
	o.judge.Releases, o.judge.Declared, o.judge.Revision = o.scope.Releases, f.declared, f.revision
	o.gather = func(ctx context.Context, step stepFunc) (evidence, error) {
		e, err := f.source.gather(ctx, cluster.Query{
			Namespace: o.scope.Namespace, Kinds: o.selection.kinds, Elsewhere: o.elsewhere, Progress: step,
		}, streams)
		return e, wrongKind(err)
	}
	return o, nil
}

// stepFunc is told how many of what have been read.
type stepFunc = func(what string, done, total int)

// read gathers and judges, and shows progress meanwhile.
func (o *lsOptions) read(ctx context.Context) (evidence, []verdict.Finding, error) {
	p := newProgress(o.streams.ErrOut)
	defer p.end()
	e, err := o.gather(ctx, p.step)
	if err != nil {
		return nil, nil, err
	}
	findings, err := settle(ctx, e, o.judge)
	return e, findings, err
}

// elsewhere tells of which releases the declared objects are looked for outside the
// namespace that is read.
func (o *lsOptions) elsewhere(id snapshot.ReleaseID) bool {
	declared := o.judge.Declared || o.judge.Revision != 0
	return o.scope.Asks(id) || (declared && len(o.scope.Releases) == 0 && id.Namespace == o.scope.Namespace)
}

func (o *lsOptions) run(ctx context.Context) error {
	e, findings, err := o.read(ctx)
	if err != nil {
		return err
	}
	snap := e.Snapshot()
	if err := render.Gaps(o.streams.ErrOut, snap.Gaps); err != nil {
		return err
	}
	shown, err := o.selection.apply(o.scope.Select(findings), snap)
	if err != nil {
		return err
	}
	unknown := o.scope.Unknown(snap, findings)
	if len(shown) > 0 || !o.printer.forPeople() {
		if err := o.printer.print(o.streams.Out, shown, snap.Time); err != nil {
			return err
		}
	}
	if r := o.judge.Revision; r != 0 && len(unknown) == 0 && !o.scope.Retains(snap, r) {
		return fmt.Errorf("revision %d is not retained by any release that was asked for", r)
	}
	if len(unknown) > 0 {
		return unknownReleases(unknown, o.scope.Namespace, snap.RecordsUnread())
	}
	if err := o.close(shown, snap); err != nil {
		return err
	}
	if o.exitCode {
		return exitCodeOf(shown, snap)
	}
	return nil
}

// close tells people what the list comes to.
func (o *lsOptions) close(shown []verdict.Finding, snap *snapshot.Snapshot) error {
	if !o.printer.forPeople() || o.printer.by != "" {
		return nil
	}
	line := render.Summary(shown)
	if len(shown) == 0 {
		line = nothingFound(o.scope.Namespace, len(snap.Gaps) > 0)
	}
	_, err := fmt.Fprintln(o.streams.ErrOut, line)
	return err
}

// exitCodeOf is the exit code that what was listed asks for, or nil.
func exitCodeOf(shown []verdict.Finding, snap *snapshot.Snapshot) error {
	switch {
	case unjudged(shown, snap):
		return exitError(ExitIncomplete)
	case slices.ContainsFunc(shown, func(f verdict.Finding) bool { return f.Verdict == verdict.Orphan }):
		return exitError(ExitOrphans)
	default:
		return nil
	}
}

// inScope tells whether a gap may hide hook objects that were asked for. What was
// read only to judge others shows in their verdicts. Kinds without a namespace are
// in none.
func inScope(g *snapshot.Gap, namespace string) bool {
	switch {
	case g.Users, g.Witnesses, g.Manifest != nil:
		return false
	case namespace == "":
		return true
	case g.Kind != nil && !g.Kind.Namespaced:
		return false
	case g.Records != "", g.Record != nil:
		return g.Namespace == namespace
	default:
		return g.Namespace == "" || g.Namespace == namespace
	}
}

// unjudged tells whether hook objects may be hidden, or were not judged, because of
// what could not be read.
func unjudged(shown []verdict.Finding, snap *snapshot.Snapshot) bool {
	return slices.ContainsFunc(snap.Gaps, func(g snapshot.Gap) bool { return inScope(&g, snap.Namespace) }) ||
		slices.ContainsFunc(shown, func(f verdict.Finding) bool { return f.Reason == verdict.ReasonIncompleteEvidence })
}
