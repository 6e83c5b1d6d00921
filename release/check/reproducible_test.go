//go:build e2e

package check

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// TestReproducible builds the commit again, elsewhere: in a directory with
// another name, in another time zone, by a user with another home.
func TestReproducible(t *testing.T) {
	again, err := stage.source.clone(t.Context(), filepath.Join(t.TempDir(), "some", "other", "place"))
	if err != nil {
		t.Fatal(err)
	}
	if err := again.snapshot(t.Context(), append(goCaches(t), "TZ=Pacific/Chatham", "HOME="+t.TempDir())...); err != nil {
		t.Fatal(err)
	}
	// The checksums list every archive and SBOM; TestChecksums says so.
	want, got := read(t, stage.source.dist("checksums.txt")), read(t, again.dist("checksums.txt"))
	if !bytes.Equal(want, got) {
		t.Fatalf("two builds of %s differ:\n%s\n%s", again.commit, want, got)
	}
	t.Logf("the same twice:\n%s", got)
}

// TestReproducibleFromNothing compiles everything anew for one platform: above,
// the second build could take packages from the first one's cache.
func TestReproducibleFromNothing(t *testing.T) {
	own := platform{runtime.GOOS, runtime.GOARCH}
	again, err := stage.source.clone(t.Context(), filepath.Join(t.TempDir(), "anew"))
	if err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(again.dir, "dist", own.program())
	env := []string{"GOCACHE=" + t.TempDir()}
	if err := again.goreleaser(t.Context(), env, "build", "--snapshot", "--clean", "--single-target", "--output", binary); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(read(t, binary), unpack(t, own)[own.program()].content) {
		t.Errorf("the binary for %s differs when built with an empty cache", own)
	}
}

// goCaches keeps the Go command's caches where they are when HOME moves.
func goCaches(t *testing.T) []string {
	t.Helper()
	var env []string
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPATH", "GOPROXY", "GOSUMDB", "GOTOOLCHAIN"} {
		env = append(env, name+"="+goEnv(t, name))
	}
	return env
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
