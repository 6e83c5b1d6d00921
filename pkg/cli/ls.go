package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/cluster"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/render"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// lsFlags are the flags of ls as the user gave them.
type lsFlags struct {
	config        *genericclioptions.ConfigFlags
	print         *printFlags
	allNamespaces bool
}

// lsOptions are what they mean.
type lsOptions struct {
	scope   verdict.Scope
	printer *printer
	gather  func(ctx context.Context, namespace string) (evidence, error)
	streams genericiooptions.IOStreams
}

func newLsCommand(config *genericclioptions.ConfigFlags, streams genericiooptions.IOStreams) *cobra.Command {
	f := &lsFlags{config: config, print: newPrintFlags()}
	cmd := &cobra.Command{
		Use:     "ls [RELEASE...]",
		Aliases: []string{"list", "get"},
		Short:   "List hook objects that are still in the cluster",
		Long: strings.TrimSpace(`
List the objects that Helm's hooks have left in the cluster, release by release, in the order
in which Helm executes them.

  RELEASE  whose hook it is; NAMESPACE/RELEASE where that is not the object's own namespace,
           and ? where nothing tells
  PHASE    when it runs: the first phase, and +N for N more
  POLICY   when Helm deletes it (helm.sh/hook-delete-policy): BHC before-hook-creation,
           HS hook-succeeded, HF hook-failed; none if there is no such annotation, which Helm
           takes as before-hook-creation; unknown if Helm does not know it, and so never does it
  STATUS   Pending, Running, Suspended, Succeeded or Failed for Jobs and Pods, Present for
           other kinds, Terminating for what is being deleted

The full words, and more columns, are in -o wide. Objects without a namespace are listed with
their release. On a terminal long names are shortened to fit; in -o wide and in pipes never.`),
		Example: strings.Trim(`
  # In the current namespace
  kubectl helmhooks ls

  # In all namespaces
  kubectl helmhooks ls -A

  # The hook objects of two releases
  kubectl helmhooks ls blog wiki -n shop

  # For programs, and for kubectl
  kubectl helmhooks ls -A -o json
  kubectl helmhooks ls -n shop -o name
`, "\n"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o, err := f.options(args, streams)
			if err != nil {
				return err
			}
			return o.run(cmd.Context())
		},
	}
	f.print.addFlags(cmd)
	cmd.Flags().BoolVarP(&f.allNamespaces, "all-namespaces", "A", false, "List the hook objects of all namespaces")
	return cmd
}

// options completes and validates the flags.
func (f *lsFlags) options(args []string, streams genericiooptions.IOStreams) (*lsOptions, error) {
	o := &lsOptions{scope: verdict.Scope{Releases: args}, streams: streams}
	for _, name := range args {
		if name == "" || strings.Contains(name, "/") {
			return nil, fmt.Errorf("%q is not the name of a release", name)
		}
	}
	var err error
	if o.printer, err = f.print.printer(); err != nil {
		return nil, err
	}
	if !f.allNamespaces {
		if o.scope.Namespace, _, err = f.config.ToRawKubeConfigLoader().Namespace(); err != nil {
			return nil, err
		}
	}
	o.gather = func(ctx context.Context, namespace string) (evidence, error) {
		client, err := connect(f.config)
		if err != nil {
			return nil, err
		}
		return client.Gather(ctx, namespace)
	}
	return o, nil
}

// connect makes a client from kubectl's flags.
func connect(config *genericclioptions.ConfigFlags) (*cluster.Client, error) {
	rest, err := config.ToRESTConfig()
	if err != nil {
		return nil, err
	}
	return cluster.New(rest, cluster.DefaultOptions())
}

func (o *lsOptions) run(ctx context.Context) error {
	e, err := o.gather(ctx, o.scope.Namespace)
	if err != nil {
		return err
	}
	findings, err := settle(ctx, e, verdict.Options{Releases: o.scope.Releases})
	if err != nil {
		return err
	}
	snap := e.Snapshot()
	if err := render.Gaps(o.streams.ErrOut, snap.Gaps); err != nil {
		return err
	}
	shown := o.scope.Select(findings)
	if unknown := o.scope.Unknown(snap, findings); len(unknown) > 0 {
		if err := o.print(shown, snap); err != nil {
			return err
		}
		return unknownReleases(unknown, o.scope.Namespace)
	}
	if len(shown) == 0 && o.printer.forPeople() {
		_, err := fmt.Fprintln(o.streams.ErrOut, nothingFound(o.scope.Namespace))
		return err
	}
	return o.print(shown, snap)
}

func (o *lsOptions) print(shown []verdict.Finding, snap *snapshot.Snapshot) error {
	if len(shown) == 0 && o.printer.forPeople() {
		return nil
	}
	return o.printer.print(o.streams.Out, shown, snap.Time)
}

func nothingFound(namespace string) string {
	if namespace == "" {
		return "No hook objects found."
	}
	return fmt.Sprintf("No hook objects found in %s namespace.", namespace)
}

func unknownReleases(names []string, namespace string) error {
	where := "in any namespace"
	if namespace != "" {
		where = fmt.Sprintf("in namespace %q; -n chooses another, -A looks in all", namespace)
	}
	return fmt.Errorf("no record and no hook object of release %s %s", strings.Join(quoteAll(names), ", "), where)
}

func quoteAll(names []string) []string {
	var quoted []string
	for _, n := range names {
		quoted = append(quoted, fmt.Sprintf("%q", n))
	}
	return quoted
}
