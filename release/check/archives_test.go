//go:build e2e

package check

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// binaryLimit is what a binary may weigh.
const binaryLimit = 55 << 20

// A platform is one that a release is for.
type platform struct{ os, arch string }

func platforms() []platform {
	return []platform{
		{"linux", "amd64"}, {"linux", "arm64"}, {"darwin", "amd64"}, {"darwin", "arm64"}, {"windows", "amd64"}, {"windows", "arm64"},
	}
}

func (p platform) String() string { return p.os + "/" + p.arch }

func (p platform) name() string { return "kubectl-helmhooks_" + p.os + "_" + p.arch }

func (p platform) archive() string {
	if p.os == "windows" {
		return p.name() + ".zip"
	}
	return p.name() + ".tar.gz"
}

func (p platform) program() string {
	if p.os == "windows" {
		return "kubectl-helmhooks.exe"
	}
	return "kubectl-helmhooks"
}

// An entry is a file of an archive.
type entry struct {
	name     string
	mode     os.FileMode
	modified time.Time
	owner    string
	content  []byte
}

// unpack reads the platform's archive.
func unpack(t *testing.T, p platform) map[string]entry {
	t.Helper()
	data, err := os.ReadFile(stage.source.dist(p.archive()))
	if err != nil {
		t.Fatal(err)
	}
	entries, err := unzip(data)
	if p.os != "windows" {
		entries, err = untar(data)
	}
	if err != nil {
		t.Fatalf("%s: %v", p.archive(), err)
	}
	byName := map[string]entry{}
	for _, e := range entries {
		byName[e.name] = e
	}
	return byName
}

func untar(data []byte) (entries []entry, err error) {
	unzipped, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	for r := tar.NewReader(unzipped); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return entries, nil
		}
		if err != nil {
			return nil, err
		}
		content, err := io.ReadAll(r)
		if err != nil {
			return nil, err
		}
		owner := h.Uname + ":" + h.Gname + " " + strconv.Itoa(h.Uid) + ":" + strconv.Itoa(h.Gid)
		entries = append(entries, entry{h.Name, h.FileInfo().Mode(), h.ModTime.UTC(), owner, content})
	}
}

func unzip(data []byte) (entries []entry, err error) {
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	for _, f := range r.File {
		content, err := readZipped(f)
		if err != nil {
			return nil, err
		}
		entries = append(entries, entry{name: f.Name, mode: f.Mode(), modified: f.Modified.UTC(), content: content})
	}
	return entries, nil
}

func readZipped(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

func commitTime(t *testing.T) time.Time {
	t.Helper()
	text := mustOutput(t, exec.CommandContext(t.Context(), "git", "-C", stage.source.dir, "show", "-s", "--format=%ct", "HEAD"))
	seconds, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return time.Unix(seconds, 0).UTC()
}

// TestArchives looks at what users unpack.
func TestArchives(t *testing.T) {
	committed := commitTime(t)
	for _, p := range platforms() {
		t.Run(p.String(), func(t *testing.T) {
			files := unpack(t, p)
			if len(files) != 3 {
				t.Errorf("%d files", len(files))
			}
			for name, mode := range map[string]os.FileMode{p.program(): 0o755, "LICENSE": 0o644, "README.md": 0o644} {
				f, ok := files[name]
				if !ok || f.mode != mode || !f.modified.Equal(committed) {
					t.Errorf("%s: there is %v, mode %v, time %v; want mode %v and the commit's time %v", name, ok, f.mode, f.modified, mode, committed)
				}
				if p.os != "windows" && f.owner != "root:root 0:0" {
					t.Errorf("%s belongs to %s", name, f.owner)
				}
			}
			checkProgram(t, p, files[p.program()].content)
		})
	}
}

// checkProgram asks the binary what it was made of.
func checkProgram(t *testing.T, p platform, binary []byte) {
	t.Helper()
	if n := len(binary); n > binaryLimit {
		t.Errorf("the binary has %d bytes, more than %d", n, binaryLimit)
	}
	info, err := buildinfo.Read(bytes.NewReader(binary))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, s := range info.Settings {
		got[s.Key] = s.Value
	}
	for key, want := range map[string]string{
		"GOOS": p.os, "GOARCH": p.arch, "CGO_ENABLED": "0", "-trimpath": "true", "vcs.revision": stage.source.commit, "vcs.modified": "false",
	} {
		if got[key] != want {
			t.Errorf("built with %s=%q, want %q", key, got[key], want)
		}
	}
	if bytes.Contains(binary, []byte(stage.source.dir)) {
		t.Error("the binary knows where it was built")
	}
}

// TestChecksums holds the list against the files: all of them, and no others.
func TestChecksums(t *testing.T) {
	text, err := os.ReadFile(stage.source.dist("checksums.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for _, p := range platforms() {
		want = append(want, p.archive(), p.name()+".cdx.json")
	}
	for line := range strings.Lines(string(text)) {
		sum, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		got = append(got, name)
		data, err := os.ReadFile(stage.source.dist(filepath.Base(name)))
		if err != nil {
			t.Error(err)
		}
		if hash := sha256.Sum256(data); hex.EncodeToString(hash[:]) != sum {
			t.Errorf("%s has another checksum", name)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("checksums of %q, want %q", got, want)
	}
}
