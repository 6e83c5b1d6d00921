//go:build e2e

package verdicts

// Policies as hooks have them.
const (
	bhc = "before-hook-creation"
	hs  = "hook-succeeded"
	hf  = "hook-failed"
)

// migration is what charts ship for their databases: a Job, and what it needs.
func migration(wiring, policy option, runs ...option) []object {
	first := func(o object) { wiring(o); weight(-1)(o) }
	return values(
		serviceAccount("migrator", first), role("migrator", first), roleBinding("migrator", first),
		configMap("migrator", first), secret("migrator", first),
		job("migrate", policy, runsAs("migrator")).but(runs...),
	)
}

func killedScenes() []scene {
	goes := hook("pre-upgrade", hs, hf)
	replaced := hook("pre-upgrade", bhc, hs)
	// wired are the verdicts on a migration's objects.
	wired := func(supporting, runs want) wants {
		return wants{
			"ServiceAccount/migrator": supporting, "Role/migrator": supporting, "RoleBinding/migrator": supporting,
			"ConfigMap/migrator": supporting, "Secret/migrator": supporting, "Job/migrate": runs,
		}
	}
	// Only where nothing replaces it does an object stand in the way, and only of who
	// creates it instead of applying it.
	inTheWay := by{3: "pre-upgrade:exists"}
	// As people do who are told that another operation is in progress.
	rollback := helm("rollback", "{release}", "1")
	again := upgrade(migration(goes, replaced))
	exists := failing(again, "already exists")
	return []scene{
		{
			// The commonest pain: what was to be deleted after the event blocks all upgrades.
			name: "killed", helms: both(),
			play: []step{
				install(values()),
				killedAt("migrate", upgrading(migration(goes, replaced, lasts(3)))),
				finished("job/migrate"),
			},
			want: map[judging]wants{
				whenStale: wired(want{reason: "PolicyMissed", blocks: inTheWay}, want{reason: "PolicyMissed"}),
				whenFresh: wired(want{reason: "ReleaseBusy", blocks: inTheWay}, want{reason: "ReleaseBusy"}),
			},
			after: map[int][]step{3: {rollback, exists}, 4: {rollback, again}},
		},
		{
			name: "killed-csa", helms: []int{4},
			play: []step{
				install(values(), "--server-side=false"),
				killedAt("migrate", upgrading(migration(goes, replaced, lasts(3)))),
				finished("job/migrate"),
			},
			want: stale(wired(
				want{reason: "PolicyMissed", blocks: by{4: "pre-upgrade:exists"}}, want{reason: "PolicyMissed"},
			)),
			after: map[int][]step{4: {rollback, exists}},
		},
		{
			// Helm is still there, and waits.
			name: "busy", helms: both(),
			play: []step{
				install(values()),
				leftAt("migrate", upgrading(migration(goes, replaced, hangs))),
			},
			want: map[judging]wants{
				whenFresh: wired(want{reason: "ReleaseBusy", blocks: inTheWay}, want{reason: "ReleaseBusy", status: "Running"}),
				whenStale: wired(want{reason: "HookStillRunning", blocks: inTheWay}, want{reason: "Running", status: "Running"}),
			},
		},
		{
			// Helm has given up, and the Job has not: the release is not in flight any more.
			name: "outlived", helms: both(),
			play: []step{
				install(values()),
				failing(upgrade(migration(hook("pre-upgrade", bhc), replaced, hangs), "--timeout=4s"), "pre-upgrade hooks failed"),
			},
			want: map[judging]wants{
				whenFresh: wired(want{reason: "HookStillRunning"}, want{reason: "Running", status: "Running"}),
				whenStale: wired(want{reason: "HookStillRunning"}, want{reason: "Running", status: "Running"}),
			},
		},
	}
}

func testScenes() []scene {
	tests := values(
		pod("first", hook("test", hs)),
		pod("second", hook("test", bhc), weight(1), lasts(3)),
	)
	filtered := values(
		serviceAccount("tester", hook("pre-install,pre-upgrade")),
		pod("first", hook("test")), pod("second", hook("test", bhc), lasts(3)),
	)
	left := by{3: "test:exists", 4: "test:silentlySkipped"}
	return []scene{
		{
			// The release is deployed all the while.
			name: "killed-test", helms: both(),
			play: []step{install(tests), killedAt("second", runningTests()), finished("pod/second")},
			want: map[judging]wants{
				whenStale: {
					"Pod/first":  {reason: "PolicyMissed", blocks: left},
					"Pod/second": {reason: "AwaitsNextRun"},
				},
				whenFresh: {
					"Pod/first":  {reason: "ReleaseBusy", blocks: left},
					"Pod/second": {reason: "ReleaseBusy"},
				},
			},
			after: map[int][]step{
				3: {failing(helm("test", "{release}"), "already exists")},
				4: {helm("test", "{release}")},
			},
		},
		{
			// Helm writes a record with the chosen hooks only, and all at the end.
			name: "killed-filter", helms: both(),
			play: []step{
				install(filtered), helm("test", "{release}"),
				killedAt("second", runningTests("--filter", "name=second")), finished("pod/second"),
			},
			want: map[judging]wants{
				whenStale: {
					"Pod/first":             {reason: "Dropped", attribution: byLabel},
					"ServiceAccount/tester": {reason: "Dropped", guards: "supporting", attribution: byLabel},
					"Pod/second":            {reason: "AwaitsNextRun"},
				},
				whenFresh: {
					"Pod/first":             {reason: "ReleaseBusy", attribution: byLabel},
					"ServiceAccount/tester": {reason: "ReleaseBusy", attribution: byLabel},
				},
			},
		},
	}
}
