package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"sigs.k8s.io/krew/pkg/index"
	"sigs.k8s.io/yaml"
)

// template is the manifest of this repository.
func template(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile("../../krew-manifest.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func parse(t *testing.T, manifest []byte) index.Plugin {
	t.Helper()
	var p index.Plugin
	if err := yaml.UnmarshalStrict(manifest, &p); err != nil {
		t.Fatalf("krew does not understand the manifest: %v\n%s", err, manifest)
	}
	return p
}

// checksums has another sum for each archive, and things that are no archives.
func checksums() string {
	var out strings.Builder
	for i, archive := range archives() {
		fmt.Fprintf(&out, "%064x  %s\n", i+1, archive)
	}
	fmt.Fprintf(&out, "%064x  kubectl-helmhooks_linux_amd64.cdx.json\n", 99)
	return out.String()
}

func archives() []string {
	var names []string
	for _, platform := range []string{"linux_amd64.tar.gz", "linux_arm64.tar.gz", "darwin_amd64.tar.gz", "darwin_arm64.tar.gz", "windows_amd64.zip", "windows_arm64.zip"} {
		names = append(names, "kubectl-helmhooks_"+platform)
	}
	return names
}

func TestFill(t *testing.T) {
	filled, err := fill(template(t), "v1.2.3", []byte(checksums()))
	if err != nil {
		t.Fatal(err)
	}
	p := parse(t, filled)
	if p.Spec.Version != "v1.2.3" {
		t.Errorf("version is %q", p.Spec.Version)
	}
	if strings.Contains(string(filled), placeholder) || strings.Contains(string(filled), "laceholder") {
		t.Errorf("the template shines through:\n%s", filled)
	}
	if !strings.HasSuffix(string(filled), "\n") {
		t.Error("the last line does not end")
	}
	for i, archive := range archives() {
		got := p.Spec.Platforms[i]
		uri := "https://github.com/kubectl-helmhooks/kubectl-helmhooks/releases/download/v1.2.3/" + archive
		if got.URI != uri || got.Sha256 != fmt.Sprintf("%064x", i+1) {
			t.Errorf("platform %d is %s with %s, want %s", i, got.URI, got.Sha256, uri)
		}
	}
	// A sum of digits alone would be a number without its quotes.
	if !strings.Contains(string(filled), fmt.Sprintf("sha256: \"%064x\"", 1)) {
		t.Errorf("a checksum lost its quotes:\n%s", filled)
	}
	want, got := parse(t, template(t)).Spec, p.Spec
	if want.Description != got.Description || want.Caveats != got.Caveats {
		t.Errorf("texts changed:\n%s\n%s", got.Description, got.Caveats)
	}
}

func TestFillRefuses(t *testing.T) {
	good := string(template(t))
	for name, tt := range map[string]struct{ template, version, sums, want string }{
		"version":     {good, "1.2.3", checksums(), `-version "1.2.3" is not of the form`},
		"filled":      {strings.ReplaceAll(good, placeholder, "v9.9.9"), "v1.2.3", checksums(), "not the placeholder"},
		"other uri":   {strings.ReplaceAll(good, "/"+placeholder+"/", "/latest/"), "v1.2.3", checksums(), "does not hold the placeholder"},
		"missing sum": {good, "v1.2.3", strings.Split(checksums(), "\n")[0] + "\n", "spec.platforms[1]: the checksums have none of kubectl-helmhooks_linux_arm64.tar.gz"},
		"torn sums":   {good, "v1.2.3", "abc  x\n", "a line that is none"},
		"no platform": {"spec: {version: v0.0.0}", "v1.2.3", checksums(), "no field platforms"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := fill([]byte(tt.template), tt.version, []byte(tt.sums))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

// TestManifestFits holds the template to what krew and its index ask for.
func TestManifestFits(t *testing.T) {
	p := parse(t, template(t))
	if p.Name != "helmhooks" || p.Spec.Homepage == "" || p.Spec.Description == "" || p.Spec.Caveats == "" {
		t.Errorf("something lacks: %+v", p)
	}
	if n := len(p.Spec.ShortDescription); n == 0 || n > 50 {
		t.Errorf("the short description has %d characters, not 1 to 50", n)
	}
	seen := map[string]bool{}
	for _, platform := range p.Spec.Platforms {
		labels := platform.Selector.MatchLabels
		key := labels["os"] + "/" + labels["arch"]
		if seen[key] || len(labels) != 2 || len(platform.Selector.MatchExpressions) > 0 {
			t.Errorf("not one selector for %s: %v", key, platform.Selector)
		}
		seen[key] = true
		bin := "kubectl-helmhooks"
		if labels["os"] == "windows" {
			bin += ".exe"
		}
		if platform.Bin != bin {
			t.Errorf("%s: bin is %q, want %q", key, platform.Bin, bin)
		}
	}
	if len(seen) != 6 {
		t.Errorf("platforms are %v, want six", seen)
	}
}
