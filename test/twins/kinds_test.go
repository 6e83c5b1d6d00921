//go:build e2e

package twins

import (
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// twinName is, in a chart, the name of the twin that it is for: releases may be stored in
// another namespace.
const twinName = "{{ .Values.twin }}"

// groupOfThings is that of custom resources, each twin's own.
const groupOfThings = twinName + ".helmhooks.test"

// kind is how the API serves objects of a kind.
type kind struct {
	version, plural string
	// wide tells that they have no namespace.
	wide bool
	// makes are kinds of objects that a controller makes of them.
	makes []string
}

// kinds are those that charts consist of, and what controllers make of them.
func kinds() map[string]kind {
	const rbac = "rbac.authorization.k8s.io/v1"
	return map[string]kind{
		"ServiceAccount":           {version: "v1", plural: "serviceaccounts"},
		"ConfigMap":                {version: "v1", plural: "configmaps"},
		"Secret":                   {version: "v1", plural: "secrets"},
		"PersistentVolumeClaim":    {version: "v1", plural: "persistentvolumeclaims"},
		"Pod":                      {version: "v1", plural: "pods"},
		"Service":                  {version: "v1", plural: "services", makes: []string{"EndpointSlice"}},
		"Namespace":                {version: "v1", plural: "namespaces", wide: true},
		"Role":                     {version: rbac, plural: "roles"},
		"RoleBinding":              {version: rbac, plural: "rolebindings"},
		"ClusterRole":              {version: rbac, plural: "clusterroles", wide: true},
		"ClusterRoleBinding":       {version: rbac, plural: "clusterrolebindings", wide: true},
		"Job":                      {version: "batch/v1", plural: "jobs"},
		"CronJob":                  {version: "batch/v1", plural: "cronjobs"},
		"Deployment":               {version: "apps/v1", plural: "deployments", makes: []string{"ReplicaSet"}},
		"StatefulSet":              {version: "apps/v1", plural: "statefulsets", makes: []string{"ControllerRevision"}},
		"NetworkPolicy":            {version: "networking.k8s.io/v1", plural: "networkpolicies"},
		"Ingress":                  {version: "networking.k8s.io/v1", plural: "ingresses"},
		"PodDisruptionBudget":      {version: "policy/v1", plural: "poddisruptionbudgets"},
		"HorizontalPodAutoscaler":  {version: "autoscaling/v2", plural: "horizontalpodautoscalers"},
		"CustomResourceDefinition": {version: "apiextensions.k8s.io/v1", plural: "customresourcedefinitions", wide: true},
		"Thing":                    {version: groupOfThings + "/v1", plural: "things"},

		"ReplicaSet":         {version: "apps/v1", plural: "replicasets"},
		"ControllerRevision": {version: "apps/v1", plural: "controllerrevisions"},
		"EndpointSlice":      {version: "discovery.k8s.io/v1", plural: "endpointslices"},
	}
}

// clusterWide tells whether a kind has no namespaces.
func clusterWide(name string) bool { return kinds()[name].wide }

// resource is how the API calls a kind in a twin.
func resource(name, twin string) schema.GroupVersionResource {
	k := kinds()[name]
	gv, err := schema.ParseGroupVersion(strings.ReplaceAll(k.version, twinName, twin))
	if err != nil {
		panic(err) // it is one of ours
	}
	return gv.WithResource(k.plural)
}

// nameOf is the name of an object of a kind, as it is rendered.
func nameOf(kind, name string) string {
	switch {
	case kind == "CustomResourceDefinition":
		return "things." + groupOfThings
	case clusterWide(kind):
		return twinName + "-" + name
	default:
		return name
	}
}

// looked are the kinds of which a life can have objects, and those that the control plane
// makes in every namespace.
func (s *script) looked() []string {
	all := map[string]bool{"Secret": true, "ConfigMap": true, "ServiceAccount": true, "Pod": true}
	s.items(func(i *item) {
		all[i.Kind] = i.Kind != "List"
		for _, made := range kinds()[i.Kind].makes {
			all[made] = true
		}
	})
	var names []string
	for name, is := range all {
		if is {
			names = append(names, name)
		}
	}
	return names
}

// items calls a function for each object of each chart, also for those of Lists.
func (s *script) items(each func(*item)) {
	for o := range s.Ops {
		for i := range s.Ops[o].Chart {
			x := &s.Ops[o].Chart[i]
			each(x)
			for j := range x.Items {
				each(&x.Items[j])
			}
		}
	}
}

// The namespaces of a twin, but for its own, which has no mark.
const (
	// far is one beside the twin's own.
	far = "far"
	// made is one that is there if a chart makes it.
	made = "a"
)

// spaces are the marks of a life's namespaces.
func (s *script) spaces() []string {
	spaces := []string{""}
	var hasFar, hasMade bool
	s.items(func(i *item) {
		hasFar = hasFar || i.In == far
		hasMade = hasMade || i.Kind == "Namespace" || i.In == made
	})
	if hasFar || s.Far {
		spaces = append(spaces, far)
	}
	if hasMade {
		spaces = append(spaces, made)
	}
	return spaces
}
