package verdict

import (
	"sync"
	"testing"
)

// definitions say when each reason holds, each by itself and without any order, as
// docs/verdicts.md does in words.
func definitions() map[Reason]func(f *facts) bool {
	itself := func(f *facts) bool { // nothing but Helm's hooks decides
		return !f.terminating && !f.controllerOwned && !f.ordinary && !f.unknownToken &&
			(f.author == authorHelm || (f.author == authorUnknown && f.window))
	}
	quiet := func(f *facts) bool { // and nothing is under way
		return itself(f) &&
			(f.release == noRecord || !f.busy) &&
			(f.release == noRecord || !f.runs || f.outcome != unfinished) &&
			(!f.attributed || f.runs || !f.hookRunning)
	}
	declared := func(f *facts) bool { return quiet(f) && f.release == installed && f.declared }
	ended := func(f *facts) bool { return declared(f) && (!f.policyMet || !f.window) && !f.expires }
	known := func(f *facts) bool { // its own policy, or that of the record in force
		return f.policy == policyKnown || (f.policy == policyNotKnown && f.awaits)
	}
	waits := func(f *facts) bool { // what runs, has a policy that Helm knows, and waits for what may come
		return ended(f) && f.runs && known(f) && (!f.onlyInstall || !f.established)
	}
	recordless := func(f *facts) bool { return quiet(f) && f.release == noRecord && f.attributed }
	lives := func(f *facts) bool { return f.witnessed || f.helmlessness }
	return map[Reason]func(f *facts) bool{
		ReasonTerminating:     func(f *facts) bool { return f.terminating },
		ReasonControllerOwned: func(f *facts) bool { return !f.terminating && f.controllerOwned },
		ReasonOrdinaryResource: func(f *facts) bool {
			return !f.terminating && !f.controllerOwned && f.ordinary
		},
		ReasonNotAHook: func(f *facts) bool {
			return !f.terminating && !f.controllerOwned && !f.ordinary && f.unknownToken
		},
		ReasonOtherDeployer: func(f *facts) bool {
			return !f.terminating && !f.controllerOwned && !f.ordinary && !f.unknownToken && f.author == authorOther
		},
		ReasonNotMadeByHelm: func(f *facts) bool {
			return !f.terminating && !f.controllerOwned && !f.ordinary && !f.unknownToken &&
				f.author == authorUnknown && !f.window
		},
		ReasonReleaseBusy: func(f *facts) bool { return itself(f) && f.release != noRecord && f.busy },
		ReasonRunning: func(f *facts) bool {
			return itself(f) && f.release != noRecord && !f.busy && f.runs && f.outcome == unfinished
		},
		ReasonHookStillRunning: func(f *facts) bool {
			return itself(f) && f.attributed && !f.runs && f.hookRunning && (f.release == noRecord || !f.busy)
		},
		ReasonPolicyMissed: func(f *facts) bool { return declared(f) && f.policyMet && f.window },
		ReasonExpiresByTTL: func(f *facts) bool { return declared(f) && (!f.policyMet || !f.window) && f.expires },
		ReasonAuthorKeeps:  func(f *facts) bool { return ended(f) && f.policy == policyKeeps },
		ReasonPolicyUnknown: func(f *facts) bool {
			return ended(f) && f.policy == policyNotKnown && !f.awaits
		},
		ReasonPartOfRelease: func(f *facts) bool {
			return ended(f) && !f.runs && (f.policy == policyNone || known(f))
		},
		ReasonNoDeletePolicy: func(f *facts) bool { return ended(f) && f.runs && f.policy == policyNone },
		ReasonNeverRunsAgain: func(f *facts) bool {
			return ended(f) && f.runs && known(f) && f.onlyInstall && f.established
		},
		ReasonAwaitsNextRun: func(f *facts) bool { return waits(f) && f.awaits },
		ReasonKeptByOutcome: func(f *facts) bool { return waits(f) && !f.awaits },
		ReasonReleaseUninstalled: func(f *facts) bool {
			return quiet(f) && f.attributed && f.release == uninstalled
		},
		ReasonDropped: func(f *facts) bool {
			return quiet(f) && f.attributed && f.release == installed && !f.declared
		},
		ReasonLiveWithoutRecord: func(f *facts) bool { return recordless(f) && lives(f) },
		ReasonReleaseGone: func(f *facts) bool {
			return recordless(f) && !lives(f) && !f.namesake && f.author == authorHelm
		},
		ReasonAmbiguous: func(f *facts) bool { return recordless(f) && !lives(f) && f.namesake },
		ReasonUnattributed: func(f *facts) bool {
			unproven := recordless(f) && !lives(f) && !f.namesake && f.author != authorHelm
			return unproven || (quiet(f) && !f.attributed && (f.release != installed || !f.declared))
		},
	}
}

// Of all states that there can be, each has exactly one reason, and the tree finds
// it.
func TestEachStateHasExactlyOneReason(t *testing.T) {
	rows, defined := tree(), definitions()
	if len(defined) != len(rows) {
		t.Fatalf("%d reasons are defined, the tree has %d", len(defined), len(rows))
	}
	when := make([]func(*facts) bool, len(rows))
	for i, row := range rows {
		if when[i] = defined[row.reason]; when[i] == nil {
			t.Fatalf("%s is not defined", row.reason)
		}
	}
	const flags = 17
	seen := make([][]int, 2)
	var wg sync.WaitGroup
	for half := range seen {
		seen[half] = make([]int, len(rows))
		wg.Go(func() {
			for bits := half; bits < 1<<flags; bits += len(seen) {
				if !eachState(t, bits, rows, when, seen[half]) {
					return
				}
			}
		})
	}
	wg.Wait()
	for i, row := range rows {
		if seen[0][i]+seen[1][i] == 0 {
			t.Errorf("no state has the reason %s", row.reason)
		}
	}
}

// eachState looks at all states with the same flags.
func eachState(t *testing.T, bits int, rows []row, when []func(*facts) bool, seen []int) bool {
	bit := func(i int) bool { return bits&(1<<i) != 0 }
	f := facts{
		terminating: bit(0), controllerOwned: bit(1), ordinary: bit(2), unknownToken: bit(3),
		runs: bit(4), expires: bit(5), attributed: bit(6), window: bit(7), busy: bit(8), hookRunning: bit(9),
		declared: bit(10), policyMet: bit(11), onlyInstall: bit(12), established: bit(13), awaits: bit(14),
		witnessed: bit(15), namesake: bit(16),
	}
	for i := range 3 * 3 * 4 * 3 * 2 {
		f.author, f.outcome = authorship(i%3), outcome(i/3%3)
		f.policy, f.release = policyClass(i/9%4), releaseState(i/36%3)
		f.helmlessness = i/108 == 1
		got := reasonOf(rows, &f).reason
		for j, holds := range when {
			if holds(&f) != (rows[j].reason == got) {
				t.Errorf("%s holds: %v, and the tree says %s of %+v", rows[j].reason, rows[j].reason != got, got, f)
				return false
			}
			if rows[j].reason == got {
				seen[j]++
			}
		}
	}
	return true
}
