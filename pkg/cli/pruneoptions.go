package cli

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/cluster"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/prune"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// pruneOptions are what the flags of prune mean.
type pruneOptions struct {
	scope     verdict.Scope
	targets   []target
	evidence  string // of every namespace, if an object without one was named
	selection *selection
	judge     verdict.Options
	plan      *prune.Plan // if one was given
	planAge   time.Duration
	maxDelete limit
	backupDir string
	dryRun    string
	yes, ask  bool
	wait      bool
	timeout   time.Duration
	format    string
	lines     *pruneLines // of that format
	context   string
	client    *cluster.Client
	streams   genericiooptions.IOStreams
}

// everyNamespace tells that evidence is read in all, whatever the scope is.
const everyNamespace = "every namespace"

// options completes and validates the flags.
func (f *pruneFlags) options(cmd *cobra.Command, args []string, streams genericiooptions.IOStreams) (*pruneOptions, error) {
	if err := f.check(cmd, args); err != nil {
		return nil, err
	}
	o, err := f.meaning(args, streams)
	if err != nil {
		return nil, err
	}
	if f.plan != "" {
		if err := o.readPlan(f.plan); err != nil {
			return nil, err
		}
	}
	o.context = contextName(f)
	o.client, err = f.config.connect()
	return o, err
}

// meaning is what the flags mean, without a cluster and a plan.
func (f *pruneFlags) meaning(args []string, streams genericiooptions.IOStreams) (*pruneOptions, error) {
	o := &pruneOptions{
		judge: f.judge.options(), planAge: time.Duration(f.planMaxAge), backupDir: f.backupDir, dryRun: f.dryRun,
		yes: f.yes, ask: f.interactive, wait: f.wait, timeout: f.timeout, format: f.output, streams: streams,
	}
	var err error
	if o.judge.Allow, err = f.allowed(); err != nil {
		return nil, err
	}
	o.judge.Thorough = true
	if o.maxDelete, err = parseLimit(f.maxDelete); err != nil {
		return nil, err
	}
	if o.selection, err = f.choose.selection(); err != nil {
		return nil, err
	}
	if err := o.aim(args); err != nil {
		return nil, err
	}
	if !f.allNamespaces {
		source := &sourceFlags{config: f.config}
		if o.scope.Namespace, err = validNamespace(source); err != nil {
			return nil, err
		}
	}
	for i := range o.scope.Releases {
		o.scope.Releases[i].Namespace = o.scope.Namespace
	}
	o.judge.Releases = o.scope.Releases
	return o, nil
}

// contextName is the name of the context that is used, for people to see.
func contextName(f *pruneFlags) string {
	if f.config.Context != nil && *f.config.Context != "" {
		return *f.config.Context
	}
	raw, err := f.config.ToRawKubeConfigLoader().RawConfig()
	if err != nil || raw.CurrentContext == "" {
		return "(the cluster's own)" // a Pod's service account has none
	}
	return raw.CurrentContext
}

// aim reads the arguments: releases, or objects.
func (o *pruneOptions) aim(args []string) error {
	for _, arg := range args {
		t, err := parseTarget(arg)
		if err != nil {
			return err
		}
		if t.release != "" {
			o.scope.Releases = append(o.scope.Releases, verdict.ReleaseName{Name: t.release})
		} else {
			o.targets = append(o.targets, t)
		}
	}
	if len(o.targets) > 0 && len(o.scope.Releases) > 0 {
		return fmt.Errorf("name either releases or objects: %s", strings.Join(args, " "))
	}
	return nil
}

func (o *pruneOptions) readPlan(file string) error {
	in := o.streams.In
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return fmt.Errorf("cannot read the plan: %w", err)
		}
		defer f.Close()
		in = f
	} else if !o.yes && o.dryRun == dryNone {
		return fmt.Errorf("--plan - leaves no input to ask from: add --yes")
	}
	p, err := prune.Read(in)
	if err != nil {
		return fmt.Errorf("--plan %s: %w", file, err)
	}
	o.plan = p
	o.scope.Namespace = p.Judgement.Namespace
	judge := p.Judgement.Options()
	judge.Thorough = true
	o.judge = judge
	return nil
}

// kinds are those that could be deleted, so that no others need be listed: by
// default what no guard for its kind refuses, and Secrets whose policy was missed.
func (o *pruneOptions) kinds() []string {
	var kinds []string
	switch {
	case o.plan != nil:
		for _, i := range o.plan.Items {
			kinds = append(kinds, (snapshot.Kind{Resource: strings.ToLower(i.Kind), Group: snapshot.Group(i.APIVersion)}).Name())
		}
	case len(o.targets) > 0:
		for _, t := range o.targets {
			kinds = append(kinds, t.kind)
		}
	case len(o.selection.kinds) > 0:
		return o.selection.kinds
	case slices.Contains(o.judge.Allow, verdict.GuardHoldsData) || slices.Contains(o.judge.Allow, verdict.GuardTakesEffect):
		return nil
	default:
		const rbac = ".rbac.authorization.k8s.io"
		return []string{
			"jobs.batch", "pods", "serviceaccounts", "configmaps", "secrets",
			"roles" + rbac, "rolebindings" + rbac, "clusterroles" + rbac, "clusterrolebindings" + rbac,
		}
	}
	slices.Sort(kinds)
	return slices.Compact(kinds)
}

// limit is the most that may be deleted.
type limit struct {
	text    string
	n       int
	percent bool
}

// parseLimit reads N or N%.
func parseLimit(text string) (limit, error) {
	l := limit{text: text}
	if text == "" {
		return l, nil
	}
	number, percent := strings.CutSuffix(text, "%")
	n, err := strconv.Atoi(number)
	if err != nil || n < 0 || (percent && n > 100) {
		return l, fmt.Errorf("--max-delete %q is neither a number nor a percentage such as 10%%", text)
	}
	l.n, l.percent = n, percent
	return l, nil
}

// exceeded tells whether so many of so many hook objects are too many.
func (l limit) exceeded(planned, judged int) bool {
	switch {
	case l.text == "":
		return false
	case l.percent:
		return float64(planned) > math.Floor(float64(judged)*float64(l.n)/100)
	default:
		return planned > l.n
	}
}
