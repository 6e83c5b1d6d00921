//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"time"
)

// lock creates a file that must not exist yet. Without a kernel that cleans up,
// a killed build leaves it, and the message tells which file to remove.
func lock(ctx context.Context, path string, waiting func()) (unlock func(), err error) {
	for told := false; ; told = true {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL, 0o644)
		if err == nil {
			f.Close()
			return func() { os.Remove(path) }, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
		if !told {
			waiting()
		}
		select {
		case <-ctx.Done():
			return nil, errors.New("still locked; if no build runs, remove " + path)
		case <-time.After(100 * time.Millisecond):
		}
	}
}
