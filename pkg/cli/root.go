package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/klog/v2"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/render"
)

// Exit codes of the program.
const (
	ExitDone        = 0
	ExitFailed      = 1
	ExitOrphans     = 2
	ExitIncomplete  = 3
	ExitTooMany     = 4
	ExitInterrupted = 130
)

// exitError ends the program with a code and without a message: the output has said
// it all.
type exitError int

// Error implements error.
func (e exitError) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// interrupted is what there is to say when somebody ended the program.
const interrupted = "interrupted"

// name is how users call the program.
const name = "kubectl helmhooks"

// Main runs the command line and returns the exit code. Args are without the
// program's own name. Errors go to streams.ErrOut, in one line each.
func Main(ctx context.Context, streams genericiooptions.IOStreams, build Build, args []string) int {
	root := NewRoot(streams, build)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	code := exitCode(ctx, err)
	switch message := messageOf(err); {
	case code == ExitInterrupted:
		fmt.Fprintln(streams.ErrOut, interrupted)
	case message != "":
		fmt.Fprintf(streams.ErrOut, "error: %s\n", message)
	}
	return code
}

// exitCode is the code with which an error ends the program.
func exitCode(ctx context.Context, err error) int {
	var code exitError
	switch {
	case err == nil:
		return ExitDone
	case ctx.Err() != nil && errors.Is(context.Cause(ctx), context.Canceled):
		return ExitInterrupted
	case errors.As(err, &code):
		return int(code)
	default:
		return ExitFailed
	}
}

// messageOf is what an error says in one line, or "" if the output has said it all.
func messageOf(err error) string {
	var code exitError
	if err == nil || errors.As(err, &code) {
		return ""
	}
	return oneLine(err)
}

// NewRoot returns the whole command tree.
func NewRoot(streams genericiooptions.IOStreams, build Build) *cobra.Command {
	config := newConnectFlags()
	root := &cobra.Command{
		Use:   "kubectl-helmhooks",
		Short: "See what Helm hooks left behind, and clean it up",
		Long: strings.TrimSpace(`
See what Helm hooks left behind, and clean it up.

Helm runs hooks (Jobs, Pods, ServiceAccounts, PVCs and more, annotated helm.sh/hook) around
install, upgrade, rollback, delete and test, and then forgets them: nothing removes them when
their release goes. This plugin reads Helm's own records, lists what is still there, says of each
object whether anything will still delete it, and deletes what is proven orphaned. Only prune and
restore change anything in the cluster.

Exit codes: 0 done, 1 failed, 2 orphans (ls --exit-code), 3 evidence missing (ls --exit-code,
prune), 4 over --max-delete, 130 interrupted.`),
		Example: strings.Trim(`
  # What hooks have left in all namespaces
  kubectl helmhooks ls -A

  # What nothing will ever delete
  kubectl helmhooks ls -A --orphans

  # Why that is so, of one object
  kubectl helmhooks why job/blog-hook -n shop

  # What prune would delete; it asks before it does
  kubectl helmhooks prune -n shop --dry-run=client

  # The hook objects of one release, with everything that is known of them
  kubectl helmhooks ls blog -n shop -o wide
`, "\n"),
		Annotations:   map[string]string{cobra.CommandDisplayNameAnnotation: name},
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          unknownCommand,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SuggestionsMinimumDistance = 2
	root.SetIn(streams.In)
	root.SetOut(streams.Out)
	root.SetErr(streams.ErrOut)
	config.AddFlags(root.PersistentFlags())
	addVerbosity(root)

	look := &cobra.Group{ID: "look", Title: "Look:"}
	clean := &cobra.Group{ID: "clean", Title: "Clean up:"}
	automate := &cobra.Group{ID: "automate", Title: "Automate:"}
	other := &cobra.Group{ID: "other", Title: "Other:"}
	root.AddGroup(look, clean, automate, other)
	addTo(root, look, newLsCommand(config, streams), newWhyCommand(config, streams), newSnapshotCommand(config, streams, build))
	addTo(root, clean, newPruneCommand(config, streams), newRestoreCommand(config, streams))
	addTo(root, automate, newCronjobCommand(config, streams, build))
	addTo(root, other, newOptionsCommand(), newVersionCommand(streams, build))
	root.SetHelpCommandGroupID(other.ID)
	root.SetCompletionCommandGroupID(other.ID)
	root.SetUsageTemplate(usageTemplate())
	addCompletion(root, streams)
	mustComplete(completeGlobals(root, config))
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fmt.Errorf("%w (see %s --help)", err, cmd.CommandPath())
	})
	return root
}

// mustComplete fails at once when a flag that is to be completed does not exist,
// which only a programmer can bring about.
func mustComplete(errs ...error) {
	if err := errors.Join(errs...); err != nil {
		panic(err)
	}
}

func addTo(root *cobra.Command, group *cobra.Group, commands ...*cobra.Command) {
	for _, c := range commands {
		c.GroupID = group.ID
		root.AddCommand(c)
	}
}

// unknownCommand rejects words that are no command, as cobra itself does not for
// a root that can be run.
func unknownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := ""
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		hint = fmt.Sprintf("; did you mean %s?", strings.Join(near, " or "))
	}
	return fmt.Errorf("unknown command %q%s (see %s --help)", args[0], hint, name)
}

// addVerbosity adds kubectl's -v, which makes client-go tell its requests.
func addVerbosity(root *cobra.Command) {
	all := flag.NewFlagSet("klog", flag.ContinueOnError)
	klog.InitFlags(all)
	root.PersistentFlags().AddGoFlag(all.Lookup("v"))
}

// oneLine makes an error one clean line.
func oneLine(err error) string {
	var lines []string
	for line := range strings.Lines(err.Error()) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return render.Clean(strings.Join(lines, " "))
}
