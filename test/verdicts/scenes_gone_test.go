//go:build e2e

package verdicts

// goneScenes leave what an uninstall does not delete.
func goneScenes() []scene {
	once, always := hook("pre-install"), hook("pre-install,pre-upgrade")
	seed := job("seed", hook("post-install"))
	return []scene{
		{
			name: "gone", helms: both(),
			play: []step{
				install(values(
					seed, job("kept", hook("post-install", "never")), serviceAccount("seeder", once), configMap("settings", once),
					secret("password", once), claim("data", once), service("front", once), networkPolicy("wall", once),
					deployment("app"),
				)),
				uninstall(),
			},
			want: map[judging]wants{
				whenStale: {
					"Job/seed":                   gone(want{}),
					"Job/kept":                   gone(want{guards: "keep"}),
					"ServiceAccount/seeder":      gone(want{}),
					"ConfigMap/settings":         gone(want{}),
					"Secret/password":            gone(want{guards: "holds-data"}),
					"PersistentVolumeClaim/data": gone(want{guards: "holds-data"}),
					"Service/front":              gone(want{guards: "takes-effect"}),
					"NetworkPolicy/wall":         gone(want{guards: "takes-effect"}),
				},
				whenYoung: {
					"Job/seed":              gone(want{guards: "too-young"}),
					"ServiceAccount/seeder": gone(want{guards: "too-young"}),
					"Secret/password":       gone(want{guards: "holds-data too-young"}),
				},
			},
		},
		{
			name: "history", helms: both(),
			play: []step{install(values(seed, serviceAccount("seeder", always))), uninstall("--keep-history")},
			want: stale(wants{
				"Job/seed":              {reason: "ReleaseUninstalled"},
				"ServiceAccount/seeder": {reason: "ReleaseUninstalled", guards: "supporting"},
			}),
		},
		{
			// They name each other, and nothing else does.
			name: "wired", helms: both(),
			play: []step{
				install(values(serviceAccount("wired", once), role("wired", once), roleBinding("wired", once))),
				uninstall(),
			},
			want: stale(wants{
				"ServiceAccount/wired": gone(want{}), "Role/wired": gone(want{}), "RoleBinding/wired": gone(want{}),
			}),
		},
		{
			// An admission Job can stay active for ever, and as long as it does it may need
			// its account.
			name: "active", helms: both(),
			play: []step{
				install(values()),
				killedAt("admission", upgrading(values(
					serviceAccount("admission", hook("pre-upgrade"), weight(-1)),
					job("admission", hook("pre-upgrade", bhc, hs), runsAs("admission"), hangs),
				))),
				uninstall(),
			},
			want: stale(wants{
				"Job/admission":            gone(want{guards: "running", status: "Running"}),
				"ServiceAccount/admission": {reason: "HookStillRunning", attribution: byLabel},
			}),
		},
		{
			// A StatefulSet's claims outlive releases, and are no proof that one lives.
			name: "claims", helms: both(),
			play: []step{install(values(seed, workload("StatefulSet", "database", claims))), uninstall()},
			want: stale(wants{"Job/seed": gone(want{})}),
		},
		{
			name: "cluster-scoped", helms: both(),
			play: []step{elsewhere("-gone",
				install(values(
					clusterRole("plain", once),
					clusterRole("marked", once, owned),
				)),
				kubectl("delete", "namespace", "{ns}"),
			)},
			want: stale(wants{
				// A label says nothing of another namespace.
				"ClusterRole//{ns}-gone-plain":  {reason: "Unattributed", attribution: byNoRecord},
				"ClusterRole//{ns}-gone-marked": {reason: "ReleaseGone", attribution: byOwner},
			}),
		},
		{
			// What a chart has defined and made, and what goes on working.
			name: "gone-kinds", helms: both(),
			play: []step{
				install(values(
					crd("widgets", "Widget", "{{ .Release.Namespace }}.test", "v1", once, weight(-1), owned),
					manifest("{{ .Release.Namespace }}.test/v1", "Widget", "widget", hook("post-install")),
					workload("StatefulSet", "database", once), deployment("app", once),
				)),
				uninstall(),
			},
			want: stale(wants{
				"CustomResourceDefinition//widgets.{ns}.test": {reason: "ReleaseGone", attribution: byOwner, guards: "holds-data owner"},
				"Widget/widget":        gone(want{guards: "holds-data"}),
				"StatefulSet/database": gone(want{guards: "holds-data"}),
				"Deployment/app":       gone(want{guards: "takes-effect"}),
			}),
		},
	}
}

// owned is what Helm writes on ordinary resources, and some charts on hooks.
func owned(o object) {
	annotated("meta.helm.sh/release-name", "{{ .Release.Name }}")(o)
	annotated("meta.helm.sh/release-namespace", "{{ .Release.Namespace }}")(o)
}
