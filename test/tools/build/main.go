// Command build makes the programs that the tests and the demo run: a
// Kubernetes control plane, kwok, kubectl and two versions of Helm.
//
//	go run -C test/tools ./build [-out DIR] [-only name,name]
//
// A program is built again only when its inputs change, so running this before
// every test costs nothing. If KUBEBUILDER_ASSETS names a directory that holds
// some of the programs, those are used instead of being built.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "build:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("build", flag.ContinueOnError)
	out := flags.String("out", "", "directory for the programs; relative to test/tools (default <repository>/.cache/bin)")
	only := flags.String("only", "", "comma-separated names of the programs to build (default all)")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	programs, err := choose(table(), *only)
	if err != nil {
		return err
	}
	moduleDir, err := findModule()
	if err != nil {
		return err
	}
	dir := *out
	if dir == "" {
		dir = filepath.Join(moduleDir, "..", "..", ".cache", "bin")
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return err
	}
	b := &builder{
		dir:      dir,
		inputs:   inputs{moduleDir: moduleDir},
		assets:   os.Getenv("KUBEBUILDER_ASSETS"),
		compile:  (&compiler{moduleDir: moduleDir, logDir: filepath.Join(dir, logDirName)}).compile,
		progress: os.Stderr,
	}
	return b.run(ctx, programs)
}

// findModule returns the directory of the tools module, which `go run -C`
// makes the working directory.
func findModule() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		data, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && strings.Contains(string(data), "kubectl-helmhooks/test/tools\n") {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("run this as `go run -C test/tools ./build` from the repository")
		}
		dir = parent
	}
}
