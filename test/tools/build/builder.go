package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// tempPattern names the directories that hold unfinished work. They lie beside
// the programs, so that a rename moves a finished one into place.
const tempPattern = ".build-*"

// A builder brings a directory of programs up to date.
type builder struct {
	dir    string
	inputs inputs
	assets string // KUBEBUILDER_ASSETS
	// compile writes the program to the path.
	compile  func(ctx context.Context, p program, path string) error
	progress io.Writer
}

// run brings the programs up to date, one after the other: a single build
// already uses every core.
func (b *builder) run(ctx context.Context, programs []program) error {
	if err := os.MkdirAll(b.dir, 0o755); err != nil {
		return err
	}
	unlock, err := lock(ctx, filepath.Join(b.dir, ".lock"), func() {
		fmt.Fprintln(b.progress, "waiting for another build of", b.dir)
	})
	if err != nil {
		return fmt.Errorf("lock %s: %w", b.dir, err)
	}
	defer unlock()
	if err := b.sweep(); err != nil {
		return err
	}
	for i, p := range programs {
		report := func(format string, args ...any) {
			fmt.Fprintf(b.progress, "[%d/%d] %-24s %s\n", i+1, len(programs), p.name, fmt.Sprintf(format, args...))
		}
		if err := b.update(ctx, p, report); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return nil
}

// sweep removes what killed builds left. The caller holds the lock, so nothing
// of it is in use.
func (b *builder) sweep() error {
	left, err := filepath.Glob(filepath.Join(b.dir, tempPattern))
	if err != nil {
		return err
	}
	for _, dir := range left {
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) update(ctx context.Context, p program, report func(string, ...any)) error {
	found, isAsset, err := findAsset(b.assets, p)
	if err != nil {
		return err
	}
	hash := found.hash
	if !isAsset {
		if hash, err = b.inputs.hash(p); err != nil {
			return err
		}
	}
	if (stamps{b.dir}).matches(p.name, hash) {
		report("up to date")
		return nil
	}

	temp, err := os.MkdirTemp(b.dir, tempPattern)
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	path := filepath.Join(temp, p.name)
	if isAsset {
		report("from %s", found.path)
		err = os.Symlink(found.path, path)
	} else {
		report("building")
		err = b.timed(report, func() error { return b.compile(ctx, p, path) })
	}
	if err != nil {
		return err
	}
	return stamps{b.dir}.replace(p.name, hash, path)
}

func (b *builder) timed(report func(string, ...any), build func() error) error {
	start := time.Now()
	if err := build(); err != nil {
		return err
	}
	report("built in %s", time.Since(start).Round(time.Second))
	return nil
}
