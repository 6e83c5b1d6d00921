package render

import (
	"fmt"
	"io"
	"strings"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// namedGaps is how many names of one cause are listed in a line.
const namedGaps = 5

// cause is why and where something could not be read.
type cause struct {
	why, namespace string
	records        bool // which decide most, and so have a line of their own
}

// Gaps writes one warning for each cause and place that something could not be
// read, so that a user without rights is not flooded. Records come first.
func Gaps(w io.Writer, gaps []snapshot.Gap) error {
	what := make(map[cause][]string)
	var records, others []cause
	seen := make(map[snapshot.Gap]bool)
	for _, g := range gaps {
		g.Kind, g.Record = nil, nil // pointers, which tell nothing more here
		if seen[g] {
			continue
		}
		seen[g] = true
		c := cause{g.Why, g.Namespace, g.Records != ""}
		if g.Everything {
			c.namespace, g.What = "", "namespace "+g.Namespace
		}
		switch {
		case what[c] != nil:
		case c.records:
			records = append(records, c)
		default:
			others = append(others, c)
		}
		what[c] = append(what[c], g.What)
	}
	for _, c := range append(records, others...) {
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
