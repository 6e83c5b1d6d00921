//go:build e2e

package check

import (
	"bytes"
	"debug/buildinfo"
	"encoding/json"
	"os"
	"testing"
)

// A bom is what of CycloneDX is looked at.
type bom struct {
	Format   string `json:"bomFormat"`
	Metadata struct {
		Component component `json:"component"`
	} `json:"metadata"`
	Components []component `json:"components"`
}

type component struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// TestSBOMs holds each against the modules that its binary says are in it.
func TestSBOMs(t *testing.T) {
	for _, p := range platforms() {
		t.Run(p.String(), func(t *testing.T) {
			text, err := os.ReadFile(stage.source.dist(p.name() + ".cdx.json"))
			if err != nil {
				t.Fatal(err)
			}
			var b bom
			if err := json.Unmarshal(text, &b); err != nil {
				t.Fatal(err)
			}
			if main := b.Metadata.Component; b.Format != "CycloneDX" || main.Version != stage.version || main.Name != "github.com/kubectl-helmhooks/kubectl-helmhooks" {
				t.Errorf("%s of %+v", b.Format, main)
			}
			listed := map[component]bool{}
			for _, c := range b.Components {
				listed[c] = true
			}
			info, err := buildinfo.Read(bytes.NewReader(unpack(t, p)[p.program()].content))
			if err != nil {
				t.Fatal(err)
			}
			if len(info.Deps) < 20 {
				t.Errorf("only %d modules in the binary", len(info.Deps))
			}
			for _, dep := range info.Deps {
				if !listed[component{dep.Path, dep.Version}] {
					t.Errorf("%s %s is in the binary and not in the SBOM", dep.Path, dep.Version)
				}
			}
			if !listed[component{"std", info.GoVersion}] {
				t.Errorf("the standard library of %s is not in the SBOM", info.GoVersion)
			}
		})
	}
}
