//go:build e2e

package verdicts

// failedScenes leave what somebody may want to read.
func failedScenes() []scene {
	restore := values(
		serviceAccount("restorer", hook("pre-rollback"), weight(-1)),
		job("restore", hook("pre-rollback", bhc, hs), fails),
	)
	return []scene{
		{
			// Nobody killed it, and the release stays pending-rollback for ever.
			name: "failed-rollback", helms: both(),
			play: []step{
				install(restore), upgrade(restore),
				failing(helm("rollback", "{release}", "1"), "failed"),
			},
			want: map[judging]wants{
				whenStale: {
					"ServiceAccount/restorer": {reason: "PartOfRelease", leaks: true},
					"Job/restore":             {reason: "AwaitsNextRun", status: "Failed"},
				},
				whenFresh: {
					"ServiceAccount/restorer": {reason: "ReleaseBusy"},
					"Job/restore":             {reason: "ReleaseBusy", status: "Failed"},
				},
			},
		},
		{
			// As above, with uninstalling.
			name: "failed-uninstall", helms: both(),
			play: []step{
				install(values(job("farewell", hook("pre-delete", bhc), fails), job("seed", hook("post-install")))),
				failing(uninstall(), "failed"),
			},
			want: map[judging]wants{
				whenStale: {
					"Job/farewell": {reason: "AwaitsNextRun", status: "Failed"},
					"Job/seed":     {reason: "NoDeletePolicy"},
				},
				whenFresh: {
					"Job/farewell": {reason: "ReleaseBusy", status: "Failed"},
					"Job/seed":     {reason: "ReleaseBusy"},
				},
			},
		},
		{
			name: "failed-install", helms: both(),
			play: []step{failing(install(values(job("seed", hook("post-install"), fails))), "failed")},
			want: map[judging]wants{
				whenStale: {"Job/seed": {reason: "NoDeletePolicy", guards: "evidence", status: "Failed"}},
				// It is not in flight.
				whenFresh: {"Job/seed": {reason: "NoDeletePolicy", guards: "evidence", status: "Failed"}},
			},
		},
		{
			name: "failed-upgrade", helms: both(),
			play: []step{
				install(values()),
				failing(upgrade(values(
					job("before", hook("pre-upgrade"), weight(-1)),
					job("migrate", hook("pre-upgrade"), fails),
				)), "failed"),
			},
			want: stale(wants{
				"Job/before":  {reason: "NoDeletePolicy"},
				"Job/migrate": {reason: "NoDeletePolicy", guards: "evidence", status: "Failed"},
			}),
		},
		{
			// The failed upgrade drops what the deployed revision still declares.
			name: "failed-dropping", helms: both(),
			play: []step{
				install(values(job("seed", hook("post-install,post-upgrade")), serviceAccount("seeder", hook("pre-install,pre-upgrade")))),
				failing(upgrade(values(job("migrate", hook("pre-upgrade", bhc), fails))), "failed"),
			},
			want: stale(wants{
				"Job/seed":              {reason: "NoDeletePolicy"},
				"ServiceAccount/seeder": {reason: "PartOfRelease", leaks: true},
				"Job/migrate":           {reason: "AwaitsNextRun", status: "Failed"},
			}),
		},
		{
			// What Helm takes back by itself leaves its hooks, and nothing to ask about them.
			name: "failed-atomic", helms: both(),
			play: []step{failing(install(values(
				serviceAccount("seeder", hook("pre-install")), job("seed", hook("post-install", bhc), fails),
			), "--atomic"), "failed")},
			want: stale(wants{
				"ServiceAccount/seeder": gone(want{}),
				"Job/seed":              gone(want{guards: "evidence", status: "Failed"}),
			}),
		},
		{
			// A suspended Job has not finished, and the release is failed for want of time.
			name: "suspended", helms: both(),
			play: []step{
				install(values()),
				failing(upgrade(values(job("paused", hook("pre-upgrade", bhc), suspended)), "--timeout=4s"), "pre-upgrade hooks failed"),
			},
			want: stale(wants{"Job/paused": {reason: "Running", status: "Suspended"}}),
		},
	}
}

func suspended(o object) { o.in("spec")["suspend"] = true }
