//go:build e2e

package verdicts

// policyScenes leave what is there after runs in which all went well.
func policyScenes() []scene {
	run := hook("post-install,post-upgrade")
	objects := values(
		job("none", run),
		job("once", hook("post-install", bhc, hf)),
		job("awaits", hook("post-upgrade", bhc)),
		job("kept", hook("post-upgrade", hf)),
		job("expires", hook("post-install,post-upgrade", bhc), expires(3600)),
		job("expires-late", hook("post-install", bhc), expires(48*3600)),
		job("never", hook("post-install", "never")),
		job("keep", hook("post-install", "keep")),
		job("empty", hook("post-install", "")),
		job("misspelt", hook("post-upgrade", "hook-suceeded")), //nolint:misspell // as people write it
		serviceAccount("never", hook("pre-upgrade", "never")),
		serviceAccount("empty", hook("pre-install", "")),
		deployment("web", hook("post-install")),
	)
	left := by{3: "post-upgrade:exists", 4: "post-upgrade:silentlySkipped"}
	return []scene{{
		name: "policies", helms: both(),
		play: []step{install(objects), upgrade(objects)},
		want: map[judging]wants{
			whenStale: {
				"Job/none":             {reason: "NoDeletePolicy"},
				"Job/once":             {reason: "NeverRunsAgain"},
				"Job/awaits":           {reason: "AwaitsNextRun"},
				"Job/kept":             {reason: "KeptByOutcome", guards: "author-choice", blocks: left},
				"Job/expires":          {reason: "ExpiresByTTL"},
				"Job/expires-late":     {reason: "NeverRunsAgain"},
				"Job/never":            {reason: "AuthorKeeps"},
				"Job/keep":             {reason: "AuthorKeeps"},
				"Job/empty":            {reason: "PolicyUnknown", guards: "author-choice"},
				"Job/misspelt":         {reason: "PolicyUnknown", guards: "author-choice", blocks: left},
				"ServiceAccount/never": {reason: "AuthorKeeps", blocks: by{3: "pre-upgrade:exists"}},
				"ServiceAccount/empty": {reason: "PolicyUnknown", guards: "author-choice not-recreated supporting"},
				"Deployment/web":       {reason: "PartOfRelease", leaks: true},
				// It bears its Deployment's annotations, and none of its labels.
				"ReplicaSet/web-*": {reason: "ControllerOwned", attribution: byNoRecord},
			},
			whenYoung: {
				"Job/none":   {reason: "NoDeletePolicy", guards: "too-young"},
				"Job/awaits": {reason: "AwaitsNextRun"},
			},
		},
		after: map[int][]step{
			3: {failing(upgrade(objects), "already exists")},
			4: {untouched("job/kept", untouched("job/misspelt", upgrade(objects)))},
		},
	}}
}

// expires lets Kubernetes delete the Job.
func expires(seconds int) option {
	return func(o object) { o.in("spec")["ttlSecondsAfterFinished"] = seconds }
}
