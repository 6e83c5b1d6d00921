//go:build e2e

package prunes

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// TestGuards: of each guard, that it protects what nobody lifts it for, and that lifting
// it by its name deletes that object and no other of the whole cluster.
func TestGuards(t *testing.T) {
	cases := guardCases()
	for _, g := range verdict.Guards() {
		if !slices.ContainsFunc(cases, func(c guardCase) bool { return c.name == string(g) }) {
			t.Errorf("nothing is played for guard %s", g)
		}
	}
	must(t, playGuards(t.Context()))
	now := settled(t)
	for _, c := range cases {
		for _, major := range []int{3, 4} {
			t.Run(fmt.Sprintf("%s/helm%d", c.name, major), func(t *testing.T) { now = c.check(t, major, now) })
		}
	}
}

// check returns the world as it leaves it.
func (c guardCase) check(t *testing.T, major int, before world) world {
	namespace := c.namespace(major)
	target := strings.ReplaceAll(c.target, "{ns}", namespace)
	full := before.find(t, namespace, target)

	run := func(flags ...string) result {
		t.Helper()
		args := []string{"prune", "-n", namespace, "--yes", "--stale-after=1s", "-o", "json"}
		if !c.young {
			args = append(args, "--min-age=0s")
		}
		return plugin(t, append(args, flags...)...)
	}
	untouched := func(flags ...string) {
		t.Helper()
		run(flags...).exits(t, 0).allAre(t, 0)
		now, err := readWorld(t.Context())
		must(t, err)
		compare(t, before, now)
	}
	untouched()
	untouched(target)
	switch {
	case c.allow == nil && c.flags == nil:
		for _, flags := range [][]string{{}, {target}} {
			untouched(append(flags, "--allow="+liftable())...)
		}
		for _, g := range []string{"keep", "shared", "owner"} {
			r := run("--allow="+g).exits(t, 1)
			if !strings.Contains(r.stderr, "nobody can lift this guard") {
				t.Errorf("--allow=%s: %s", g, r.stderr)
			}
		}
		return before
	case len(c.allow) > 1: // each alone does nothing
		for _, g := range c.allow {
			untouched("--allow=" + g)
		}
	case c.oneByOne:
		untouched("--allow=holds-data")
		untouched("--allow=" + liftable())
	}
	flags := slices.Clone(c.flags)
	if c.allow != nil {
		flags = append(flags, "--allow="+strings.Join(c.allow, ","))
	}
	if c.oneByOne {
		flags = append(flags, target)
	}
	run(flags...).exits(t, 0).allAre(t, 1, "deleted")
	after := settled(t)
	compare(t, before, after, full)
	return after
}

// find is the object of a world that a target names in a namespace, or in none.
func (w world) find(t *testing.T, namespace, target string) string {
	t.Helper()
	kind, name, _ := strings.Cut(target, "/")
	for _, x := range w {
		if strings.EqualFold(x.kind, kind) && x.name == name && (x.namespace == namespace || x.namespace == "") {
			return x.String()
		}
	}
	t.Fatalf("there is no %s", target)
	return ""
}
