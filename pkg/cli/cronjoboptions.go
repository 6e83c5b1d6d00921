package cli

import (
	"context"
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // not every machine has the time zones that a cluster knows

	"github.com/robfig/cron/v3"
	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/cronjob"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/dump"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/render"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// options completes and validates the flags.
func (f *cronjobFlags) options(cmd *cobra.Command, args []string, build Build, streams genericiooptions.IOStreams) (*cronjobOptions, error) {
	if err := f.checkJob(cmd, args); err != nil {
		return nil, err
	}
	p, err := f.meaning(nil, streams)
	if err != nil {
		return nil, err
	}
	o := &cronjobOptions{prune: p, format: f.outputFormat, comment: f.comment(cmd, p.scope.Namespace), streams: streams}
	o.Options = cronjob.Options{
		Name: f.name, Namespace: f.namespace, Scope: p.scope.Namespace, Deletes: f.deletes(), Image: f.image,
		Schedule: f.schedule, TimeZone: f.timeZone, BackupClaim: f.backupClaim, Deadline: f.deadline(),
	}
	switch {
	case f.namespace == "" && f.allNamespaces:
		o.Namespace, o.MakeNamespace = defaultJobNamespace, true
	case f.namespace == "":
		o.Namespace = o.Scope
	}
	if o.BackupClaim != "" {
		o.BackupDir = f.backupDir
		if o.BackupDir == "" {
			o.BackupDir = defaultBackupDir
		}
	}
	if o.Image == "" {
		o.Image, o.warning = defaultImage(build.Version)
	}
	o.args = f.jobArgs(o)
	o.kinds, err = f.kindsOf(streams)
	return o, err
}

// kindsOf says where the cluster's kinds come from.
func (f *cronjobFlags) kindsOf(streams genericiooptions.IOStreams) (func(context.Context) ([]snapshot.Kind, []snapshot.Gap, error), error) {
	if f.source.fromFiles() {
		return func(ctx context.Context) ([]snapshot.Kind, []snapshot.Gap, error) {
			e, err := dump.Open(ctx, f.source.files, streams.In, dump.Options{})
			if err != nil {
				return nil, nil, err
			}
			if !e.IsSnapshot() || len(e.Snapshot().Kinds) == 0 {
				return nil, nil, errors.New("--filename does not say which kinds the cluster has: give what kubectl helmhooks snapshot wrote")
			}
			s := e.Snapshot()
			groups := slices.DeleteFunc(s.Gaps, func(g snapshot.Gap) bool { return g.Group == "" })
			return s.Kinds, groups, checkKinds(s.Kinds)
		}, nil
	}
	client, err := f.config.connect()
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) ([]snapshot.Kind, []snapshot.Gap, error) {
		ctx, cancel := context.WithTimeoutCause(ctx, f.timeout, fmt.Errorf("not done within --timeout %s", f.timeout))
		defer cancel()
		return client.Discover(ctx)
	}, nil
}

// checkKinds refuses what no API server has: the kinds go into roles as they are.
func checkKinds(kinds []snapshot.Kind) error {
	for _, k := range kinds {
		if k.Group != "" && len(validation.IsDNS1123Subdomain(k.Group)) > 0 || len(validation.IsDNS1035Label(k.Resource)) > 0 {
			return fmt.Errorf("--filename: %s is not a resource that a cluster can have", render.Clean(fmt.Sprintf("%q", k.Name())))
		}
	}
	return nil
}

// deletes tells whether the job deletes.
func (f *cronjobFlags) deletes() bool { return f.yes && f.dryRun == dryNone }

// maxJobTimeout is how long prune may take for each of its parts.
const maxJobTimeout = 24 * time.Hour

// around is the time that a run may take beside prune's own: for a node, for the image.
const around = 5 * time.Minute

// deadline is when the Job is ended from outside. Prune ends by itself before: its
// timeout holds once for looking, for asking about rights and for deleting.
func (f *cronjobFlags) deadline() time.Duration {
	if f.deletes() {
		return 3*f.timeout + around
	}
	return f.timeout + around
}

// checkJob refuses what is of no use to a job, or cannot be.
func (f *cronjobFlags) checkJob(cmd *cobra.Command, args []string) error {
	if err := notEmpty(cmd, "phase", "policy", "kind", "status", "verdict", "reason", "allow", "filename"); err != nil {
		return err
	}
	changed := cmd.Flags().Changed
	switch {
	case len(args) > 0:
		return fmt.Errorf("a job prunes what flags choose, now and later: leave out %s (-n, --kind and --selector choose)", strings.Join(args, " "))
	case changed("interactive"):
		return errors.New("--interactive asks, and nobody is there to answer a job: leave it out")
	case changed("plan"), changed("plan-max-age"):
		return errors.New("--plan is made once, and a job runs again and again: leave it out")
	case f.dryRun == dryServer:
		return errors.New("--dry-run=server takes the right to delete and deletes nothing: leave it out to report, or add --yes to delete")
	case changed("dry-run") && f.dryRun == dryNone && !f.yes:
		return errors.New("--dry-run=none asks before it deletes, and nobody is there to answer a job: add --yes")
	case f.source.fromFiles() && !f.allNamespaces && !changed("namespace"):
		return errors.New("--filename does not say which namespace to look at: add -n NAMESPACE or -A")
	case f.timeout == 0:
		return errors.New("--timeout 0 is never, and a job has to end: give a time span")
	case f.timeout > maxJobTimeout:
		return fmt.Errorf("--timeout %s is too long for a job: %s at most", f.timeout, maxJobTimeout)
	case f.outputFormat != formatYAML && f.outputFormat != formatJSON:
		return choice{"--output", "a format", []string{formatYAML, formatJSON}}.wrong(f.outputFormat)
	}
	if err := f.check(cmd, nil); err != nil {
		return err
	}
	if err := f.checkBackup(cmd); err != nil {
		return err
	}
	if err := f.checkNames(cmd); err != nil {
		return err
	}
	if err := checkSchedule(f.schedule); err != nil {
		return err
	}
	return checkTimeZone(f.timeZone)
}

