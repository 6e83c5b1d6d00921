package render

import (
	"fmt"
	"io"
	"strings"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// namedCauses is how many causes are told. Each record that is broken in a way of its own
// is one, and anybody may write records.
const namedCauses = 20

// namedGaps is how many names of one cause are listed in a line.
const namedGaps = 5

// Gaps writes a warning for each cause, with what could not be read and where, so
// that a user without rights is not flooded. Records, which decide most, come
// first.
func Gaps(w io.Writer, gaps []snapshot.Gap) error {
	all := causes(gaps)
	for _, c := range all[:min(len(all), namedCauses)] {
		where := ""
		switch len(c.namespaces) {
		case 0:
		case 1:
			where = fmt.Sprintf(" in namespace %q", Clean(c.namespaces[0]))
		default:
			where = " in namespaces " + shorten(c.namespaces)
		}
		if _, err := fmt.Fprintf(w, "warning: cannot read %s%s (%s): what depends on it stays unknown\n",
			shorten(c.what), where, Clean(c.why)); err != nil {
			return err
		}
	}
	if n := len(all) - namedCauses; n > 0 {
		_, err := fmt.Fprintf(w, "warning: more could not be read, for %s: `kubectl helmhooks snapshot` writes down all of it\n", several(n, "other reason"))
		return err
	}
	return nil
}

// cause is why some things could not be read, in the same namespaces.
type cause struct {
	why              string
	what, namespaces []string
	records          bool
}

// causes joins gaps of one cause and place, and then places with the same gaps.
func causes(gaps []snapshot.Gap) []*cause {
	type place struct {
		why, namespace string
		records        bool
	}
	type line struct {
		place
		what string
	}
	what := make(map[place][]string)
	seen := make(map[line]bool) // by what is printed: what a gap may hide makes no difference here
	var places []place
	for _, g := range gaps {
		p := place{g.Why, g.Namespace, g.Records != "" && !g.Everything}
		if seen[line{p, g.What}] {
			continue
		}
		seen[line{p, g.What}] = true
		if what[p] == nil {
			places = append(places, p)
		}
		what[p] = append(what[p], g.What)
	}
	byText := make(map[string]*cause)
	var records, others []*cause
	for _, p := range places {
		key := fmt.Sprintf("%q %q %v %v", p.why, what[p], p.records, p.namespace == "")
		c := byText[key]
		if c == nil {
			c = &cause{why: p.why, what: what[p], records: p.records}
			byText[key] = c
			if c.records {
				records = append(records, c)
			} else {
				others = append(others, c)
			}
		}
		if p.namespace != "" {
			c.namespaces = append(c.namespaces, p.namespace)
		}
	}
	return append(records, others...)
}

func shorten(names []string) string {
	more := ""
	if len(names) > namedGaps {
		more = fmt.Sprintf(" and %d more", len(names)-namedGaps)
		names = names[:namedGaps]
	}
	return strings.Join(cleanAll(names), ", ") + more
}
