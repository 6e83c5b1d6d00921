package render

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// namedGaps is how many names of one cause are listed in a line.
const namedGaps = 5

// Gaps writes one warning for each cause and place that something could not be
// read, so that a user without rights is not flooded.
func Gaps(w io.Writer, gaps []snapshot.Gap) error {
	type cause struct{ why, namespace string }
	what := make(map[cause][]string)
	var order []cause
	for _, g := range gaps {
		c := cause{g.Why, g.Namespace}
		if what[c] == nil {
			order = append(order, c)
		}
		if !slices.Contains(what[c], g.What) {
			what[c] = append(what[c], g.What)
		}
	}
	for _, c := range order {
		where := ""
		if c.namespace != "" {
			where = fmt.Sprintf(" in namespace %q", Clean(c.namespace))
		}
		if _, err := fmt.Fprintf(w, "warning: cannot read %s%s (%s): what depends on it stays unknown\n",
			shorten(what[c]), where, Clean(c.why)); err != nil {
			return err
		}
	}
	return nil
}

func shorten(names []string) string {
	more := ""
	if len(names) > namedGaps {
		more = fmt.Sprintf(" and %d more", len(names)-namedGaps)
		names = names[:namedGaps]
	}
	return strings.Join(cleanAll(names), ", ") + more
}
