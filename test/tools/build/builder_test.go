package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// fakeCompiler stands in for the go command and records what it was asked for.
type fakeCompiler struct {
	mu    sync.Mutex
	built []string
	err   error
}

func (f *fakeCompiler) compile(_ context.Context, p program, path string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.built = append(f.built, p.name)
	if f.err != nil {
		return f.err
	}
	return os.WriteFile(path, []byte("built "+p.name), 0o755)
}

func testPrograms() []program {
	return []program{
		{name: "etcd", pkg: "./etcd", asset: true, sources: []string{"etcd/main.go"}},
		{name: "kwok", pkg: "example.org/kwok", version: "v1.0.0"},
	}
}

// update runs a builder over the directory and returns what was compiled.
func update(t *testing.T, moduleDir, dir, assets string, fail error) ([]string, string, error) {
	t.Helper()
	var progress bytes.Buffer
	fake := &fakeCompiler{err: fail}
	b := &builder{dir: dir, inputs: inputs{moduleDir}, assets: assets, compile: fake.compile, progress: &progress}
	err := b.run(t.Context(), testPrograms())
	return fake.built, progress.String(), err
}

func mustBuild(t *testing.T, moduleDir, dir, assets string, want ...string) {
	t.Helper()
	built, _, err := update(t, moduleDir, dir, assets, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(built, want) {
		t.Errorf("built %v, want %v", built, want)
	}
}

func content(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestBuildsOnlyWhatChanged(t *testing.T) {
	module, dir := toolsModule(t), t.TempDir()
	mustBuild(t, module, dir, "", "etcd", "kwok")
	mustBuild(t, module, dir, "")
	writeFile(t, filepath.Join(module, "go.sum"), "changed")
	mustBuild(t, module, dir, "", "etcd")
}

func TestProgress(t *testing.T) {
	module, dir := toolsModule(t), t.TempDir()
	for _, want := range []string{"[1/2] etcd                     building\n[1/2] etcd                     built in 0s\n", "[2/2] kwok                     up to date\n"} {
		_, progress, err := update(t, module, dir, "", nil)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(progress, want) {
			t.Errorf("progress %q lacks %q", progress, want)
		}
	}
}

func TestFailedBuildKeepsTheOldProgram(t *testing.T) {
	module, dir := toolsModule(t), t.TempDir()
	mustBuild(t, module, dir, "", "etcd", "kwok")
	writeFile(t, filepath.Join(module, "go.mod"), "changed")

	_, _, err := update(t, module, dir, "", errors.New("no disk"))
	if err == nil || err.Error() != "etcd: no disk" {
		t.Errorf("error %v does not name the program", err)
	}
	if got := content(t, filepath.Join(dir, "etcd")); got != "built etcd" {
		t.Errorf("the program became %q", got)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, tempPattern)); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	mustBuild(t, module, dir, "", "etcd")
}

func TestSweepsWhatKilledBuildsLeft(t *testing.T) {
	module, dir := toolsModule(t), t.TempDir()
	half := filepath.Join(dir, ".build-123", "etcd")
	writeFile(t, half, "half")
	mustBuild(t, module, dir, "", "etcd", "kwok")
	if _, err := os.Stat(half); err == nil {
		t.Error("half a program is still there")
	}
}

func TestAssetsAreUsedInsteadOfBuilding(t *testing.T) {
	module, dir, assets := toolsModule(t), t.TempDir(), t.TempDir()
	writeFile(t, filepath.Join(assets, "etcd"), "asset")
	writeFile(t, filepath.Join(assets, "kwok"), "not an asset that counts")

	mustBuild(t, module, dir, assets, "kwok")
	if got := content(t, filepath.Join(dir, "etcd")); got != "asset" {
		t.Errorf("etcd is %q, not the asset", got)
	}
	mustBuild(t, module, dir, assets)
	if _, progress, _ := update(t, module, dir, assets, nil); strings.Count(progress, "up to date") != 2 {
		t.Errorf("an unchanged asset is linked again: %s", progress)
	}

	mustBuild(t, module, dir, "", "etcd")
	if got := content(t, filepath.Join(dir, "etcd")); got != "built etcd" {
		t.Errorf("etcd is %q after the variable was unset", got)
	}
	if got := content(t, filepath.Join(assets, "etcd")); got != "asset" {
		t.Errorf("the build wrote %q through the link", got)
	}
}

func TestVanishedAssetIsBuilt(t *testing.T) {
	module, dir, assets := toolsModule(t), t.TempDir(), t.TempDir()
	writeFile(t, filepath.Join(assets, "etcd"), "asset")
	mustBuild(t, module, dir, assets, "kwok")
	if err := os.Remove(filepath.Join(assets, "etcd")); err != nil {
		t.Fatal(err)
	}
	mustBuild(t, module, dir, assets, "etcd")
}

func TestConcurrentRunsBuildOnce(t *testing.T) {
	module, dir := toolsModule(t), t.TempDir()
	fake := &fakeCompiler{}
	slow := func(ctx context.Context, p program, path string) error {
		time.Sleep(20 * time.Millisecond)
		return fake.compile(ctx, p, path)
	}
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			b := &builder{dir: dir, inputs: inputs{module}, compile: slow, progress: &bytes.Buffer{}}
			if err := b.run(t.Context(), testPrograms()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if len(fake.built) != 2 {
		t.Errorf("built %v", fake.built)
	}
}

func TestChoose(t *testing.T) {
	got, err := choose(table(), "kwok, etcd")
	if err != nil || len(got) != 2 || got[0].name != "etcd" || got[1].name != "kwok" {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := choose(table(), "etcd,docker"); err == nil || !strings.Contains(err.Error(), `no program "docker"`) {
		t.Errorf("got %v", err)
	}
}

func TestFirstErrorSkipsNoise(t *testing.T) {
	output := "go: downloading x v1\n# example.org/x\nx.go:1:2: undefined: y\nmore\n"
	if got := firstError([]byte(output), errors.New("exit 1")); got != "x.go:1:2: undefined: y" {
		t.Errorf("got %q", got)
	}
	if got := firstError(nil, errors.New("exit 1")); got != "exit 1" {
		t.Errorf("got %q", got)
	}
}
