//go:build e2e

package verdicts

// fluxScenes leave what Flux's labels name. They name a HelmRelease, which may make
// a release of any other name.
func fluxScenes() []scene {
	// Jobs as Flux's controller makes them.
	from := func(helmRelease string) object {
		return job(helmRelease, hook("post-install"), unlabelled,
			labelled("helm.toolkit.fluxcd.io/name", helmRelease), labelled("helm.toolkit.fluxcd.io/namespace", "{{ .Release.Namespace }}"))
	}
	helmRelease := func(name, release string) object {
		return manifest("helm.toolkit.fluxcd.io/v2", "HelmRelease", name, unlabelled, with(object{"spec": object{"releaseName": release}}))
	}
	return []scene{{
		name: "flux", helms: []int{4},
		play: []step{
			create("flux", crd("helmreleases", "HelmRelease", "helm.toolkit.fluxcd.io", "v2")),
			kubectl("wait", "--for=condition=established", "crd/helmreleases.helm.toolkit.fluxcd.io"),
			create("flux", helmRelease("deployed", "{{ .Release.Name }}"), helmRelease("gone", "{{ .Release.Name }}-gone")),
			install(values()),
			create("helm-controller", from("deployed"), from("gone"), from("missing")),
			finished("job/deployed", "job/gone", "job/missing"),
		},
		want: stale(wants{
			"Job/deployed": {reason: "Dropped", attribution: byFlux},
			"Job/gone":     {reason: "ReleaseGone", attribution: byFlux},
			"Job/missing":  {reason: "Unattributed", attribution: byNoRecord},
		}),
	}}
}
