//go:build e2e

package verdicts

// recordlessScenes leave what has no record, and whose release is not known to be
// gone.
func recordlessScenes() []scene {
	seed := job("seed", hook("post-install"))
	return []scene{
		{
			name: "recordless", helms: both(),
			play: []step{
				install(values(seed, deployment("app"))),
				kubectl("delete", "secret", "--selector", "owner=helm,name={release}"),
			},
			want: stale(wants{"Job/seed": {reason: "LiveWithoutRecord", attribution: byLabel}}),
		},
		{
			name: "ambiguous", helms: both(),
			play: []step{install(values(seed)), elsewhere("-other", install(values(seed))), uninstall()},
			want: stale(wants{
				"Job/seed":            {reason: "Ambiguous", attribution: byLabel},
				"Job/{ns}-other/seed": {reason: "NoDeletePolicy"},
			}),
		},
		{
			name: "unlabelled", helms: both(),
			play: []step{install(values(job("seed", hook("post-install"), unlabelled))), uninstall()},
			want: stale(wants{"Job/seed": {reason: "Unattributed", attribution: byNoRecord}}),
		},
	}
}
