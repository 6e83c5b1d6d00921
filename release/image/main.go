// Command image makes the container image from the archives in a dist
// directory, as an OCI layout, and pushes the very same image if told to.
//
//	go run -C release ./image [-dist ../dist] [-push ghcr.io/OWNER/NAME]
//
// It wants buildah on PATH. Paths are relative to this module, in which
// `go run -C` runs.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "image:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) (err error) {
	flags := flag.NewFlagSet("image", flag.ContinueOnError)
	dist := flags.String("dist", "../dist", "where goreleaser put the archives; the layout goes to image in there")
	repository := flags.String("push", "", "the repository to push to; the tag is the version")
	insecure := flags.Bool("insecure", false, "push to a registry without TLS")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	r, err := readRelease(ctx, *dist)
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "helmhooks-image-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, remove(work)) }()
	b := &builder{dir: work, release: r}
	if err := b.build(ctx, *dist); err != nil {
		return err
	}
	if err := b.layout(ctx, filepath.Join(*dist, "image")); err != nil {
		return err
	}
	if *repository == "" {
		return nil
	}
	return b.push(ctx, *repository, filepath.Join(*dist, "image.digest"), *insecure)
}

// remove also removes what is in directories that nobody may write to, as
// buildah leaves them: only root's own processes could do without.
func remove(dir string) error {
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		return os.Chmod(path, 0o700)
	})
	return errors.Join(err, os.RemoveAll(dir))
}
