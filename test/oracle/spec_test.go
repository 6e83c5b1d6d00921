package oracle

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// spec describes a release in words that both majors have. Its times, strings
// and lists are as odd as their types allow.
type spec struct {
	name, namespace, applyMethod string
	version, rollback            int
	info                         infoSpec // Helm's drivers crash on a release without
	chart                        *chartSpec
	config                       map[string]any
	manifest                     string
	hooks                        []hookSpec
}

type infoSpec struct {
	first, last, deleted       time.Time
	status, description, notes string
}

type chartSpec struct {
	metadata      bool
	name, version string
	templates     map[string][]byte
	values        map[string]any
}

type hookSpec struct {
	name, kind, path, manifest string
	events, policies, logs     []string
	weight                     int
	started, completed         time.Time
	phase                      string
}

// generator makes the same specs from the same seed.
type generator struct{ *rand.Rand }

func newGenerator(seed uint64) generator { return generator{rand.New(rand.NewPCG(seed, 7))} }

func pick[T any](g generator, from ...T) T { return from[g.IntN(len(from))] }

func (g generator) spec() spec {
	s := spec{
		name:        pick(g, "a", "shop.v1.blue", strings.Repeat("n", 53), "blog-"+fmt.Sprint(g.IntN(1000))),
		namespace:   pick(g, "", "default", "shop", strings.Repeat("s", 63)),
		version:     pick(g, 1, 2, 10, 1+g.IntN(1<<31)),
		applyMethod: pick(g, "", "ssa", "csa"),
		rollback:    pick(g, 0, 0, 3),
		config:      g.values(3),
		manifest:    g.text(),
	}
	s.info = infoSpec{
		first: g.time(), last: g.time(), deleted: g.time(),
		status: pick(g, "unknown", "deployed", "uninstalled", "superseded", "failed", "uninstalling",
			"pending-install", "pending-upgrade", "pending-rollback", "a status of the future"),
		description: g.text(), notes: g.text(),
	}
	if g.IntN(8) > 0 {
		s.chart = &chartSpec{
			metadata: g.IntN(8) > 0, name: pick(g, "", "guestbook", "größe", g.text()), version: pick(g, "", "1.3.0", "0.0.0-α+b.1"),
			templates: map[string][]byte{"templates/a.yaml": []byte(g.text()), "templates/b": {0, 255, 254, '"'}},
			values:    g.values(3),
		}
	}
	for range g.IntN(6) {
		s.hooks = append(s.hooks, g.hook())
	}
	return s
}

func (g generator) hook() hookSpec {
	h := hookSpec{
		name: pick(g, "", "migrate", "größe", g.text()), kind: pick(g, "Job", "List", "Pod", "", "Widget"),
		path: pick(g, "", "blog/templates/job.yaml", g.text()), weight: pick(g, 0, -5, 10, -1<<31, 1<<62),
		manifest: pick(g, "", "kind: Job\nmetadata:\n  name: migrate\n", g.text()),
		started:  g.time(), completed: g.time(),
		phase: pick(g, "", "Unknown", "Running", "Succeeded", "Failed"),
	}
	for range g.IntN(4) {
		h.events = append(h.events, pick(g, "pre-install", "post-install", "pre-delete", "post-delete", "pre-upgrade",
			"post-upgrade", "pre-rollback", "post-rollback", "test", "an event of the future"))
		h.policies = append(h.policies, pick(g, "", "before-hook-creation", "hook-succeeded", "hook-failed", "never"))
		h.logs = append(h.logs, pick(g, "hook-succeeded", "hook-failed"))
	}
	return h
}

// time is zero, or has a zone and parts of seconds as Helm's clocks write them.
func (g generator) time() time.Time {
	at := time.Unix(1_600_000_000+g.Int64N(400_000_000), g.Int64N(1e9))
	return pick(g, time.Time{}, at.UTC(), at.In(time.FixedZone("", 5*3600+1800)), at.Truncate(time.Second).UTC())
}

// text has what makes a scanner of JSON stumble.
func (g generator) text() string {
	var b strings.Builder
	for range g.IntN(30) {
		b.WriteString(pick(g, `"`, `\`, `\\`, "\n", "{", "}", "[", "]", ",", ":", "a", "é", "漢", "\u2028", "\u202e", "\x1b",
			"\x00", "\xff", "😀", "</script>&", `\"`, `"hooks":[`, `null`))
	}
	return b.String()
}

func (g generator) values(depth int) map[string]any {
	values := map[string]any{}
	for range g.IntN(4) {
		var v any = g.text()
		switch g.IntN(5) {
		case 0:
			v = []any{nil, true, 1.5e300, g.text()}
		case 1:
			if depth > 0 {
				v = g.values(depth - 1)
			}
		}
		values[pick(g, "hooks", "name", "version", "info", "chart", g.text())] = v
	}
	return values
}
