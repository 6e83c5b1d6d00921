package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/cronjob"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// cronjobFlags are the flags of cronjob as the user gave them: those of prune that say
// what to do, and its own.
type cronjobFlags struct {
	pruneFlags
	source                    sourceFlags
	schedule, timeZone        string
	name, namespace, image    string
	backupClaim, outputFormat string
	// jobs are those of prune that the job is given.
	jobs *pflag.FlagSet
}

const (
	defaultJobName      = "helmhooks"
	defaultJobNamespace = "helmhooks"
	defaultTimeZone     = "Etc/UTC"
	// defaultJobMaxDelete bounds what a run deletes that nobody looks at.
	defaultJobMaxDelete = "20"
	defaultBackupDir    = "/backup"
)

func newCronjobCommand(config *connectFlags, streams genericiooptions.IOStreams, build Build) *cobra.Command {
	f := &cronjobFlags{pruneFlags: pruneFlags{config: config}, source: sourceFlags{config: config}}
	cmd := &cobra.Command{
		Use:   "cronjob",
		Short: "Print a CronJob that runs prune, with the least RBAC that it needs",
		Long: strings.TrimSpace(`
Print a CronJob that runs prune with these flags, its ServiceAccount, and the rights that those
flags need and no others, ready for kubectl apply -f -.

The job only reports (--dry-run=client) unless there is --yes. Only then its role has delete, on
the kinds that these flags let go: in all namespaces with -A, else in one. Connection flags such as
--context say which cluster is asked for its kinds, and are not written into the job.

With -A the job lives in the namespace helmhooks, which is printed as well; else it lives in the
namespace that it looks at. Other namespaces (--job-namespace) have to exist.

Each run writes lines of JSON and a summary to its log. A run that fails, or that could not see
enough, fails its Job.`),
		Example: strings.Trim(`
  # Look at the manifests; apply them: a report each night
  kubectl helmhooks cronjob -A --schedule "17 3 * * *"
  kubectl helmhooks cronjob -A --schedule "17 3 * * *" | kubectl apply -f -

  # Delete, at most 50 objects a run, in local time
  kubectl helmhooks cronjob -A --schedule "17 3 * * *" --time-zone Europe/Rome --yes --max-delete=50

  # One namespace, finished Jobs only, saved on a claim before they go
  kubectl helmhooks cronjob -n shop --schedule "@daily" --kind job --yes --backup-claim backups
`, "\n"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o, err := f.options(cmd, args, build, streams)
			if err != nil {
				return err
			}
			return o.run(cmd.Context())
		},
	}
	f.addFlags(cmd)
	return cmd
}

func (f *cronjobFlags) addFlags(cmd *cobra.Command) {
	f.addJobFlags(cmd)
	flags := cmd.Flags()
	f.jobs = pflag.NewFlagSet("prune", pflag.ContinueOnError)
	flags.VisitAll(func(flag *pflag.Flag) { f.jobs.AddFlag(flag) })
	flags.Lookup("yes").Usage = "Delete; without it the job only reports"
	flags.Lookup("dry-run").Hidden = true // it reports unless there is --yes
	flags.Lookup("max-delete").Usage = "Delete nothing in a run with more to delete than this: `N`, or N% of the hook objects judged (default " + defaultJobMaxDelete + " with --yes)"
	flags.Lookup("backup-dir").Usage = "Save each object in this `DIR` on the volume of --backup-claim before it is deleted (default " + defaultBackupDir + ")"

	flags.StringVar(&f.schedule, "schedule", "", "When to run, in five fields as for cron, or such as @daily (required)")
	flags.StringVar(&f.timeZone, "time-zone", defaultTimeZone, "The time zone of the schedule, such as Europe/Rome")
	flags.StringVar(&f.name, "name", defaultJobName, "The name of the objects")
	flags.StringVar(&f.namespace, "job-namespace", "", "The `NAMESPACE` for the job, which has to exist (default "+defaultJobNamespace+", which is made, with -A, else the one that is looked at)")
	flags.StringVar(&f.image, "image", "", "The image to run (default: the one of this version)")
	flags.StringVar(&f.backupClaim, "backup-claim", "", "The PersistentVolumeClaim in the job's namespace that backups are saved on")
	flags.StringVarP(&f.outputFormat, "output", "o", formatYAML, "Output format. One of: (yaml, json)")
	f.source.addFlags(cmd)
	flags.Lookup("filename").Usage = "Take the cluster's kinds from what \"snapshot\" wrote to this `FILE` instead of asking the cluster"

	// Of prune, and of no use to a job: there to say so.
	flags.BoolP("interactive", "i", false, "")
	flags.String("plan", "", "")
	flags.String("plan-max-age", "", "")
	for _, name := range []string{"interactive", "plan", "plan-max-age"} {
		flags.Lookup(name).Hidden = true
	}
	mustComplete(cmd.RegisterFlagCompletionFunc("output", completeWords([]string{formatYAML, formatJSON})))
}

// cronjobOptions are what the flags of cronjob mean.
type cronjobOptions struct {
	cronjob.Options
	prune *pruneOptions
	// args are the job's, but for what only the cluster's kinds tell.
	args    []string
	format  string
	comment string
	// kinds asks which there are.
	kinds   func(ctx context.Context) ([]snapshot.Kind, []snapshot.Gap, error)
	warning string
	streams genericiooptions.IOStreams
}

// run prints the manifests.
func (o *cronjobOptions) run(ctx context.Context) error {
	kinds, gaps, err := o.kinds(ctx)
	if err != nil {
		return err
	}
	if o.warning != "" {
		fmt.Fprintln(o.streams.ErrOut, "warning: "+o.warning)
	}
	for _, g := range gaps {
		fmt.Fprintf(o.streams.ErrOut, "warning: the role lacks the kinds of %s (%s): run this again when the API server serves it\n", g.What, g.Why)
	}
	if err := o.grant(kinds); err != nil {
		return err
	}
	if o.format == formatJSON {
		return cronjob.JSON(o.streams.Out, cronjob.Documents(&o.Options))
	}
	return cronjob.YAML(o.streams.Out, o.comment, cronjob.Documents(&o.Options))
}
