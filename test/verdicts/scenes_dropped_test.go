//go:build e2e

package verdicts

// droppedScenes leave what the newest revision does not declare.
func droppedScenes() []scene {
	always := hook("pre-install,pre-upgrade")
	renamed := values(
		claim("backup-{{ .Release.Revision }}", always, weight(-1)),
		job("backup-{{ .Release.Revision }}", always),
	)
	component := values(
		serviceAccount("component", hook("pre-install")),
		deployment("component", runsAs("component")),
	)
	database := deployment("database", mounts("database"))
	return []scene{
		{
			name: "dropped", helms: both(),
			play: []step{
				install(values(
					job("warm", hook("post-install,post-upgrade", bhc)),
					serviceAccount("always", always), configMap("always", always),
					serviceAccount("once", hook("pre-install")),
				)),
				upgrade(values()),
			},
			want: stale(wants{
				"Job/warm":              {reason: "Dropped"},
				"ServiceAccount/always": {reason: "Dropped", guards: "supporting"},
				"ConfigMap/always":      {reason: "Dropped", guards: "holds-data supporting"},
				"ServiceAccount/once":   {reason: "Dropped", guards: "not-recreated supporting"},
			}),
		},
		{
			name: "renamed", helms: both(),
			play: []step{install(renamed), upgrade(renamed), upgrade(renamed)},
			want: stale(wants{
				"Job/backup-1":                   {reason: "Dropped"},
				"Job/backup-2":                   {reason: "Dropped"},
				"Job/backup-3":                   {reason: "NoDeletePolicy"},
				"PersistentVolumeClaim/backup-1": {reason: "Dropped", guards: "holds-data supporting"},
				"PersistentVolumeClaim/backup-3": {reason: "PartOfRelease", leaks: true},
			}),
		},
		{
			// What only an install renders is forgotten with its revision, and may be in use
			// for ever.
			name: "forgotten", helms: both(),
			play: []step{
				install(values(
					job("seed", hook("post-install")), serviceAccount("seeder", hook("pre-install")),
					claim("database", hook("pre-install")), database,
				)),
				upgrade(values(database), "--history-max=2"),
				upgrade(values(database), "--history-max=2"),
			},
			want: stale(wants{
				"Job/seed":              {reason: "Dropped", attribution: byLabel},
				"ServiceAccount/seeder": {reason: "Dropped", attribution: byLabel, guards: "not-recreated supporting"},
				"PersistentVolumeClaim/database": {
					reason: "Dropped", attribution: byLabel, guards: "holds-data not-recreated referenced supporting",
				},
			}),
		},
		{
			// Switched off, a rollback would need it.
			name: "component-off", helms: both(),
			play: []step{install(component), upgrade(values())},
			want: stale(wants{
				"ServiceAccount/component": {reason: "Dropped", guards: "not-recreated referenced supporting"},
			}),
		},
		{
			// Switched on again, no upgrade would make it again.
			name: "component-on", helms: both(),
			play: []step{install(component), upgrade(values()), upgrade(component)},
			want: stale(wants{"ServiceAccount/component": {reason: "PartOfRelease", leaks: true}}),
		},
		{
			// A rollback stores the hooks of the revision that it goes back to.
			name: "rolled-back", helms: both(),
			play: []step{
				install(values(job("first", hook("post-install")))), upgrade(values(job("second", hook("post-upgrade")))),
				helm("rollback", "{release}", "1"),
			},
			want: stale(wants{
				"Job/first":  {reason: "NoDeletePolicy"},
				"Job/second": {reason: "Dropped"},
			}),
		},
		{
			// Another release under the name of one that was uninstalled.
			name: "reinstalled", helms: both(),
			play: []step{
				install(values(job("seed", hook("post-install")), serviceAccount("seeder", always))), uninstall(), install(values()),
			},
			want: stale(wants{
				"Job/seed":              {reason: "Dropped", attribution: byLabel},
				"ServiceAccount/seeder": {reason: "Dropped", attribution: byLabel, guards: "supporting"},
			}),
		},
	}
}
