package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/rbac"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/render"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// jobArgs are the arguments of the job's prune, but for kinds.
func (f *cronjobFlags) jobArgs(o *cronjobOptions) []string {
	args := []string{"prune", "--all-namespaces"}
	if o.Scope != "" {
		args[1] = "--namespace=" + o.Scope
	}
	own := []string{"all-namespaces", "backup-dir", "dry-run", "kind", "max-delete", "yes"}
	f.jobs.VisitAll(func(flag *pflag.Flag) {
		if flag.Changed && !slices.Contains(own, flag.Name) {
			args = append(args, "--"+flag.Name+"="+valueOf(flag))
		}
	})
	limit := f.maxDelete
	if o.Deletes && limit == "" {
		limit = defaultJobMaxDelete
	}
	if limit != "" {
		args = append(args, "--max-delete="+limit)
	}
	if o.BackupDir != "" {
		args = append(args, "--backup-dir="+o.BackupDir)
	}
	mode := "--dry-run=" + dryClient
	if o.Deletes {
		mode = "--yes"
	}
	return append(args, mode, "--output="+formatLines)
}

// valueOf is a flag's value as it is written on a command line.
func valueOf(flag *pflag.Flag) string {
	if list, ok := flag.Value.(pflag.SliceValue); ok {
		return strings.Join(list.GetSlice(), ",")
	}
	return flag.Value.String()
}

// comment says how the manifests were made.
func (f *cronjobFlags) comment(cmd *cobra.Command, scope string) string {
	line := []string{name, "cronjob"}
	if scope != "" {
		line = append(line, "--namespace="+scope) // also if it is kubectl's own choice
	}
	cmd.LocalNonPersistentFlags().VisitAll(func(flag *pflag.Flag) {
		switch value := valueOf(flag); {
		case !flag.Changed:
		case flag.Value.Type() == "bool" && value == "true":
			line = append(line, "--"+flag.Name)
		default:
			line = append(line, "--"+flag.Name+"="+quoted(value))
		}
	})
	return "Made by: " + strings.Join(line, " ")
}

// quoted is a value as a shell takes it, in one line.
func quoted(value string) string {
	value = render.Clean(value)
	if value != "" && strings.Trim(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%+=:,./-_") == "" {
		return value
	}
	return "'" + strings.ReplaceAll(value, "'", `'\''`) + "'"
}

// grant fills in what the cluster's kinds tell: the rules, and the kinds that the job
// names.
func (o *cronjobOptions) grant(kinds []snapshot.Kind) error {
	chosen, err := snapshot.ResolveKinds(kinds, o.prune.kinds())
	if err != nil {
		return o.prune.wrongKind(err)
	}
	if chosen == nil {
		chosen = kinds
	}
	named := o.prune.selection.kinds
	if o.Scope != "" {
		if chosen, err = withNamespace(chosen, len(named) > 0); err != nil {
			return err
		}
		named = namesOf(chosen) // else those without a namespace would be looked at too
	}
	o.Args = slices.Clone(o.args)
	if len(named) > 0 {
		o.Args = slices.Insert(o.Args, 2, "--kind="+strings.Join(named, ","))
	}
	s := rbac.Scope{Namespace: o.Scope, Kinds: kinds, Chosen: chosen}
	command := rbac.PruneDry
	if o.Deletes {
		command = rbac.Prune
		if s.Deleted, err = o.deleted(chosen); err != nil {
			return err
		}
	}
	if o.BackupClaim != "" {
		command = rbac.Backup
	}
	o.Rules = rbac.Rules(rbac.Needs(command), s)
	if o.BackupClaim != "" && o.Scope != "" {
		only := slices.DeleteFunc(rbac.Needs(command), func(n rbac.Need) bool { return n.On != rbac.ClusterID })
		o.ClusterRules = rbac.Rules(only, rbac.Scope{})
	}
	return nil
}

// withNamespace are the kinds that a job for one namespace can look at. Those that
// somebody named all have to be.
func withNamespace(kinds []snapshot.Kind, named bool) ([]snapshot.Kind, error) {
	var all []snapshot.Kind
	for _, k := range kinds {
		switch {
		case k.Namespaced:
			all = append(all, k)
		case named:
			return nil, fmt.Errorf("--kind %s: such objects are in no namespace, and the job looks at one: use -A or leave it out", k.Name())
		}
	}
	return all, nil
}

// deleted are the kinds that the flags let go. Those that somebody named all have to
// be.
func (o *cronjobOptions) deleted(chosen []snapshot.Kind) ([]snapshot.Kind, error) {
	var all []snapshot.Kind
	for _, k := range chosen {
		switch {
		case verdict.Deletable(k, o.prune.judge.Allow):
			all = append(all, k)
		case len(o.prune.selection.kinds) == 0:
		case verdict.OneByOne(&snapshot.Object{APIVersion: k.APIVersion(), Kind: k.Kind}):
			return nil, fmt.Errorf("--kind %s: such objects are only deleted when they are named one by one, which a job cannot: leave it out", k.Name())
		case verdict.Deletable(k, []verdict.Guard{verdict.GuardHoldsData}):
			return nil, fmt.Errorf("--kind %s: a guard leaves all such objects alone: add --allow=%s or leave it out", k.Name(), verdict.GuardHoldsData)
		default:
			return nil, fmt.Errorf("--kind %s: a guard leaves all such objects alone: add --allow=%s or leave it out", k.Name(), verdict.GuardTakesEffect)
		}
	}
	return all, nil
}

// namesOf are the kinds' names, each once.
func namesOf(kinds []snapshot.Kind) []string {
	var names []string
	for _, k := range kinds {
		names = append(names, k.Name())
	}
	slices.Sort(names)
	return slices.Compact(names)
}
