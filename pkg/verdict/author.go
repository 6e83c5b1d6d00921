package verdict

import (
	"slices"
	"strings"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// annotationArgoTracking is what Argo CD writes on all that it deploys.
const annotationArgoTracking = "argocd.argoproj.io/tracking-id"

// authorOf says who made a hook object. If several managers own the hook
// annotation, the most protective counts: another deployer, then one that is not
// known.
func authorOf(o *snapshot.Object) authorship {
	if o.Annotations[annotationArgoTracking] != "" {
		return authorOther
	}
	managers := o.CoAuthors
	if o.Author != "" {
		managers = append([]string{o.Author}, managers...)
	}
	author := authorHelm
	for _, m := range managers {
		switch {
		case otherDeployer(m):
			return authorOther
		case !helmManager(m):
			author = authorUnknown
		}
	}
	if len(managers) == 0 {
		return authorUnknown
	}
	return author
}

// otherDeployer tells whether a manager is a tool that applies rendered charts
// without Helm's records.
func otherDeployer(manager string) bool {
	for _, tool := range []string{"argocd", "kubectl", "oc", "kapp", "kustomize"} {
		if manager == tool || strings.HasPrefix(manager, tool+"-") {
			return true
		}
	}
	return false
}

// helmManager tells whether a manager is Helm, or a program that is known to run
// Helm's library and to store its records. Managers are named after their binary.
// That of others is proven by a record only: see window.
func helmManager(manager string) bool {
	known := []string{
		"helm",                // the CLI, and what runs it: helmfile, skaffold, k3s
		"helm-controller",     // Flux
		"fleetagent", "fleet", // Fleet
		"werf", "nelm",
	}
	return slices.Contains(known, manager) || strings.HasPrefix(manager, "terraform-provider-helm")
}
