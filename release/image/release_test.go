package main

import (
	"slices"
	"testing"
)

func TestTags(t *testing.T) {
	for version, want := range map[string][]string{
		"1.2.3": {"v1.2.3", "latest"}, "1.2.3-rc.1": {"v1.2.3-rc.1"}, "0.1.0-snapshot.gabc": {"v0.1.0-snapshot.gabc"},
	} {
		if got := (release{Version: version}).tags(); !slices.Equal(got, want) {
			t.Errorf("the tags of %s are %q, want %q", version, got, want)
		}
	}
}
