//go:build e2e

package verdicts

// partScenes leave what a release needs, or may.
func partScenes() []scene {
	settings := func(events string) []object { return values(configMap("settings", hook(events))) }
	ordinary := values(configMap("settings"))
	unmade := serviceAccount("unmade", hook("pre-rollback", hs))
	part := want{reason: "PartOfRelease", leaks: true}
	return []scene{
		{
			// An operator's account is a hook in charts that came late to crds/.
			name: "operator", helms: both(),
			play: []step{install(values(
				serviceAccount("operator", hook("pre-install,pre-upgrade")), deployment("operator", runsAs("operator")),
			))},
			want: stale(wants{"ServiceAccount/operator": part}),
		},
		{
			// Helm 3 leaves the hook annotation on what is not a hook any more.
			name: "ordinary", helms: []int{3},
			play: []step{install(settings("pre-install,pre-upgrade")), upgrade(ordinary, "--take-ownership")},
			want: stale(wants{"ConfigMap/settings": {reason: "OrdinaryResource"}}),
		},
		{
			name: "ordinary-csa", helms: []int{4},
			play: []step{
				install(settings("pre-install,pre-upgrade"), "--server-side=false"), upgrade(ordinary, "--take-ownership"),
			},
			want: stale(wants{"ConfigMap/settings": {reason: "OrdinaryResource"}}),
		},
		{
			// Helm 4 applies what it applied before without the annotation, which is gone then.
			name: "ordinary-ssa", helms: []int{4},
			play: []step{install(settings("pre-install,pre-upgrade")), upgrade(ordinary, "--take-ownership")},
			want: stale(wants{"ConfigMap/settings": {absent: true}}),
		},
		{
			name: "ordinary-once", helms: both(),
			play: []step{
				install(settings("pre-install,pre-upgrade")), upgrade(ordinary, "--take-ownership"), upgrade(settings("post-upgrade")),
			},
			want: stale(wants{"ConfigMap/settings": part}),
		},
		{
			// The upgrade makes the hook, and then deletes what it does not find among its
			// ordinary resources any more.
			name: "ordinary-before", helms: both(),
			play: []step{install(ordinary), upgrade(settings("pre-upgrade"))},
			want: stale(wants{"ConfigMap/settings": {absent: true}}),
		},
		{
			// The chart has a policy now. No run made the objects under it, and none missed it.
			name: "policy-added", helms: both(),
			play: []step{
				install(values(serviceAccount("made", hook("pre-install")))),
				create("helm", unmade),
				upgrade(values(serviceAccount("made", hook("pre-install", hs)), unmade)),
			},
			want: stale(wants{
				"ServiceAccount/made":   part,
				"ServiceAccount/unmade": {reason: "PartOfRelease", leaks: true, blocks: by{3: "pre-rollback:exists"}},
			}),
		},
		{
			// Somebody took it away and made it again within the run's time.
			name: "made-again", helms: []int{4},
			play: []step{
				install(values(configMap("settings", hook("post-install,post-upgrade")))),
				kubectl("delete", "configmap", "settings"),
				create("platformctl", configMap("settings", hook("post-install,post-upgrade"))),
			},
			want: stale(wants{"ConfigMap/settings": part}),
		},
	}
}
