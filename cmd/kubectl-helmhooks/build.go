package main

import (
	"cmp"
	"runtime/debug"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/cli"
)

// Set by the linker in releases.
var version, commit, date string

// build says what binary this is: by the linker, else by what the Go command
// recorded, as `go install` does.
func build() cli.Build {
	b := cli.Build{Version: version, Commit: commit, Date: date}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	b.Version = cmp.Or(b.Version, info.Main.Version)
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Commit = cmp.Or(b.Commit, s.Value)
		case "vcs.time":
			b.Date = cmp.Or(b.Date, s.Value)
		}
	}
	return b
}
