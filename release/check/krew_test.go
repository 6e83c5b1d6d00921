//go:build e2e

package check

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// manifest fills in krew's manifest for the snapshot, as a release does.
func manifest(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "helmhooks.yaml") // krew wants it named after the plugin
	cmd := exec.CommandContext(t.Context(), "go", "run", "-C", filepath.Join(stage.root, "release"), "./krewmanifest",
		"-version", stage.version, "-checksums", stage.source.dist("checksums.txt"), "-o", file)
	mustOutput(t, cmd)
	return file
}

// TestManifestIsValid has krew's own validator look at the manifest, with
// placeholders and filled in.
func TestManifestIsValid(t *testing.T) {
	template := filepath.Join(t.TempDir(), "helmhooks.yaml")
	if err := os.WriteFile(template, read(t, filepath.Join(stage.root, "krew-manifest.yaml")), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{template, manifest(t)} {
		mustOutput(t, exec.CommandContext(t.Context(), filepath.Join(stage.tools, "validate-krew-manifest"), "-skip-install", "-manifest", file))
	}
}

// An installation is a krew root in which the plugin is installed.
type installation struct {
	root string
	env  []string
}

func (i installation) bin(name string) string { return filepath.Join(i.root, "bin", name) }

func (i installation) stored(name string) string {
	return filepath.Join(i.root, "store", "helmhooks", stage.version, name)
}

// install has krew install the platform's archive. krew refuses it if the
// checksum in the manifest is not the archive's.
func install(t *testing.T, manifest string, p platform) installation {
	t.Helper()
	i := installation{root: t.TempDir()}
	i.env = append(os.Environ(), "KREW_ROOT="+i.root, "KREW_OS="+p.os, "KREW_ARCH="+p.arch, "KREW_NO_UPGRADE_CHECK=1")
	cmd := exec.CommandContext(t.Context(), filepath.Join(stage.tools, "krew"), "install",
		"--manifest", manifest, "--archive", stage.source.dist(p.archive()))
	cmd.Env = i.env
	mustOutput(t, cmd)
	return i
}

func TestKrewInstalls(t *testing.T) {
	file := manifest(t)
	for _, p := range platforms() {
		t.Run(p.String(), func(t *testing.T) {
			i := install(t, file, p)
			for name, f := range unpack(t, p) {
				if !bytes.Equal(read(t, i.stored(name)), f.content) {
					t.Errorf("%s is not the archive's", name)
				}
			}
			target, err := filepath.EvalSymlinks(i.bin(p.program()))
			if err != nil {
				t.Fatal(err)
			}
			if want, err := filepath.EvalSymlinks(i.stored(p.program())); err != nil || target != want {
				t.Errorf("the link leads to %s, want %s (%v)", target, want, err)
			}
		})
	}
}

// TestKrewRefusesOthers shows that the checksum is looked at.
func TestKrewRefusesOthers(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), filepath.Join(stage.tools, "krew"), "install",
		"--manifest", manifest(t), "--archive", stage.source.dist(platform{"linux", "arm64"}.archive()))
	cmd.Env = append(os.Environ(), "KREW_ROOT="+t.TempDir(), "KREW_OS=linux", "KREW_ARCH=amd64", "KREW_NO_UPGRADE_CHECK=1")
	if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), "checksum") {
		t.Errorf("krew took another platform's archive: %v\n%s", err, out)
	}
}

// TestPluginFromKrew uses on this machine what krew installed, through kubectl.
func TestPluginFromKrew(t *testing.T) {
	i := install(t, manifest(t), platform{runtime.GOOS, runtime.GOARCH})
	kubectl := func(args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), filepath.Join(stage.root, ".cache", "bin", "kubectl"), args...)
		cmd.Env = append(withPath(i.env, filepath.Join(i.root, "bin"), filepath.Join(stage.root, ".cache", "bin")), "KUBECONFIG="+filepath.Join(i.root, "none"))
		return mustOutput(t, cmd)
	}
	if got := kubectl("helmhooks", "version"); !strings.Contains(got, "kubectl helmhooks version "+stage.version+" ") {
		t.Errorf("version prints %q", got)
	}
	shop := filepath.Join(stage.root, "pkg", "dump", "testdata", "shop.json")
	list := kubectl("helmhooks", "ls", "-f", shop, "-A", "-o", "name")
	if !strings.Contains(list, "job.batch/blog-migrate\n") {
		t.Errorf("ls -f prints %q", list)
	}
	if got := kubectl("helmhooks", "completion", "install"); got != i.bin("kubectl_complete-helmhooks")+" is installed\n" {
		t.Errorf("completion install prints %q", got)
	}
	if _, err := os.Stat(i.stored("kubectl_complete-helmhooks")); err == nil {
		t.Error("the program for completion is where the next upgrade removes it")
	}
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{""}, "prune"},
		{[]string{"ls", "--policy", ""}, "BHC"},
	} {
		offered := strings.Fields(kubectl(slices.Concat([]string{"__complete", "helmhooks"}, tt.args)...))
		if !slices.Contains(offered, tt.want) {
			t.Errorf("kubectl helmhooks %q and tab offers %q, want %s too", tt.args, offered, tt.want)
		}
	}
}
