//go:build e2e

package twins

import (
	"fmt"
	"os"
	"strings"

	"sigs.k8s.io/yaml"
)

// script is a life of one or two releases, as data: it can be played again, and cut.
type script struct {
	// Seed is what it was generated from, Found what it once showed. They change nothing.
	Seed  uint64 `json:"seed,omitempty"`
	Found string `json:"found,omitempty"`
	// Storage is what Helm keeps its records in, if not in Secrets: configmap.
	Storage string `json:"storage,omitempty"`
	// Far tells that the second release is stored in the twin's second namespace.
	Far bool `json:"far,omitempty"`
	Ops []op `json:"ops"`
}

// The verbs of Helm's commands, and of what runs between them.
const (
	doInstall   = "install"
	doUpgrade   = "upgrade"
	doRollback  = "rollback"
	doTest      = "test"
	doUninstall = "uninstall"
	doPrune     = "prune"
)

// op is a command of Helm, or prune, which only one of the twins gets.
type op struct {
	Do string `json:"do"`
	// Helm is the major version.
	Helm int `json:"helm,omitempty"`
	// Other tells that it is for the second release.
	Other bool `json:"other,omitempty"`
	// Chart is what an install or upgrade is of.
	Chart []item   `json:"chart,omitempty"`
	Flags []string `json:"flags,omitempty"`
	// Back chooses the revision of a rollback among those that are there, the newest
	// being 0.
	Back int `json:"back,omitempty"`
	// Kill, if set, is where Helm is killed.
	Kill *kill `json:"kill,omitempty"`
}

// kill says at which of its writes Helm is killed: those of records and of Jobs are
// counted, since the order of others is not fixed.
type kill struct {
	Write int `json:"write"`
	// Done tells that the server has done what was written, and Helm does not know.
	Done bool `json:"done,omitempty"`
}

func (o *op) String() string {
	words := []string{o.Do}
	if o.Do != doPrune {
		words = []string{fmt.Sprintf("helm%d", o.Helm), o.Do}
	}
	if o.Other {
		words = append(words, "(other)")
	}
	if o.Do == doRollback {
		words = append(words, fmt.Sprintf("back=%d", o.Back))
	}
	words = append(words, o.Flags...)
	for i := range o.Chart {
		words = append(words, o.Chart[i].String())
	}
	if o.Kill != nil {
		words = append(words, fmt.Sprintf("KILL@%d,%v", o.Kill.Write, o.Kill.Done))
	}
	return strings.Join(words, " ")
}

// with is the script with other operations.
func (s *script) with(ops []op) *script {
	c := *s
	c.Ops = ops
	return &c
}

func readScript(file string) (*script, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	s := new(script)
	if err := yaml.UnmarshalStrict(data, s); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return s, nil
}

func (s *script) write(file string) error {
	data, err := yaml.Marshal(s)
	if err != nil {
		return err
	}
	return os.WriteFile(file, data, 0o644)
}
