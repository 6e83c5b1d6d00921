//go:build e2e

package verdicts

// blockScenes leave a finished Job that nothing deletes before the next upgrade makes
// it, and Helm 4 does not make it then.
func blockScenes() []scene {
	migrate := func(tag string) []object {
		return values(job("migrate", hook("post-upgrade", hf), image(tag)))
	}
	definition := values(crd("widgets", "Widget", "{{ .Release.Namespace }}.test", "v1", hook("pre-install,pre-upgrade", bhc)))
	edited := values(configMap("settings", hook("post-upgrade", hf), with(object{"data": object{"a": "ours"}})))
	failed := values(job("migrate", hook("post-upgrade", hs), fails))
	left := func(blocks string) map[judging]wants {
		return stale(wants{"Job/migrate": {reason: "KeptByOutcome", guards: "author-choice", blocks: by{4: blocks}}})
	}
	return []scene{
		{
			// The second upgrade succeeds, and has not run the migration.
			name: "skipped", helms: []int{4},
			play:  []step{install(values()), upgrade(migrate("3.10")), upgrade(migrate("3.10"))},
			want:  left("post-upgrade:silentlySkipped"),
			after: map[int][]step{4: {untouched("job/migrate", upgrade(migrate("3.10")))}},
		},
		{
			name: "changed", helms: []int{4},
			play: []step{
				install(values()), upgrade(migrate("3.9")),
				failing(upgrade(migrate("3.10")), "field is immutable"),
			},
			want: left("post-upgrade:immutable"),
		},
		{
			// The Job does not run either, and its old failure is every upgrade's.
			name: "failed-left", helms: []int{4},
			play: []step{install(values()), failing(upgrade(failed), "status: Failed")},
			want: stale(wants{"Job/migrate": {
				reason: "KeptByOutcome", guards: "author-choice evidence", status: "Failed", blocks: by{4: "post-upgrade:failed"},
			}}),
			after: map[int][]step{4: {untouched("job/migrate", failing(upgrade(failed), "status: Failed"))}},
		},
		{
			// Helm never deletes a definition that is a hook, whatever its policy.
			name: "definition", helms: both(),
			play: []step{install(definition)},
			want: stale(wants{"CustomResourceDefinition//widgets.{ns}.test": {
				reason: "PartOfRelease", leaks: true, blocks: by{3: "pre-upgrade:exists"},
			}}),
			after: map[int][]step{3: {failing(upgrade(definition), "already exists")}, 4: {upgrade(definition)}},
		},
		{
			// Somebody else has set what Helm 4 would apply. That is in the way too, and takes
			// a look at who owns which field to foretell.
			name: "edited", helms: []int{4},
			play: []step{
				install(values()), upgrade(edited),
				kubectl("patch", "configmap", "settings", "--patch", `{"data":{"a":"theirs"}}`),
			},
			want:  stale(wants{"ConfigMap/settings": {reason: "PartOfRelease", leaks: true}}),
			after: map[int][]step{4: {failing(upgrade(edited), "conflict with \"kubectl-patch\"")}},
		},
		{
			// Releases that Helm 3 has made are not applied.
			name: "helm3-then-4", helms: []int{3},
			play: []step{install(values()), upgrade(migrate("3.10")), by4(failing(upgrade(migrate("3.10")), "already exists"))},
			want: stale(wants{"Job/migrate": {
				reason: "KeptByOutcome", guards: "author-choice", blocks: by{3: "post-upgrade:exists"},
			}}),
		},
		{
			name: "skipped-csa", helms: []int{4},
			play: []step{
				install(values(), "--server-side=false"), upgrade(migrate("3.10")),
				failing(upgrade(migrate("3.10")), "already exists"),
			},
			want: left("post-upgrade:exists"),
		},
	}
}

// lateScenes make a gap in the evidence.
func lateScenes() []scene {
	return []scene{{
		name: "undecodable", helms: both(), late: true,
		play: []step{
			install(values(job("seed", hook("post-install")), serviceAccount("seeder", hook("pre-install")))),
			upgrade(values()),
			kubectl("patch", "secret", "sh.helm.release.v1.{release}.v2", "--patch", `{"data":{"release":"bm90IGEgcmVjb3Jk"}}`),
		},
		want: map[judging]wants{whenLate: {
			"Job/seed":              {reason: "IncompleteEvidence"},
			"ServiceAccount/seeder": {reason: "IncompleteEvidence"},
		}},
	}}
}
