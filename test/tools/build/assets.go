package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// An asset is a ready-made program from KUBEBUILDER_ASSETS.
type asset struct {
	path string
	hash string
}

// findAsset looks for the program in dir, which may be empty. What it finds has
// a hash of its own kind, so that a program is replaced when the variable is
// set, changed or unset.
func findAsset(dir string, p program) (asset, bool, error) {
	if dir == "" || !p.asset {
		return asset{}, false, nil
	}
	path, err := filepath.Abs(filepath.Join(dir, p.name))
	if err != nil {
		return asset{}, false, err
	}
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || !executable(info) {
		return asset{}, false, nil
	}
	h := sha256.New()
	fmt.Fprintf(h, "asset %s %d %d\n", path, info.Size(), info.ModTime().UnixNano())
	return asset{path: path, hash: hex.EncodeToString(h.Sum(nil))}, true, nil
}

func executable(info os.FileInfo) bool {
	return runtime.GOOS == "windows" || info.Mode().Perm()&0o111 != 0
}
