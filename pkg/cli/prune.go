package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// pruneFlags are the flags of prune as the user gave them.
type pruneFlags struct {
	config        *connectFlags
	choose        selectFlags
	judge         judgeFlags
	allow         []string
	allNamespaces bool
	dryRun        string
	yes           bool
	interactive   bool
	maxDelete     string
	backupDir     string
	plan          string
	planMaxAge    age
	wait          bool
	timeout       time.Duration
	output        string
}

// Ways to run without deleting.
const (
	dryNone   = "none"
	dryClient = "client"
	dryServer = "server"
)

const (
	defaultPlanMaxAge = 24 * time.Hour
	defaultTimeout    = 5 * time.Minute
)

func newPruneCommand(config *connectFlags, streams genericiooptions.IOStreams) *cobra.Command {
	f := &pruneFlags{config: config, planMaxAge: age(defaultPlanMaxAge)}
	cmd := &cobra.Command{
		Use:   "prune [RELEASE... | KIND/NAME...]",
		Short: "Delete orphaned hook objects (asks first)",
		Long: strings.TrimSpace(`
Delete hook objects that nothing will ever delete, and that nobody is seen to need.

First it shows what it would delete, and what it leaves alone and why, and asks. Then it looks at
the cluster again, release by release, and deletes what of that is still an orphan, in exactly the
version that it judged. What is unknown is left alone. Guards leave orphans alone, too; some can be
lifted by name (--allow), and helm.sh/resource-policy: keep never is.

By default only Jobs, Pods, ServiceAccounts, RBAC, ConfigMaps and Secrets are looked at, which are
the kinds that can be deleted without lifting a guard for their kind. Claims, volumes, StatefulSets,
namespaces and resource definitions are deleted only if they are named one by one as KIND/NAME.

Exit codes: 0 done, 1 something failed, 3 something in scope could not be judged, 4 stopped by
--max-delete, 130 interrupted.`),
		Example: strings.Trim(`
  # Look only
  kubectl helmhooks prune -n shop --dry-run=client
  kubectl helmhooks prune -A --dry-run=server

  # What one release has left; one object
  kubectl helmhooks prune blog -n shop
  kubectl helmhooks prune job/blog-warm -n shop

  # Also Jobs that never finished; a claim, which has to be named
  kubectl helmhooks prune -n shop --allow=running
  kubectl helmhooks prune pvc/blog-data -n shop --allow=holds-data,supporting,not-recreated

  # Unattended, with a way back, and not more than a tenth of all hook objects
  kubectl helmhooks prune -A --yes --backup-dir=/backup --max-delete=10%

  # Review in between
  kubectl helmhooks prune -A --dry-run=client -o yaml > plan.yaml
  kubectl helmhooks prune --plan plan.yaml --yes
`, "\n"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := notEmpty(cmd, "phase", "policy", "kind", "status", "verdict", "reason", "allow"); err != nil {
				return err
			}
			o, err := f.options(cmd, args, streams)
			if err != nil {
				return err
			}
			return o.run(cmd.Context())
		},
	}
	f.addFlags(cmd)
	cmd.ValidArgsFunction = completeTargets(config, &f.allNamespaces)
	return cmd
}

func (f *pruneFlags) addFlags(cmd *cobra.Command) {
	f.addJobFlags(cmd)
	flags := cmd.Flags()
	flags.BoolVarP(&f.interactive, "interactive", "i", false, "Ask for each object: yes, no, all, quit")
	flags.StringVar(&f.plan, "plan", "", "Delete what this `FILE` plans, as far as it still is an orphan; - is standard input")
	flags.Var(&f.planMaxAge, "plan-max-age", "Refuse a plan that is older than this")
	flags.StringVarP(&f.output, "output", "o", "", "Output format. One of: ("+strings.Join(pruneFormats(), ", ")+")")
	mustComplete(cmd.RegisterFlagCompletionFunc("output", completeWords(pruneFormats())))
}

