//go:build e2e

package verdicts

// shapeScenes leave objects that do not bear what their hooks say.
func shapeScenes() []scene {
	list := object{
		"apiVersion": "v1", "kind": "List",
		"metadata": object{"annotations": object{"helm.sh/hook": "post-install,post-upgrade"}},
		"items":    []object{configMap("listed"), serviceAccount("listed")},
	}
	// Nobody reads a record without a hook object near it.
	listed := values(list, configMap("alone", hook("post-install,post-upgrade")))
	generated := values(job("", hook("post-install,post-upgrade", hf), generate("generated-")))
	part := want{reason: "PartOfRelease", leaks: true}
	return []scene{
		{
			// A List's children bear no annotation, so that nobody owns it: only the record's
			// time tells that Helm made them.
			name: "listed", helms: both(),
			play:  []step{install(listed), upgrade(listed)},
			want:  stale(wants{"ConfigMap/listed": part, "ServiceAccount/listed": part, "ConfigMap/alone": part}),
			after: map[int][]step{3: {upgrade(listed)}, 4: {upgrade(listed)}},
		},
		{
			// Each run makes another, and none can be in the way. Helm 4 cannot apply what has
			// no name.
			name: "generated", helms: []int{3},
			play:  []step{install(generated), upgrade(generated)},
			want:  stale(wants{"Job/generated-*": {reason: "KeptByOutcome", guards: "author-choice"}}),
			after: map[int][]step{3: {upgrade(generated)}},
		},
		{
			name: "generated-csa", helms: []int{4},
			play:  []step{install(generated, "--server-side=false"), upgrade(generated)},
			want:  stale(wants{"Job/generated-*": {reason: "KeptByOutcome", guards: "author-choice"}}),
			after: map[int][]step{4: {upgrade(generated)}},
		},
	}
}

// generate lets the API server choose the rest of the name.
func generate(start string) option {
	return func(o object) {
		delete(o.in("metadata"), "name")
		o.in("metadata")["generateName"] = start
	}
}
