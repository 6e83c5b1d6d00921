package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// trust says whose images buildah may take: its own storage's, and nobody else's.
const trust = `{"default":[{"type":"reject"}],"transports":{"containers-storage":{"":[{"type":"insecureAcceptAnything"}]}}}`

// configure writes the settings files that buildah otherwise looks for in /etc,
// where a machine without container tools has none.
func (b *builder) configure() error {
	helpers := filepath.Join(b.dir, "helpers")
	if err := os.MkdirAll(helpers, 0o755); err != nil {
		return err
	}
	for file, content := range map[string]string{
		b.policy(): trust,
		b.conf(): fmt.Sprintf("[engine]\nhelper_binaries_dir = [%q]\n[network]\nnetwork_config_dir = %q\n",
			helpers, filepath.Join(b.dir, "network")),
		// buildah wants to find this program before it builds anything, also where
		// no step runs in a network. It fails if that ever changes.
		filepath.Join(helpers, "netavark"): "#!/bin/sh\necho 'the image needs no network' >&2\nexit 1\n",
	} {
		if err := os.WriteFile(file, []byte(content), 0o755); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) policy() string { return filepath.Join(b.dir, "policy.json") }

func (b *builder) conf() string { return filepath.Join(b.dir, "containers.conf") }