func (f *cronjobFlags) checkBackup(cmd *cobra.Command) error {
	switch {
	case f.backupClaim == "" && f.backupDir == "":
		if cmd.Flags().Changed("backup-claim") {
			return errors.New("--backup-claim is empty")
		}
		return nil
	case f.backupClaim == "":
		return errors.New("--backup-dir would go with its Pod: add --backup-claim, the PersistentVolumeClaim that it is on")
	case !f.deletes():
		return errors.New("--backup-claim saves what is deleted, and a report deletes nothing: add --yes or leave it out")
	case f.backupDir != "" && (!path.IsAbs(f.backupDir) || path.Clean(f.backupDir) != f.backupDir || f.backupDir == "/" || strings.Contains(f.backupDir, ":")):
		return fmt.Errorf("--backup-dir %q is not where a volume can be: write a path such as %s", f.backupDir, defaultBackupDir)
	}
	for _, taken := range []string{"/kubectl-helmhooks", "/proc", "/sys", "/dev", "/etc", "/var/run"} {
		if f.backupDir == taken || strings.HasPrefix(f.backupDir, taken+"/") {
			return fmt.Errorf("--backup-dir %q is where a container has something else: write a path such as %s", f.backupDir, defaultBackupDir)
		}
	}
	if problems := validation.IsDNS1123Subdomain(f.backupClaim); len(problems) > 0 {
		return fmt.Errorf("--backup-claim %q is not the name of a claim: %s", f.backupClaim, problems[0])
	}
	return nil
}

// maxJobName is how long the name of a CronJob may be: those of its Jobs are longer.
const maxJobName = 52

// ownName is what all names begin with, so that nothing else is written over.
const ownName = "helmhooks"

func (f *cronjobFlags) checkNames(cmd *cobra.Command) error {
	if problems := validation.IsDNS1123Label(f.name); len(problems) > 0 {
		return fmt.Errorf("--name %q is not the name of a CronJob: %s", f.name, problems[0])
	}
	if f.name != ownName && !strings.HasPrefix(f.name, ownName+"-") {
		return fmt.Errorf("--name %q does not begin with %s-: what is applied takes the place of what has its name, such as an account of somebody else's", f.name, ownName)
	}
	if len(f.name) > maxJobName {
		return fmt.Errorf("--name %q is longer than %d characters, and that of a CronJob may not be", f.name, maxJobName)
	}
	if cmd.Flags().Changed("job-namespace") {
		if problems := validation.IsDNS1123Label(f.namespace); len(problems) > 0 {
			return fmt.Errorf("--job-namespace %q is not the name of a namespace: %s", f.namespace, problems[0])
		}
	}
	if cmd.Flags().Changed("image") && (f.image == "" || strings.ContainsAny(f.image, " \t\r\n")) {
		return fmt.Errorf("--image %q is not an image", f.image)
	}
	return nil
}

// checkSchedule reads the schedule with the parser that Kubernetes uses, which takes a
// time zone in it, as Kubernetes does not (and of some it panics).
func checkSchedule(schedule string) error {
	const usage = `write five fields such as "17 3 * * *", or a word such as @daily`
	switch {
	case schedule == "":
		return errors.New("--schedule says when to run, and is missing: " + usage)
	case strings.Contains(schedule, "TZ"):
		return fmt.Errorf("--schedule %q has a time zone, which Kubernetes does not take there: use --time-zone", schedule)
	}
	parsed, err := cron.ParseStandard(schedule)
	if err != nil {
		return fmt.Errorf("--schedule %q is not a schedule: %w; %s", schedule, err, usage)
	}
	if parsed.Next(time.Now()).IsZero() {
		return fmt.Errorf("--schedule %q never comes: there is no such day", schedule)
	}
	return nil
}

func checkTimeZone(name string) error {
	if _, err := time.LoadLocation(name); err != nil || name == "" || strings.EqualFold(name, "Local") {
		return fmt.Errorf("--time-zone %q is not a time zone: write a name such as Etc/UTC or Europe/Rome", name)
	}
	return nil
}

// imageName is where releases are published.
const imageName = "ghcr.io/kubectl-helmhooks/kubectl-helmhooks"

// defaultImage is that of a version. What is no release has none of its own.
func defaultImage(version string) (image, warning string) {
	release := regexp.MustCompile(`^v?\d+\.\d+\.\d+(-(alpha|beta|rc)[.\d]*)?$`)
	if release.MatchString(version) {
		return imageName + ":" + version, ""
	}
	image = imageName + ":latest"
	return image, fmt.Sprintf("this is version %q, which has no image of its own: the job runs %s; --image names another", version, image)
}
