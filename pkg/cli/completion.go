package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// completionScript is the program that kubectl runs to complete a plugin's
// arguments: kubectl finds it on PATH by its name.
const completionScript = "kubectl_complete-helmhooks"

// programName is what kubectl looks for on PATH.
const programName = "kubectl-helmhooks"

// addCompletion extends cobra's completion command, which writes scripts for the
// shells, by what kubectl needs.
func addCompletion(root *cobra.Command, streams genericiooptions.IOStreams) {
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		if cmd.Name() == "completion" {
			cmd.Short = "Set up the completion of commands, flags and releases"
			cmd.Long = strings.TrimSpace(`
Set up the completion of commands, flags, releases, kinds and more in your shell.

With kubectl's own completion set up, "install" is all that is needed: it writes the small program
` + completionScript + `, which kubectl asks how to complete "kubectl helmhooks". The other
commands print scripts for those who call kubectl-helmhooks by its own name.`)
			cmd.AddCommand(newCompletionInstallCommand(streams))
		}
	}
}

func newCompletionInstallCommand(streams genericiooptions.IOStreams) *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "install",
		Short: "Install " + completionScript + " for completion through kubectl",
		Long: strings.TrimSpace(`
Write ` + completionScript + ` beside this program (or the link to it that is on
PATH, as krew makes one), or into another directory, which must be on PATH. kubectl calls it to
complete "kubectl helmhooks".`),
		Example: "  kubectl helmhooks completion install --dir ~/.local/bin",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			path, err := installCompletion(dir)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(streams.Out, "%s is installed\n", path)
			if err == nil && !onPath(filepath.Dir(path)) {
				_, err = fmt.Fprintf(streams.ErrOut, "warning: %s is not on PATH: kubectl will not find it there\n", filepath.Dir(path))
			}
			return err
		},
	}
	cmd.Flags().StringVar(&dir, "dir", "", "The directory to write to, instead of this program's own")
	return cmd
}

// installCompletion writes the program, in one step, and never over a file that
// is none of ours.
func installCompletion(dir string) (string, error) {
	if dir == "" {
		var err error
		if dir, err = ownDir(); err != nil {
			return "", fmt.Errorf("cannot tell where this program is, use --dir: %w", err)
		}
	}
	name, text := completionScript, "#!/bin/sh\n# Asked by kubectl how to complete \"kubectl helmhooks\".\nexec kubectl helmhooks __complete \"$@\"\n"
	if runtime.GOOS == "windows" {
		name, text = completionScript+".cmd", "@kubectl helmhooks __complete %*\r\n"
	}
	path := filepath.Join(dir, name)
	old, err := os.ReadFile(path)
	if err == nil && !strings.Contains(string(old), "kubectl helmhooks __complete") {
		return "", fmt.Errorf("%s is there already and is something else: remove it, or use --dir", path)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	temp, err := os.CreateTemp(dir, name+".*")
	if err != nil {
		return "", fmt.Errorf("cannot write to %s, use --dir: %w", dir, err)
	}
	defer os.Remove(temp.Name())
	if _, err := temp.WriteString(text); err != nil {
		return "", errors.Join(err, temp.Close())
	}
	if err := errors.Join(temp.Chmod(0o755), temp.Close()); err != nil {
		return "", err
	}
	return path, os.Rename(temp.Name(), path)
}

// ownDir is where kubectl finds this program. krew puts a link on PATH to a
// directory that goes away with the next upgrade: the link's is the one that counts.
func ownDir() (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	if found, err := exec.LookPath(programName); err == nil && sameFile(found, self) {
		return filepath.Dir(found), nil
	}
	return filepath.Dir(self), nil
}

func sameFile(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}

func onPath(dir string) bool {
	if full, err := filepath.Abs(dir); err == nil {
		dir = full
	}
	for _, d := range filepath.SplitList(os.Getenv("PATH")) {
		if same, err := filepath.Abs(d); err == nil && d != "" && same == filepath.Clean(dir) {
			return true
		}
	}
	return false
}
