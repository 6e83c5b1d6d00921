package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

const stampDirName = ".stamps"

// inputs hashes what a program is made of without asking the go command, so
// that finding everything up to date takes no time.
type inputs struct {
	moduleDir string
}

// hash changes when the program would come out differently: its package and
// version, the Go release and platform, the build flags, and for what is built
// from the tools module its go.mod, go.sum and sources.
func (in inputs) hash(p program) (string, error) {
	h := sha256.New()
	fmt.Fprintf(h, "%s %s %s\n", p.name, p.pkg, p.version)
	fmt.Fprintf(h, "%s %s/%s\n", runtime.Version(), runtime.GOOS, runtime.GOARCH)
	// The Kubernetes version in the linker flags comes from go.mod, which is
	// hashed below: any version does here.
	fmt.Fprintf(h, "%q %q\n", buildArgs(p, kubeVersion{}), buildSettings())
	if p.version == "" {
		for _, file := range append([]string{"go.mod", "go.sum"}, p.sources...) {
			data, err := os.ReadFile(filepath.Join(in.moduleDir, file))
			if err != nil {
				return "", fmt.Errorf("hash the inputs of %s: %w", p.name, err)
			}
			fmt.Fprintf(h, "%s %d\n%s\n", file, len(data), data)
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// stamps remembers, per program, the hash of what it was made of.
type stamps struct {
	dir string // of the programs
}

func (s stamps) file(name string) string { return filepath.Join(s.dir, stampDirName, name) }

// matches tells whether the program exists and was made of these inputs. It
// follows links, so a dangling one counts as no program.
func (s stamps) matches(name, hash string) bool {
	if info, err := os.Stat(filepath.Join(s.dir, name)); err != nil || !info.Mode().IsRegular() {
		return false
	}
	data, err := os.ReadFile(s.file(name))
	return err == nil && strings.TrimSpace(string(data)) == hash
}

// replace puts the file at from in the place of the program. The stamp goes
// first and comes back last: an interruption in between means a rebuild, never
// an old program that passes for a new one.
func (s stamps) replace(name, hash, from string) error {
	if err := os.Remove(s.file(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Rename(from, filepath.Join(s.dir, name)); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(s.dir, stampDirName), 0o755); err != nil {
		return err
	}
	temp := from + ".stamp"
	if err := os.WriteFile(temp, []byte(hash+"\n"), 0o644); err != nil {
		return err
	}
	return os.Rename(temp, s.file(name))
}
