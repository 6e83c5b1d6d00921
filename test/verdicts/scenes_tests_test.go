//go:build e2e

package verdicts

// testScenes leave the Pods of helm test.
func testScenes() []scene {
	tests := values(
		pod("first", hook("test", hs)),
		pod("second", hook("test", bhc), weight(1), lasts(6)),
	)
	filtered := values(
		serviceAccount("tester", hook("pre-install,pre-upgrade")),
		pod("first", hook("test")), pod("second", hook("test", bhc), lasts(6)),
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
