package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/dump"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/render"
)

func newSnapshotCommand(config *connectFlags, streams genericiooptions.IOStreams, build Build) *cobra.Command {
	source := sourceFlags{config: config}
	var allNamespaces bool
	cmd := &cobra.Command{
		Use:   "snapshot [FILE]",
		Short: "Save what can be seen to a file, for -f and for bug reports",
		Long: strings.TrimSpace(`
Save all evidence of a cluster, or of one namespace with -n, as one file: hook objects, release
records, and what could not be read. Of one namespace that is with what records elsewhere say of it. Other commands read it with -f, without the cluster.

The file holds names, labels, annotations and times, and never the contents of Secrets, values or
manifests. Without FILE it goes to standard output.`),
		Example: strings.Trim(`
  kubectl helmhooks snapshot cluster.json
  kubectl helmhooks ls -f cluster.json -o wide

  # One namespace, looked at elsewhere
  kubectl helmhooks snapshot -n shop > shop.json
`, "\n"),
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := notEmpty(cmd, "filename"); err != nil {
				return err
			}
			if allNamespaces && config.Namespace != nil && *config.Namespace != "" {
				return errors.New("--all-namespaces and --namespace exclude each other")
			}
			return takeSnapshot(cmd.Context(), &source, args, streams, name+" "+build.Version)
		},
	}
	cmd.Flags().BoolVarP(&allNamespaces, "all-namespaces", "A", false, "All namespaces, which is the default here")
	source.addFlags(cmd)
	return cmd
}

func takeSnapshot(ctx context.Context, source *sourceFlags, args []string, streams genericiooptions.IOStreams, madeBy string) error {
	out := "-"
	if len(args) > 0 {
		out = args[0]
	}
	if f, ok := streams.Out.(*os.File); ok && out == "-" && term.IsTerminal(int(f.Fd())) {
		return errors.New("a snapshot is not for reading on a terminal: name a FILE, or redirect the output")
	}
	p := newProgress(streams.ErrOut)
	e, err := gatherAll(ctx, source, streams, p.step)
	p.end()
	if err != nil {
		return err
	}
	snap := e.Snapshot()
	if err := render.Gaps(streams.ErrOut, snap.Gaps); err != nil {
		return err
	}
	if out == "-" {
		return dump.Write(streams.Out, snap, madeBy)
	}
	if err := writeFile(out, func(w io.Writer) error { return dump.Write(w, snap, madeBy) }); err != nil {
		return err
	}
	_, err = fmt.Fprintf(streams.ErrOut, "%s: %d hook objects, %d release records\n", out, len(snap.Objects), len(snap.Records))
	return err
}

// writeFile writes a file for its owner only, that is there whole or not at all.
// What is no regular file, such as a pipe, is written to.
func writeFile(path string, write func(io.Writer) error) error {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return fmt.Errorf("cannot write %s: it is a directory", path)
	case err == nil && !info.Mode().IsRegular():
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return fmt.Errorf("cannot write: %w", err)
		}
		return errors.Join(write(f), f.Close())
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	defer os.Remove(f.Name())
	b := bufio.NewWriter(f)
	if err := errors.Join(write(b), b.Flush(), f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	return os.Rename(f.Name(), path)
}
