//go:build e2e

package check

import (
	"bytes"
	"io"
	"log"
	"maps"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/opencontainers/go-digest"
	imagespec "github.com/opencontainers/image-spec/specs-go/v1"
)

// makeImage does what `make image` does, with more flags.
func makeImage(t *testing.T, flags ...string) layout {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", append([]string{"run", "-C", filepath.Join(stage.root, "release"), "./image", "-dist", stage.source.dist()}, flags...)...)
	cmd.Env = withPath(os.Environ(), stage.tools)
	mustOutput(t, cmd)
	return layout(stage.source.dist("image"))
}

// TestImage looks into the layout.
func TestImage(t *testing.T) {
	l := makeImage(t)
	if ref := l.root(t).Annotations[imagespec.AnnotationRefName]; ref != stage.version {
		t.Errorf("the image is tagged %q, want %q", ref, stage.version)
	}
	index, images := l.images(t)
	checkLabels(t, "index", index.Annotations)
	var listed []string
	for i, img := range images {
		listed = append(listed, index.Manifests[i].Platform.OS+"/"+index.Manifests[i].Platform.Architecture)
		p := platform{img.config.OS, img.config.Architecture}
		if listed[i] != p.String() {
			t.Errorf("the index calls %s what is for %s", listed[i], p)
		}
		t.Run(p.String(), func(t *testing.T) { checkImage(t, l, p, img) })
	}
	if want := []string{"linux/amd64", "linux/arm64"}; !slices.Equal(listed, want) {
		t.Errorf("the image is for %q, want %q", listed, want)
	}
}

func checkImage(t *testing.T, l layout, p platform, img image) {
	t.Helper()
	config := img.config.Config
	checkLabels(t, "image", config.Labels)
	if !slices.Equal(config.Entrypoint, []string{"/kubectl-helmhooks"}) || len(config.Cmd) > 0 {
		t.Errorf("runs %q %q", config.Entrypoint, config.Cmd)
	}
	if config.User != "65532:65532" || len(config.Volumes) > 0 || len(config.ExposedPorts) > 0 {
		t.Errorf("user %q, volumes %v, ports %v", config.User, config.Volumes, config.ExposedPorts)
	}
	if created := img.config.Created; created == nil || !created.Equal(commitTime(t)) {
		t.Errorf("created %v, want the commit's time", created)
	}
	if len(img.manifest.Layers) != 1 {
		t.Fatalf("%d layers, want one", len(img.manifest.Layers))
	}
	files, err := untar(l.blob(t, img.manifest.Layers[0]))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 1 {
		t.Fatalf("%d files in the image, want the program alone", len(files))
	}
	f := files[0]
	if f.name != "kubectl-helmhooks" || f.mode != 0o755 || !strings.HasSuffix(f.owner, " 0:0") || !f.modified.Equal(commitTime(t)) {
		t.Errorf("%s has mode %v, owner %s, time %v", f.name, f.mode, f.owner, f.modified)
	}
	if !bytes.Equal(f.content, unpack(t, p)[p.program()].content) {
		t.Error("the program in the image is not the archive's")
	}
	if n := len(f.content); n > binaryLimit {
		t.Errorf("the image unpacks to %d bytes, more than %d", n, binaryLimit)
	}
}

func checkLabels(t *testing.T, of string, got map[string]string) {
	t.Helper()
	home := "https://github.com/kubectl-helmhooks/kubectl-helmhooks"
	want := map[string]string{
		"title":         "kubectl-helmhooks",
		"description":   "See what Helm hooks left behind in a cluster and clean it up",
		"source":        home,
		"documentation": home + "/blob/" + stage.source.commit + "/docs/install.md",
		"licenses":      "Apache-2.0",
		"version":       stage.version,
		"revision":      stage.source.commit,
		"created":       commitTime(t).Format(time.RFC3339),
	}
	for key, value := range want {
		if got["org.opencontainers.image."+key] != value {
			t.Errorf("label %s of the %s is %q, want %q", key, of, got["org.opencontainers.image."+key], value)
		}
	}
	if len(got) != len(want) {
		t.Errorf("labels of the %s are %q", of, slices.Sorted(maps.Keys(got)))
	}
}

// TestImagePush pushes to a registry on this machine: what arrives is what the
// layout holds, and a second image of the commit is the same.
func TestImagePush(t *testing.T) {
	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	defer server.Close()
	first := makeImage(t).root(t).Digest
	repository := strings.TrimPrefix(server.URL, "http://") + "/kubectl-helmhooks/kubectl-helmhooks"
	l := makeImage(t, "-push", repository, "-insecure")
	if second := l.root(t).Digest; second != first {
		t.Errorf("two images of one commit: %s and %s", first, second)
	}
	if noted := string(read(t, stage.source.dist("image.digest"))); noted != first.String() {
		t.Errorf("pushed as %s, the layout has %s", noted, first)
	}
	response, err := server.Client().Get(server.URL + "/v2/kubectl-helmhooks/kubectl-helmhooks/manifests/" + stage.version)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if got := digest.FromBytes(body); got != first {
		t.Errorf("the registry has %s under tag %s, want %s", got, stage.version, first)
	}
}
