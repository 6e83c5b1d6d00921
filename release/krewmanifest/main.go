// Command krewmanifest fills in the manifest for krew: the version, and the
// checksums of that version's archives. It is the only thing that does.
//
//	go run -C release ./krewmanifest -version v1.2.3 -checksums ../dist/checksums.txt -o ../dist/helmhooks.yaml
//
// Paths are relative to this module, in which `go run -C` runs.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
)

func main() {
	if err := run(os.Args[1:]); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "krewmanifest:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	flags := flag.NewFlagSet("krewmanifest", flag.ContinueOnError)
	template := flags.String("template", "../krew-manifest.yaml", "the manifest with placeholders")
	version := flags.String("version", "", "the release, as v1.2.3")
	sums := flags.String("checksums", "../dist/checksums.txt", "the checksums of its archives")
	out := flags.String("o", "../dist/helmhooks.yaml", "the file to write; krew wants it named after the plugin")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	manifest, err := os.ReadFile(*template)
	if err != nil {
		return err
	}
	checksums, err := os.ReadFile(*sums)
	if err != nil {
		return fmt.Errorf("%w; `make snapshot` writes it", err)
	}
	filled, err := fill(manifest, *version, checksums)
	if err != nil {
		return err
	}
	return os.WriteFile(*out, filled, 0o644)
}
