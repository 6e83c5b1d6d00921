package render

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/prune"
)

// Restored tells for people what became of each saved object.
func Restored(w io.Writer, results []prune.Restored) error {
	if len(results) == 0 {
		return nil
	}
	tw := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	fmt.Fprintln(tw, "NAMESPACE\tOBJECT\tOUTCOME\tNOTE")
	for i := range results {
		r := &results[i]
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\n", dash(Clean(r.Namespace)), shortName(r.ObjectRef), r.Outcome, dash(Clean(r.Why)))
	}
	return tw.Flush()
}

// RestoredSummary is the line that closes the list.
func RestoredSummary(results []prune.Restored) string {
	var parts []string
	for _, o := range []prune.RestoreOutcome{
		prune.RestoredAgain, prune.WouldRestore, prune.StillThere, prune.Evidence, prune.RestoreFailed,
	} {
		n := 0
		for i := range results {
			if results[i].Outcome == o {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, o))
		}
	}
	return strings.Join(parts, ", ")
}
