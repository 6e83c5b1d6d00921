package main

import (
	"os"
	"path/filepath"
	"testing"
)

func writeFile(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o755); err != nil {
		t.Fatal(err)
	}
}

func toolsModule(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "go.mod"), "module tools\n")
	writeFile(t, filepath.Join(dir, "go.sum"), "sum\n")
	writeFile(t, filepath.Join(dir, "etcd/main.go"), "package main\n")
	return dir
}

func TestHashChangesWithInputs(t *testing.T) {
	local := program{name: "etcd", pkg: "./etcd", sources: []string{"etcd/main.go"}}
	remote := program{name: "kwok", pkg: "example.org/kwok", version: "v1.0.0"}

	tests := []struct {
		name    string
		program program
		change  func(t *testing.T, dir string, p *program)
		differs bool
	}{
		{"nothing", local, func(*testing.T, string, *program) {}, false},
		{"go.mod", local, func(t *testing.T, dir string, _ *program) { writeFile(t, filepath.Join(dir, "go.mod"), "other") }, true},
		{"go.sum", local, func(t *testing.T, dir string, _ *program) { writeFile(t, filepath.Join(dir, "go.sum"), "other") }, true},
		{"source", local, func(t *testing.T, dir string, _ *program) { writeFile(t, filepath.Join(dir, "etcd/main.go"), "other") }, true},
		{"linker flags", local, func(_ *testing.T, _ string, p *program) { p.kubernetes = true }, true},
		{"version", remote, func(_ *testing.T, _ string, p *program) { p.version = "v1.0.1" }, true},
		{"go.mod of an independent program", remote, func(t *testing.T, dir string, _ *program) {
			writeFile(t, filepath.Join(dir, "go.mod"), "other")
		}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := toolsModule(t)
			in := inputs{moduleDir: dir}
			before, err := in.hash(tt.program)
			if err != nil {
				t.Fatal(err)
			}
			tt.change(t, dir, &tt.program)
			after, err := in.hash(tt.program)
			if err != nil {
				t.Fatal(err)
			}
			if (before != after) != tt.differs {
				t.Errorf("hash differs: %t, want %t", before != after, tt.differs)
			}
		})
	}
}

func TestStampMatchesOnlyWhatWasReplaced(t *testing.T) {
	dir := t.TempDir()
	s := stamps{dir}
	if s.matches("kwok", "one") {
		t.Error("a program that is not there matches")
	}
	temp := filepath.Join(dir, ".build-1", "kwok")
	writeFile(t, temp, "binary")
	if err := s.replace("kwok", "one", temp); err != nil {
		t.Fatal(err)
	}
	if !s.matches("kwok", "one") {
		t.Error("does not match after replace")
	}
	if s.matches("kwok", "two") {
		t.Error("matches other inputs")
	}
	if err := os.Remove(filepath.Join(dir, "kwok")); err != nil {
		t.Fatal(err)
	}
	if s.matches("kwok", "one") {
		t.Error("matches although the program is gone")
	}
}

func TestParseKubeVersion(t *testing.T) {
	got, err := parseKubeVersion("v1.36.3")
	if want := (kubeVersion{"v1.36.3", "1", "36"}); err != nil || got != want {
		t.Errorf("got %v, %v; want %v", got, err, want)
	}
	for _, bad := range []string{"", "1.36.3", "v1.36"} {
		if _, err := parseKubeVersion(bad); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
}
