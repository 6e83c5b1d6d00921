package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/prune"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/render"
)

func newRestoreCommand(config *connectFlags, streams genericiooptions.IOStreams) *cobra.Command {
	var dryRun string
	var anyCluster bool
	cmd := &cobra.Command{
		Use:   "restore DIR",
		Short: "Put back what prune saved with --backup-dir",
		Long: strings.TrimSpace(`
Make the supporting objects of a backup again: ServiceAccounts, RBAC, ConfigMaps and the like.

The server tries all of them first, and if it would refuse one nothing is made. An object whose name
is taken stays as it is. Jobs and Pods are kept as evidence and never made again, since they would
run again. The data of a volume do not come back with its claim.`),
		Example: strings.Trim(`
  kubectl helmhooks restore /backup/2026-01-12T12-00-00Z --dry-run=server
  kubectl helmhooks restore /backup/2026-01-12T12-00-00Z
`, "\n"),
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if dryRun != dryNone && dryRun != dryServer {
				return choice{"--dry-run", "a way to run", []string{dryNone, dryServer}}.wrong(dryRun)
			}
			return restore(cmd.Context(), config, args[0], dryRun == dryServer, anyCluster, streams)
		},
	}
	cmd.Flags().StringVar(&dryRun, "dry-run", dryNone, "none, or server (have the server try, and make nothing)")
	cmd.Flags().BoolVar(&anyCluster, "any-cluster", false, "Restore to this cluster although the backup is of another one")
	mustComplete(cmd.RegisterFlagCompletionFunc("dry-run", completeWords([]string{dryNone, dryServer})))
	return cmd
}

func restore(ctx context.Context, config *connectFlags, dir string, dry, anyCluster bool, streams genericiooptions.IOStreams) error {
	run, err := prune.FindRun(dir)
	if err != nil {
		return err
	}
	client, err := config.connect()
	if err != nil {
		return err
	}
	uid, err := client.UID(ctx)
	if err != nil {
		return fmt.Errorf("cannot tell which cluster this is by its namespace kube-system: %w", err)
	}
	if err := prune.SameCluster(run, uid); err != nil && (!anyCluster || !errors.Is(err, prune.ErrOtherCluster)) {
		return fmt.Errorf("nothing restored: %w (--any-cluster restores it all the same)", err)
	}
	kinds, err := client.Kinds(ctx)
	if err != nil {
		return err
	}
	results, err := prune.Restore(ctx, run, &hands{client: client, kinds: kinds}, dry)
	if printed := render.Restored(streams.Out, results); printed != nil {
		return printed
	}
	if err != nil {
		return err
	}
	failed, made := 0, 0
	for _, r := range results {
		switch r.Outcome {
		case prune.RestoreFailed:
			failed++
		case prune.RestoredAgain:
			made++
		}
	}
	if failed > 0 {
		which := "nothing restored: the server would refuse %d of %d objects"
		if made > 0 {
			which = "%d of %d objects could not be restored"
		}
		return fmt.Errorf(which, failed, len(results))
	}
	if len(results) == 0 {
		return errors.New("the backup is empty")
	}
	_, err = fmt.Fprintln(streams.ErrOut, render.RestoredSummary(results))
	return err
}
