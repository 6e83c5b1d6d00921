package oracle

import (
	"time"

	release3 "helm.sh/helm/v3/pkg/release"
	release4 "helm.sh/helm/v4/pkg/release/v1"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
)

// body3 is what our decoder should make of a release that Helm 3 has read,
// without what it takes from the hooks' manifests.
func body3(r *release3.Release) *release.Body {
	b := &release.Body{Name: r.Name, Namespace: r.Namespace, Revision: r.Version}
	if i := r.Info; i != nil {
		b.Status = release.Status(i.Status)
		b.FirstDeployed, b.LastDeployed, b.Deleted = i.FirstDeployed.Time, i.LastDeployed.Time, i.Deleted.Time
	}
	if r.Chart != nil && r.Chart.Metadata != nil {
		b.Chart = release.Chart{Name: r.Chart.Metadata.Name, Version: r.Chart.Metadata.Version}
	}
	for _, h := range r.Hooks {
		if h == nil {
			continue // neither major can do anything with it
		}
		b.Hooks = append(b.Hooks, hookOf(h.Name, h.Kind, h.Path, h.Weight, h.Events, h.DeletePolicies,
			h.LastRun.StartedAt.Time, h.LastRun.CompletedAt.Time, string(h.LastRun.Phase)))
	}
	return b
}

// body4 is the same for Helm 4.
func body4(r *release4.Release) *release.Body {
	b := &release.Body{Name: r.Name, Namespace: r.Namespace, Revision: r.Version, ApplyMethod: r.ApplyMethod}
	if i := r.Info; i != nil {
		b.Status = release.Status(i.Status)
		b.FirstDeployed, b.LastDeployed, b.Deleted = i.FirstDeployed, i.LastDeployed, i.Deleted
	}
	if r.Chart != nil && r.Chart.Metadata != nil {
		b.Chart = release.Chart{Name: r.Chart.Metadata.Name, Version: r.Chart.Metadata.Version}
	}
	for _, h := range r.Hooks {
		if h == nil {
			continue
		}
		b.Hooks = append(b.Hooks, hookOf(h.Name, h.Kind, h.Path, h.Weight, h.Events, h.DeletePolicies,
			h.LastRun.StartedAt, h.LastRun.CompletedAt, string(h.LastRun.Phase)))
	}
	return b
}

func hookOf[E, P ~string](
	name, kind, path string, weight int, events []E, policies []P, started, completed time.Time, phase string,
) release.Hook {
	h := release.Hook{
		Name: name, Kind: kind, Path: path, Weight: weight,
		LastRun: release.Run{StartedAt: started, CompletedAt: completed, Phase: phase},
	}
	for _, e := range events {
		h.Events = append(h.Events, hook.Event(e))
	}
	hook.SortEvents(h.Events)
	for _, p := range policies {
		h.DeletePolicies = append(h.DeletePolicies, hook.DeletePolicy(p))
	}
	return h
}
