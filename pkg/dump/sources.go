package dump

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// source is one file, or stdin.
type source struct {
	name string
	open func() (io.ReadCloser, error)
}

const stdinName = "standard input"

func sourcesOf(paths []string, stdin io.Reader) ([]source, error) {
	var sources []source
	for _, path := range paths {
		if path == "-" {
			if slices.ContainsFunc(sources, func(s source) bool { return s.name == stdinName }) {
				return nil, errors.New("standard input (-) can be read once only")
			}
			sources = append(sources, source{stdinName, func() (io.ReadCloser, error) { return io.NopCloser(stdin), nil }})
			continue
		}
		info, err := os.Stat(path)
		if err != nil {
			return nil, cannotRead(path, err)
		}
		if !info.IsDir() {
			// A pipe will do, too: shells make them of <(kubectl get ...).
			sources = append(sources, file(path))
			continue
		}
		files, err := filesIn(path)
		if err != nil {
			return nil, err
		}
		sources = append(sources, files...)
	}
	if len(sources) == 0 {
		return nil, errors.New("no file to read evidence from")
	}
	return sources, nil
}

func file(path string) source {
	return source{path, func() (io.ReadCloser, error) { return os.Open(path) }}
}

// filesIn are the JSON and YAML files of a directory, in the order of their
// names. Others, and directories in it, are left out.
func filesIn(dir string) ([]source, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, cannotRead(dir, err)
	}
	var sources []source
	for _, entry := range entries {
		if !slices.Contains([]string{".json", ".yaml", ".yml"}, filepath.Ext(entry.Name())) {
			continue
		}
		path := filepath.Join(dir, entry.Name())
		info, err := os.Stat(path)
		switch {
		case err != nil:
			return nil, cannotRead(path, err)
		case info.IsDir():
			continue
		case !info.Mode().IsRegular(): // a pipe would wait for ever for somebody to write
			return nil, fmt.Errorf("cannot read %s: it is no regular file", path)
		}
		sources = append(sources, file(path))
	}
	if len(sources) == 0 {
		return nil, fmt.Errorf("there are no *.json, *.yaml or *.yml files in %s", dir)
	}
	return sources, nil
}

// cannotRead says which file and why, each once.
func cannotRead(path string, err error) error {
	var failed *fs.PathError
	if errors.As(err, &failed) {
		err = failed.Err
	}
	return fmt.Errorf("cannot read %s: %w", strings.TrimSpace(path), err)
}

// read opens the source and hands its objects to the collector.
func (s source) read(ctx context.Context, c *collector) error {
	r, err := s.open()
	if err != nil {
		return plainCause(err)
	}
	defer r.Close()
	return plainCause(readText(&contextReader{ctx, r}, c))
}

// plainCause leaves out the path that the caller names anyway.
func plainCause(err error) error {
	var failed *fs.PathError
	if errors.As(err, &failed) {
		return fmt.Errorf("cannot read it: %w", failed.Err)
	}
	return err
}

// contextReader ends with its context.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (r *contextReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}
