//go:build e2e && linux

package check

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// TestImageRuns unpacks this machine's image and runs it as a container would:
// in a root with nothing else in it, which its user may not write to.
func TestImageRuns(t *testing.T) {
	l := makeImage(t)
	root := t.TempDir()
	_, images := l.images(t)
	for _, img := range images {
		if img.config.Architecture == runtime.GOARCH {
			unpackLayer(t, l, img, root)
		}
	}
	container := func(stdin string, args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "/kubectl-helmhooks", args...)
		cmd.Dir = "/"
		cmd.Env = []string{"PATH=/bin"}
		cmd.Stdin = strings.NewReader(stdin)
		cmd.SysProcAttr = confined(root)
		return mustOutput(t, cmd)
	}
	if got := container("", "version"); !strings.HasPrefix(got, "kubectl helmhooks version "+stage.version+" ") {
		t.Errorf("version prints %q", got)
	}
	shop := read(t, filepath.Join(stage.root, "pkg", "dump", "testdata", "shop.json"))
	if got := container(string(shop), "ls", "-f", "-", "-A", "-o", "name"); !strings.Contains(got, "job.batch/blog-migrate\n") {
		t.Errorf("ls -f - prints %q", got)
	}
}

func unpackLayer(t *testing.T, l layout, img image, root string) {
	t.Helper()
	files, err := untar(l.blob(t, img.manifest.Layers[0]))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(root, f.name), f.content, f.mode); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(root, 0o555); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.Chmod(root, 0o755); err != nil {
			t.Error(err)
		}
	})
}

// confined changes root and user. Who is not root already needs a user namespace
// for that, in which 65532 stands for himself.
func confined(root string) *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Chroot: root}
	if os.Geteuid() == 0 {
		attr.Credential = &syscall.Credential{Uid: 65532, Gid: 65532}
		return attr
	}
	attr.Cloneflags = syscall.CLONE_NEWUSER
	attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 65532, HostID: os.Getuid(), Size: 1}}
	attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 65532, HostID: os.Getgid(), Size: 1}}
	return attr
}
