//go:build e2e

package prunes

import (
	"fmt"
	"testing"
)

// race is something that happens to an orphan after it was planned to go.
type race struct {
	name string
	// play leaves the orphans.
	play func(t *testing.T, p *player)
	// at is the request before which it happens.
	at *gate
	// meanwhile is what happens.
	meanwhile func(t *testing.T, p *player)
	// outcomes are those of the report, and there is what exists at the end.
	outcomes map[string]string
	there    []string
}

func warm(policy ...string) object {
	return manifest("Job", "warm", hook("post-install,post-upgrade", policy...))
}

func seeder() object { return manifest("ServiceAccount", "seeder", hook("pre-install,pre-upgrade")) }

// races are made anew for each run: a gate opens once.
func races() []race {
	drops := func(t *testing.T, p *player) {
		must(t, p.install(t.Context(), warm("before-hook-creation")))
		must(t, p.upgrade(t.Context()))
	}
	leaves := func(t *testing.T, p *player) { must(t, p.leaves(t.Context(), seeder(), warm())) }
	upgrades := func(o ...object) func(t *testing.T, p *player) {
		return func(t *testing.T, p *player) { must(t, p.upgrade(t.Context(), o...)) }
	}
	installs := func(t *testing.T, p *player) { must(t, p.install(t.Context())) }
	return []race{
		{
			// The upgrade makes a Job of the same name.
			name: "upgrade-replaces", play: drops, at: newGate(asksRights), meanwhile: upgrades(warm("before-hook-creation")),
			outcomes: map[string]string{"Job/warm": "gone"}, there: []string{"job/warm"},
		},
		{
			// The upgrade declares the Job that is there, for an event that is yet to come.
			name: "upgrade-declares", play: drops, at: newGate(asksRights),
			meanwhile: upgrades(manifest("Job", "warm", hook("test", "before-hook-creation"))),
			outcomes:  map[string]string{"Job/warm": "kept"}, there: []string{"job/warm"},
		},
		{
			// As above, when all has been judged.
			name: "upgrade-late", play: drops, at: newGate(looksAgain),
			meanwhile: upgrades(manifest("Job", "warm", hook("test", "before-hook-creation"))),
			outcomes:  map[string]string{"Job/warm": "kept"}, there: []string{"job/warm"},
		},
		{
			// Another Job under the name of the one that was judged.
			name: "recreated", play: drops, at: newGate(deletion),
			meanwhile: upgrades(warm("before-hook-creation")),
			outcomes:  map[string]string{"Job/warm": "gone"}, there: []string{"job/warm"},
		},
		{
			// The very object, in another version that asks to keep it.
			name: "annotated", play: drops, at: newGate(deletion),
			meanwhile: func(t *testing.T, p *player) {
				kubectl(t, p.Namespace, "annotate", "job", "warm", "helm.sh/resource-policy=keep")
			},
			outcomes: map[string]string{"Job/warm": "kept"}, there: []string{"job/warm"},
		},
		{
			// A release of the name of the gone one: what is left may be its.
			name: "installed-again", play: leaves, at: newGate(looksAgain), meanwhile: installs,
			outcomes: map[string]string{"Job/warm": "deleted", "ServiceAccount/seeder": "kept"}, there: []string{"serviceaccount/seeder"},
		},
		{
			// Elsewhere, nobody can tell whose it is.
			name: "installed-elsewhere", play: leaves, at: newGate(looksAgain),
			meanwhile: func(t *testing.T, p *player) {
				other := *p
				other.Namespace += "-else"
				must(t, other.makeNamespace(t.Context()))
				must(t, other.install(t.Context()))
			},
			outcomes: map[string]string{"Job/warm": "kept", "ServiceAccount/seeder": "kept"},
			there:    []string{"job/warm", "serviceaccount/seeder"},
		},
		{
			// Between a Job and what the Job used.
			name: "installed-between", play: leaves, at: newGate(deletionOf("jobs")), meanwhile: installs,
			outcomes: map[string]string{"Job/warm": "deleted", "ServiceAccount/seeder": "kept"}, there: []string{"serviceaccount/seeder"},
		},
	}
}

// TestRaces: what changes between plan and deletion is judged as it is then.
func TestRaces(t *testing.T) {
	for _, major := range []int{3, 4} {
		for _, r := range races() {
			t.Run(fmt.Sprintf("%s/helm%d", r.name, major), func(t *testing.T) {
				t.Parallel()
				p := playerFor(t, major, "race-"+r.name)
				r.play(t, p)
				front := front(t, r.at.interfere)
				got := r.at.pass(t, front, func() { r.meanwhile(t, p) }, eager(p.Namespace)...).exits(t, 0)
				outcomes := got.outcomes(t)
				if fmt.Sprint(outcomes) != fmt.Sprint(r.outcomes) {
					t.Errorf("outcomes %v, want %v\n%s", outcomes, r.outcomes, got.stdout)
				}
				for _, name := range r.there {
					kubectl(t, p.Namespace, "get", name)
				}
				front.proper(t)
			})
		}
	}
}

// TestTwoAtOnce: each object is deleted once, and who comes too late says so.
func TestTwoAtOnce(t *testing.T) {
	t.Parallel()
	const namespace = "two-at-once"
	n := orphans(t, namespace, 15)
	var fronts [2]*proxy
	var runs [2]*started
	for i := range runs {
		fronts[i] = front(t, nil)
		runs[i] = start(t, fronts[i].kubeconfig, eager(namespace)...)
	}
	deleted := make(map[string]int)
	for i, s := range runs {
		s.wait(t).exits(t, 0)
		for _, c := range fronts[i].made(deletes) {
			if c.status == 200 {
				deleted[c.path]++
			}
		}
		fronts[i].proper(t)
	}
	for path, times := range deleted {
		if times != 1 {
			t.Errorf("%s was deleted %d times", path, times)
		}
	}
	if len(deleted) != n {
		t.Errorf("%d objects were deleted, want %d", len(deleted), n)
	}
	wantLeft(t, namespace, 0)
}
