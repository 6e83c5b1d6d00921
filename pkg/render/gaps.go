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
	type cause struct {
		why, namespace string
		records        bool // which decide most, and so have a line of their own
	}
	what := make(map[cause][]string)
	var order []cause
	for _, g := range gaps {
		c := cause{g.Why, g.Namespace, g.Records != ""}
		if g.Everything {
			c.namespace, g.What = "", "namespace "+g.Namespace
		}
		if what[c] == nil {
			order = append(order, c)
		}
		if !slices.Contains(what[c], g.What) {
			what[c] = append(what[c], g.What)
		}
	}
	slices.SortStableFunc(order, func(a, b cause) int { return prefer(a.records, b.records) })
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

// prefer sorts what holds before what does not.
func prefer(a, b bool) int {
	switch {
	case a && !b:
		return -1
	case b && !a:
		return 1
	default:
		return 0
	}
}
