package oracle

import (
	chart3 "helm.sh/helm/v3/pkg/chart"
	release3 "helm.sh/helm/v3/pkg/release"
	time3 "helm.sh/helm/v3/pkg/time"
	common4 "helm.sh/helm/v4/pkg/chart/common"
	chart4 "helm.sh/helm/v4/pkg/chart/v2"
	status4 "helm.sh/helm/v4/pkg/release/common"
	release4 "helm.sh/helm/v4/pkg/release/v1"
)

// helm3 is the release in Helm 3's own types.
func (s spec) helm3() *release3.Release {
	r := &release3.Release{
		Name: s.name, Namespace: s.namespace, Version: s.version, Config: s.config, Manifest: s.manifest,
		Labels: map[string]string{"team": "shop"},
	}
	i := s.info
	r.Info = &release3.Info{
		FirstDeployed: time3.Time{Time: i.first}, LastDeployed: time3.Time{Time: i.last}, Deleted: time3.Time{Time: i.deleted},
		Status: release3.Status(i.status), Description: i.description, Notes: i.notes,
	}
	if c := s.chart; c != nil {
		r.Chart = &chart3.Chart{Values: c.values}
		if c.metadata {
			r.Chart.Metadata = &chart3.Metadata{Name: c.name, Version: c.version, APIVersion: "v2"}
		}
		for name, data := range c.templates {
			r.Chart.Templates = append(r.Chart.Templates, &chart3.File{Name: name, Data: data})
		}
	}
	for _, h := range s.hooks {
		r.Hooks = append(r.Hooks, &release3.Hook{
			Name: h.name, Kind: h.kind, Path: h.path, Manifest: h.manifest, Weight: h.weight,
			Events:            typed[release3.HookEvent](h.events),
			DeletePolicies:    typed[release3.HookDeletePolicy](h.policies),
			OutputLogPolicies: typed[release3.HookOutputLogPolicy](h.logs),
			LastRun: release3.HookExecution{
				StartedAt: time3.Time{Time: h.started}, CompletedAt: time3.Time{Time: h.completed}, Phase: release3.HookPhase(h.phase),
			},
		})
	}
	return r
}

// helm4 is the release in Helm 4's own types.
func (s spec) helm4() *release4.Release {
	r := &release4.Release{
		Name: s.name, Namespace: s.namespace, Version: s.version, Config: s.config, Manifest: s.manifest,
		ApplyMethod: s.applyMethod, Labels: map[string]string{"team": "shop"},
	}
	i := s.info
	r.Info = &release4.Info{
		FirstDeployed: i.first, LastDeployed: i.last, Deleted: i.deleted,
		Status: status4.Status(i.status), Description: i.description, Notes: i.notes, RollbackRevision: s.rollback,
	}
	if c := s.chart; c != nil {
		r.Chart = &chart4.Chart{Values: c.values}
		if c.metadata {
			r.Chart.Metadata = &chart4.Metadata{Name: c.name, Version: c.version, APIVersion: "v2"}
		}
		for name, data := range c.templates {
			r.Chart.Templates = append(r.Chart.Templates, &common4.File{Name: name, Data: data})
		}
	}
	for _, h := range s.hooks {
		r.Hooks = append(r.Hooks, &release4.Hook{
			Name: h.name, Kind: h.kind, Path: h.path, Manifest: h.manifest, Weight: h.weight,
			Events:            typed[release4.HookEvent](h.events),
			DeletePolicies:    typed[release4.HookDeletePolicy](h.policies),
			OutputLogPolicies: typed[release4.HookOutputLogPolicy](h.logs),
			LastRun: release4.HookExecution{
				StartedAt: h.started, CompletedAt: h.completed, Phase: release4.HookPhase(h.phase),
			},
		})
	}
	return r
}

func typed[T ~string](words []string) []T {
	var out []T
	for _, w := range words {
		out = append(out, T(w))
	}
	return out
}
