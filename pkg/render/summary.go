package render

import (
	"fmt"
	"strings"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// Summary is the line that closes a list: how many there are, and what of them
// wants looking at.
func Summary(findings []verdict.Finding) string {
	var live, orphans, prunable, unknown, leaking int
	for i := range findings {
		f := &findings[i]
		if !f.Live {
			continue
		}
		live++
		switch f.Verdict {
		case verdict.Orphan:
			orphans++
		case verdict.Unknown:
			unknown++
		}
		if f.Prunable() {
			prunable++
		}
		if f.Leaks {
			leaking++
		}
	}
	parts := []string{"no orphans"}
	if orphans > 0 {
		parts[0] = fmt.Sprintf("%s (%d could be pruned)", several(orphans, "orphan"), prunable)
	}
	if unknown > 0 {
		parts = append(parts, fmt.Sprintf("%d unknown", unknown))
	}
	if leaking > 0 {
		parts = append(parts, fmt.Sprintf("%d will leak at uninstall", leaking))
	}
	return several(live, "hook object") + ": " + strings.Join(parts, ", ")
}

// several counts things in words.
func several(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
