package main

import (
	"fmt"
	"path/filepath"
)

// What to measure of that which takes minutes.
const (
	heavyAll   = "all"
	heavyLists = "lists"
	heavyNone  = "none"
)

// subject is a command to measure.
type subject struct {
	name string
	// steps are run one after the other and measured together.
	steps [][]string
	// heavy ones take minutes, and run once.
	heavy bool
	// codes are exit codes that are no failures.
	codes []int
}

func one(name string, args ...string) subject { return subject{name: name, steps: [][]string{args}} }

// subjects are what is measured with so many releases. The floors are made from what
// ls -A asked for.
func (m *measuring) subjects(requests string) ([]subject, error) {
	self, err := executable()
	if err != nil {
		return nil, err
	}
	tool := func(name string) string { return filepath.Join(m.cluster.BinDir, name) }
	n := 0 // the first release has live hooks, and an orphan if any has
	ns, release := namespaceOf(n), nameOf(n)
	job := release + "-seed"
	if m.setup.load.orphaned > 0 {
		job = release + "-warm"
	}
	floorOf := func(flags ...string) []string {
		return append([]string{self, floorCommand, "-kubeconfig", m.cluster.Kubeconfig, "-requests", requests}, flags...)
	}
	all := []subject{
		one("floor: read", floorOf()...),
		one("floor: read and inflate", floorOf("-inflate")...),
		one("ls -A", m.setup.bin, "ls", "-A"),
		one("ls -n", m.setup.bin, "ls", "-n", ns),
		one("why", m.setup.bin, "why", "job/"+job, "-n", ns),
		one("prune -A --dry-run=client", m.setup.bin, "prune", "-A", "--dry-run=client"),
		one("version", m.setup.bin, "version"),
	}
	if m.heavy == heavyNone {
		return all, nil
	}
	once := func(s subject) subject {
		s.heavy = true
		return s
	}
	all = append(all,
		once(one("helm 3 list -A --max 0", tool("helm3"), "list", "-A", "--max", "0")),
		once(one("helm 4 list -A --max 0", tool("helm4"), "list", "-A", "--max", "0")),
	)
	if m.heavy == heavyLists {
		return all, nil
	}
	hooks := subject{name: "helm 4 get hooks, for each release", heavy: true}
	for i := range m.releases {
		hooks.steps = append(hooks.steps, []string{tool("helm4"), "get", "hooks", nameOf(i), "-n", namespaceOf(i)})
	}
	return append(all, hooks,
		once(one("kubectl get secrets -A -l owner=helm -o json", tool("kubectl"), "get", "secrets", "-A", "-l", "owner=helm", "-o", "json")),
	), nil
}

func (s subject) String() string {
	if len(s.steps) > 1 {
		return fmt.Sprintf("%s (%d processes)", s.name, len(s.steps))
	}
	return s.name
}
