//go:build e2e

package twins

import (
	"fmt"
	"slices"
	"strings"
)

// fault is a way in which the pruned twin fares worse than the other, or ls is wrong.
type fault struct {
	// What is the kind of fault, by which one that comes again is known.
	What string
	Text string
}

// harm tells whether the fault is more than that one of both has come further.
func (f fault) harm() bool {
	return !slices.Contains([]string{"records", "differs", "extra", "missing"}, f.What)
}

func (f fault) String() string { return f.What + ": " + f.Text }

// compare holds the pruned twin's world against the other's. It may lack hook objects
// that prune has deleted; all else has to be the same.
func compare(plain, pruned *world) []fault {
	deeds := &pruned.twin.deeds
	var faults []fault
	found := func(what, format string, args ...any) {
		faults = append(faults, fault{what, fmt.Sprintf(format, args...)})
	}
	dangling := lost(plain.references(), pruned.references())
	for key, x := range plain.things {
		y, ok := pruned.things[key]
		switch {
		case ok && x.text != y.text && deeds.adopted(key, x, y, plain.twin, pruned.twin):
		case ok && x.text != y.text && deeds.starved(key, x, y, dangling):
		case ok && x.text != y.text && deeds.waits(x, y):
			found(waiting, "%s", key)
		case ok && x.text != y.text:
			found("differs", "%s\n  without prune: %s\n  with prune:    %s", key, x.text, y.text)
		case ok, x.deleting(): // or it was to go, and waited for what prune has deleted
		case x.keep():
			found("keep", "%s was to be kept, and is gone", key)
		case x.ordinary():
			found("ordinary", "%s is an ordinary resource, and is gone", key)
		case deeds.gone[key] == "":
			found("missing", "%s is gone, and prune did not delete it", key)
		}
	}
	for key := range pruned.things {
		if _, ok := plain.things[key]; !ok {
			found("extra", "%s is there only with prune", key)
		}
	}
	if a, b := plain.history(), pruned.history(); a != b {
		found("records", "without prune %s, with prune %s", a, b)
	}
	for _, user := range dangling {
		if !deeds.excused(user) {
			found("dangling", "%s", user)
		}
	}
	faults = append(faults, compareRights(plain, pruned)...)
	for _, p := range lost(plain.selecting(), pruned.selecting()) {
		found("policy", "%s selects no live pods any more", p)
	}
	for _, s := range lost(plain.endpoints, pruned.endpoints) {
		found("endpoints", "Service %s has no endpoints any more", s)
	}
	slices.SortFunc(faults, func(a, b fault) int { return strings.Compare(a.String(), b.String()) })
	return faults
}

// lost are what is in one set and not in another.
func lost(before, after map[string]bool) []string {
	var names []string
	for name := range before {
		if !after[name] {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
