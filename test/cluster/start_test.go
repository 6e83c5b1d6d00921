package cluster

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// binDir is a directory of programs that all run the script.
func binDir(t *testing.T, script string) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the programs are shell scripts")
	}
	dir := t.TempDir()
	for _, name := range []string{etcd, apiServer, controllerManager, scheduler, kwok} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestFailedStartNamesComponentAndQuotesItsLog(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	_, err := Start(t.Context(), Options{BinDir: binDir(t, "echo the disk is on fire >&2; exit 3"), Dir: dir})
	if err == nil {
		t.Fatal("the start succeeded")
	}
	for _, want := range []string{"etcd: ended before it was ready", "exit status 3", "the disk is on fire"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q lacks %q", err, want)
		}
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the directory is still there: %v", err)
	}
}

func TestTakenPortIsTriedAgain(t *testing.T) {
	attempts := filepath.Join(t.TempDir(), "attempts")
	script := fmt.Sprintf("echo once >>%s; echo 'listen: address already in use'; exit 1", attempts)
	if _, err := Start(t.Context(), Options{BinDir: binDir(t, script)}); err == nil {
		t.Fatal("the start succeeded")
	}
	data, err := os.ReadFile(attempts)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(string(data), "once"); got != portAttempts {
		t.Errorf("%d attempts, want %d", got, portAttempts)
	}
}

func TestMissingProgramsAreNamed(t *testing.T) {
	_, err := Start(t.Context(), Options{BinDir: t.TempDir()})
	if err == nil || !strings.Contains(err.Error(), "lacks etcd, kube-apiserver") || !strings.Contains(err.Error(), "go run -C test/tools ./build") {
		t.Errorf("got %v", err)
	}
}

func TestForeignDirectoryIsRefused(t *testing.T) {
	dir := t.TempDir()
	precious := filepath.Join(dir, "precious")
	if err := os.WriteFile(precious, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Start(t.Context(), Options{BinDir: binDir(t, "exit 0"), Dir: dir}); err == nil {
		t.Error("a directory with files in it is accepted")
	}
	if _, err := os.Stat(precious); err != nil {
		t.Error(err)
	}
}
