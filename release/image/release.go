package main

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// program is what archives and image hold.
const program = "kubectl-helmhooks"

// architectures are those of the image; the system is Linux.
func architectures() []string { return []string{"amd64", "arm64"} }

// A release is what goreleaser says that it has built.
type release struct {
	Version string `json:"version"`
	Commit  string `json:"commit"`
	// created is the commit's time, so that two images of it are the same.
	created time.Time
}

func readRelease(ctx context.Context, dist string) (release, error) {
	var r release
	text, err := os.ReadFile(filepath.Join(dist, "metadata.json"))
	if err != nil {
		return r, fmt.Errorf("%w; `make snapshot` writes it", err)
	}
	if err := json.Unmarshal(text, &r); err != nil {
		return r, err
	}
	if r.Version == "" || r.Commit == "" {
		return r, fmt.Errorf("%s names no version and commit", filepath.Join(dist, "metadata.json"))
	}
	out, err := exec.CommandContext(ctx, "git", "-C", dist, "show", "-s", "--format=%ct", r.Commit).Output()
	if err != nil {
		return r, fmt.Errorf("git does not know commit %s, which %s was built from: %w", r.Commit, dist, err)
	}
	seconds, err := strconv.ParseInt(strings.TrimSpace(string(out)), 10, 64)
	r.created = time.Unix(seconds, 0).UTC()
	return r, err
}

// tag is the version as the program prints it.
func (r release) tag() string { return "v" + r.Version }

// tags are those under which the image is pushed. Versions like 1.2.3-rc.1 are never the
// latest.
func (r release) tags() []string {
	if strings.Contains(r.Version, "-") {
		return []string{r.tag()}
	}
	return []string{r.tag(), "latest"}
}

// extract writes the program of a Linux archive to the file.
func extract(dist, arch, file string) (err error) {
	archive, err := os.Open(filepath.Join(dist, program+"_linux_"+arch+".tar.gz"))
	if err != nil {
		return fmt.Errorf("%w; `make snapshot` writes it", err)
	}
	defer archive.Close()
	unzipped, err := gzip.NewReader(archive)
	if err != nil {
		return err
	}
	entries := tar.NewReader(unzipped)
	for {
		entry, err := entries.Next()
		if errors.Is(err, io.EOF) {
			return fmt.Errorf("%s holds no %s", archive.Name(), program)
		}
		if err != nil {
			return err
		}
		if entry.Name == program {
			break
		}
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	out, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o755)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, entries)
	return errors.Join(err, out.Close())
}
