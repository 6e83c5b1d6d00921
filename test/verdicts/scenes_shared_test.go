//go:build e2e

package verdicts

// sharedScenes are of releases that meet.
func sharedScenes() []scene {
	shared := values(clusterRole("shared", hook("pre-install,pre-upgrade")))
	seed := func(name string) []object { return values(job(name, hook("post-install"))) }
	a, b := "{release}-a", "{release}-b"
	return []scene{
		{
			name: "shared", helms: both(),
			play: []step{as(a, install(shared)), as(b, install(shared)), as(a, upgrade(values())), as(b, upgrade(values()))},
			want: stale(wants{"ClusterRole//{ns}-shared": {reason: "Dropped", guards: "shared supporting"}}),
		},
		{
			// The one that has dropped it is not asked.
			name: "shared-still", helms: both(),
			play: []step{as(a, install(shared)), as(b, install(shared)), as(a, upgrade(values()))},
			want: stale(wants{"ClusterRole//{ns}-shared": {reason: "PartOfRelease", leaks: true}}),
		},
		{
			name: "twins", helms: both(),
			play: []step{install(seed("seed")), elsewhere("-twin", install(seed("seed")))},
			want: stale(wants{
				"Job/seed":           {reason: "NoDeletePolicy"},
				"Job/{ns}-twin/seed": {reason: "NoDeletePolicy"},
			}),
		},
		{
			name: "drivers", helms: both(),
			play: []step{install(seed("in-secret")), stored("configmap", install(seed("in-configmap")))},
			want: stale(wants{
				"Job/in-secret":    {reason: "NoDeletePolicy"},
				"Job/in-configmap": {reason: "NoDeletePolicy"},
			}),
		},
	}
}