// addJobFlags adds those flags that say what to do also where nobody looks on.
func (f *pruneFlags) addJobFlags(cmd *cobra.Command) {
	f.choose.addFlags(cmd, f.config)
	for _, name := range []string{"verdict", "orphans"} {
		cmd.Flags().Lookup(name).Hidden = true // only orphans are ever deleted
	}
	f.judge.addFlags(cmd)
	flags := cmd.Flags()
	flags.BoolVarP(&f.allNamespaces, "all-namespaces", "A", false, "Prune in all namespaces")
	flags.StringSliceVar(&f.allow, "allow", nil, "Lift these guards: "+strings.Join(words(liftable()), ", "))
	flags.StringVar(&f.dryRun, "dry-run", dryNone, "none, client (delete nothing) or server (have the server try, and delete nothing)")
	flags.BoolVarP(&f.yes, "yes", "y", false, "Do not ask")
	flags.StringVar(&f.maxDelete, "max-delete", "", "Delete nothing if there is more to delete than this: `N`, or N% of the hook objects judged")
	flags.StringVar(&f.backupDir, "backup-dir", "", "Save each object in this `DIR` before it is deleted, and the logs of Jobs and Pods")
	flags.BoolVar(&f.wait, "wait", true, "Wait until what was deleted is gone")
	flags.DurationVar(&f.timeout, "timeout", defaultTimeout, "Give up after this long, without the time to answer; 0 is never")
	mustComplete(
		cmd.RegisterFlagCompletionFunc("allow", completeList(fixed(words(liftable())))),
		cmd.RegisterFlagCompletionFunc("dry-run", completeWords([]string{dryNone, dryClient, dryServer})),
	)
	flags.Lookup("dry-run").NoOptDefVal = dryClient
}

func pruneFormats() []string {
	return []string{"table", formatName, formatJSON, formatYAML, formatLines}
}

// liftable are the guards that --allow takes.
func liftable() []verdict.Guard {
	return slices.DeleteFunc(verdict.Guards(), func(g verdict.Guard) bool { return !g.Liftable() })
}

// allowed are the guards to lift.
func (f *pruneFlags) allowed() ([]verdict.Guard, error) {
	var guards []verdict.Guard
	for _, value := range f.allow {
		g, ok := oneOf(value, verdict.Guards())
		switch {
		case g == verdict.GuardTooYoung:
			return nil, fmt.Errorf("--allow %q is not how to lift that guard: --min-age is", value)
		case ok && !g.Liftable():
			return nil, fmt.Errorf("--allow %q: nobody can lift this guard", value)
		case !ok:
			return nil, choice{"--allow", "a guard that can be lifted", words(liftable())}.wrong(value)
		}
		if !slices.Contains(guards, g) {
			guards = append(guards, g)
		}
	}
	return guards, nil
}

// check refuses flags that do not go together.
func (f *pruneFlags) check(cmd *cobra.Command, args []string) error {
	forPrograms := f.output != "" && f.output != "table"
	switch {
	case !slices.Contains([]string{dryNone, dryClient, dryServer}, f.dryRun):
		return choice{"--dry-run", "a way to run", []string{dryNone, dryClient, dryServer}}.wrong(f.dryRun)
	case f.output != "" && !slices.Contains(pruneFormats(), f.output):
		return choice{"--output", "a format", pruneFormats()}.wrong(f.output)
	case f.allNamespaces && cmd.Flags().Changed("namespace"):
		return errors.New("--all-namespaces and --namespace exclude each other")
	case cmd.Flags().Changed("namespace") && *f.config.Namespace == "":
		return errors.New("--namespace is empty")
	case f.timeout < 0:
		return fmt.Errorf("--timeout %s is negative", f.timeout)
	case f.interactive && f.yes:
		return errors.New("--interactive asks and --yes does not: they exclude each other")
	case f.interactive && f.dryRun != dryNone:
		return errors.New("--interactive has nothing to ask with --dry-run")
	case forPrograms && f.dryRun == dryNone && !f.yes:
		return fmt.Errorf("--output %s is for programs, and cannot ask: add --yes or --dry-run=client", f.output)
	case f.backupDir == "" && cmd.Flags().Changed("backup-dir"):
		return errors.New("--backup-dir is empty")
	case f.plan == "" && cmd.Flags().Changed("plan"):
		return errors.New("--plan is empty")
	case f.plan == "":
		return nil
	}
	if len(args) > 0 {
		return fmt.Errorf("--plan says what to delete: leave out %s", strings.Join(args, " "))
	}
	for _, name := range []string{
		"allow", "min-age", "stale-after", "all-namespaces", "namespace", "phase", "policy", "kind", "status", "verdict",
		"reason", "orphans", "selector", "older-than", "newer-than",
	} {
		if cmd.Flags().Changed(name) {
			return fmt.Errorf("--plan says what to delete and how to judge it: leave out --%s", name)
		}
	}
	return nil
}
