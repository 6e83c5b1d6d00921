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
	again := upgrade(migration(goes, replaced))
	exists := failing(again, "already exists")
	return []scene{
		{
			// The commonest pain: what was to be deleted after the event blocks all upgrades.
			name: "killed", helms: both(),
			play: []step{
				install(values()),
				killedAt("migrate", upgrading(migration(goes, replaced, lasts(6)))),
				finished("job/migrate"),
			},
			want: map[judging]wants{
				whenStale: wired(want{reason: "PolicyMissed", blocks: inTheWay}, want{reason: "PolicyMissed"}),
				whenFresh: wired(want{reason: "ReleaseBusy", blocks: inTheWay}, want{reason: "ReleaseBusy"}),
			},
			after: map[int][]step{3: {freed, exists, upgrade(values())}, 4: {freed, again}},
		},
		{
			name: "killed-csa", helms: []int{4},
			play: []step{
				install(values(), "--server-side=false"),
				killedAt("migrate", upgrading(migration(goes, replaced, lasts(6)))),
				finished("job/migrate"),
			},
			want: stale(wired(
				want{reason: "PolicyMissed", blocks: by{4: "pre-upgrade:exists"}}, want{reason: "PolicyMissed"},
			)),
			after: map[int][]step{4: {freed, exists, upgrade(values())}},
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
		{
			// The release was never established, and can only be uninstalled.
			name: "killed-install", helms: both(),
			play: []step{
				killedAt("seed", installing(values(
					serviceAccount("missed", hook("pre-install", hs), weight(-1)),
					serviceAccount("part", hook("pre-install"), weight(-1)),
					job("seed", hook("pre-install", bhc, hf), lasts(6)),
				))),
				finished("job/seed"),
			},
			want: map[judging]wants{
				whenStale: {
					"ServiceAccount/missed": {reason: "PolicyMissed", blocks: by{3: "pre-install:exists"}},
					"ServiceAccount/part":   {reason: "PartOfRelease", leaks: true},
					"Job/seed":              {reason: "AwaitsNextRun"},
				},
				whenFresh: {"ServiceAccount/part": {reason: "ReleaseBusy"}},
			},
			after: map[int][]step{3: {freed, install(values())}, 4: {freed, install(values())}},
		},
		{
			// The uninstall has deleted nothing yet, and another one does it all.
			name: "killed-uninstall", helms: both(),
			play: []step{
				install(values(job("farewell", hook("pre-delete", bhc, hs), lasts(6)))),
				killedAt("farewell", uninstalling()), finished("job/farewell"),
			},
			want: map[judging]wants{
				whenStale: {"Job/farewell": {reason: "PolicyMissed"}},
				whenFresh: {"Job/farewell": {reason: "ReleaseBusy"}},
			},
			after: map[int][]step{3: {freed, install(values())}, 4: {freed, install(values())}},
		},
		{
			// The Job fails when nobody waits for it any more, and its logs are all there is.
			name: "killed-failing", helms: both(),
			play: []step{
				install(values()),
				killedAt("migrate", upgrading(values(
					serviceAccount("migrator", hook("pre-upgrade", hf), weight(-1)),
					job("migrate", hook("pre-upgrade", bhc, hf), fails, lasts(6)),
				))),
				failed("job/migrate"),
			},
			want: stale(wants{
				// Its own creation succeeded.
				"ServiceAccount/migrator": {reason: "PartOfRelease", leaks: true, blocks: inTheWay},
				"Job/migrate":             {reason: "PolicyMissed", guards: "evidence", status: "Failed"},
			}),
		},
		{
			name: "leaving", helms: both(),
			play: []step{
				install(values(
					serviceAccount("leaver", hook("pre-install")),
					job("seed", hook("post-install")), job("farewell", hook("pre-delete", bhc, hs), hangs),
				)),
				leftAt("farewell", uninstalling()),
			},
			want: map[judging]wants{
				whenFresh: {
					"ServiceAccount/leaver": {reason: "ReleaseBusy"},
					"Job/seed":              {reason: "ReleaseBusy"},
					"Job/farewell":          {reason: "ReleaseBusy", status: "Running"},
				},
				whenStale: {
					"ServiceAccount/leaver": {reason: "HookStillRunning"},
					"Job/seed":              {reason: "NoDeletePolicy"},
					"Job/farewell":          {reason: "Running", status: "Running"},
				},
			},
		},
	}
}
