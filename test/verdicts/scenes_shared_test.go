//go:build e2e

package verdicts

// sharedScenes are of releases that meet.
func sharedScenes() []scene {
	shared := values(clusterRole("shared", hook("pre-install,pre-upgrade")))
	seed := func(name string) []object { return values(job(name, hook("post-install"))) }
	a, b := "{release}-a", "{release}-b"
	// beside is where the other release's namespace begins like this one.
	beside := func(o object) { o.in("metadata")["namespace"] = `{{ trimSuffix "-far" .Release.Namespace }}` }
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
			// Another release declares them, too, and its next upgrade deletes them.
			name: "shared-beside", helms: both(),
			play: []step{
				as(b, install(values(job("migrate", hook("pre-upgrade"))))),
				install(values(job("migrate", hook("pre-install", bhc)))),
			},
			want: stale(wants{"Job/migrate": {reason: "AwaitsNextRun", leaks: true}}),
		},
		{
			// It is an ordinary resource of the other one, whose uninstall deletes it.
			name: "ordinary-other", helms: both(),
			play: []step{
				as(b, install(values(job("migrate")))),
				install(values(job("migrate", hook("pre-install", bhc)))),
			},
			want: stale(wants{"Job/migrate": {reason: "OrdinaryResource"}}),
		},
		{
			name: "shared-far", helms: both(),
			play: []step{
				elsewhere("-far", as(b, install(values(job("dropped", hook("pre-upgrade", bhc), beside), job("once", hook("pre-upgrade", bhc), beside))))),
				install(values(job("dropped", hook("pre-install", bhc)), job("once", hook("pre-install", bhc)))),
				upgrade(values(job("once", hook("pre-install", bhc)))),
			},
			want: stale(wants{
				"Job/dropped": {reason: "AwaitsNextRun", leaks: true},
				"Job/once":    {reason: "AwaitsNextRun", leaks: true},
			}),
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
