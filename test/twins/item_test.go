//go:build e2e

package twins

import (
	"maps"
	"strconv"
	"strings"
)

// object is a manifest, whose templates Helm renders.
type object map[string]any

// item is an object of a chart: a hook, or an ordinary resource.
type item struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
	// Hook are its phases; without them it is an ordinary resource.
	Hook string `json:"hook,omitempty"`
	// Policy is its delete policy, where it has one.
	Policy *string `json:"policy,omitempty"`
	Weight int     `json:"weight,omitempty"`
	// Keep annotates it with helm.sh/resource-policy.
	Keep bool `json:"keep,omitempty"`
	// Outcome is what becomes of a Job or Pod, success if empty.
	Outcome string `json:"outcome,omitempty"`
	// Uses are names that it refers to, by kind.
	Uses map[string]string `json:"uses,omitempty"`
	// Via is how a pod uses ConfigMaps and Secrets: envFrom if empty, or env, volume or
	// projected.
	Via string `json:"via,omitempty"`
	// Content is what else can change in it.
	Content int `json:"content,omitempty"`
	// Each gives it a name of its own in each revision.
	Each bool `json:"each,omitempty"`
	// Generate leaves the end of its name to the API server.
	Generate bool `json:"generate,omitempty"`
	// Bare leaves out the labels that charts write by custom.
	Bare bool `json:"bare,omitempty"`
	// In is the namespace of the twin that the manifest names: home, far, or the one that
	// a chart makes. Without it the object is in its release's.
	In string `json:"in,omitempty"`
	// Items are the objects of a List.
	Items []item `json:"items,omitempty"`
}

func (i *item) String() string {
	s := i.Kind + "/" + i.Name
	if i.In != "" {
		s = i.Kind + "/" + i.In + "/" + i.Name
	}
	if i.Each {
		s += "-N"
	}
	if i.Generate {
		s += "-*"
	}
	for j := range i.Items {
		s += "+" + i.Items[j].String()
	}
	if i.Hook != "" {
		s += "[" + i.Hook
		if i.Policy != nil {
			s += " " + *i.Policy
		}
		s += "]"
	}
	if i.Keep {
		s += "(keep)"
	}
	if i.Outcome != "" {
		s += "(" + i.Outcome + ")"
	}
	return s
}

// runs tells whether it is of a kind that runs and ends.
func (i *item) runs() bool { return i.Kind == "Job" || i.Kind == "Pod" }

const (
	// twinLabel says to which twin an object without a namespace belongs.
	twinLabel = "helmhooks.test/twin"
	// listedLabel marks what is made by a List that is a hook: it bears no annotation.
	listedLabel = "helmhooks.test/listed"
)

// home is the mark of a twin's own namespace, where a manifest names it.
const home = "home"

// namespace is the one that the object is in, as it is rendered.
func (i *item) namespace() string {
	switch i.In {
	case "":
		return "{{ .Release.Namespace }}"
	case home:
		return twinName
	default:
		return twinName + "-" + i.In
	}
}

// manifest is what the item is rendered from.
func (i *item) manifest() object {
	if i.Kind == "List" {
		return i.list()
	}
	meta := object{"labels": i.labels(), "annotations": i.annotations()}
	switch name := nameOf(i.Kind, i.Name); {
	case i.Generate:
		meta["generateName"] = name + "-"
	case i.Each:
		meta["name"] = name + "-{{ .Release.Revision }}"
	default:
		meta["name"] = name
	}
	if i.In != "" && !clusterWide(i.Kind) {
		meta["namespace"] = i.namespace()
	}
	o := object{"apiVersion": kinds()[i.Kind].version, "kind": i.Kind, "metadata": meta}
	maps.Copy(o, i.fields())
	return o
}

// list is a document of several objects, of which Helm reads the List's annotations only.
func (i *item) list() object {
	objects := make([]object, 0, len(i.Items))
	for j := range i.Items {
		o := i.Items[j].manifest()
		if labels, ok := o["metadata"].(object)["labels"].(object); ok && i.Hook != "" {
			labels[listedLabel] = "hook"
		}
		objects = append(objects, o)
	}
	return object{"apiVersion": "v1", "kind": "List", "metadata": object{"annotations": i.annotations()}, "items": objects}
}

func (i *item) labels() object {
	labels := object{}
	if !i.Bare {
		labels["app.kubernetes.io/instance"] = "{{ .Release.Name }}"
		labels["app.kubernetes.io/managed-by"] = "{{ .Release.Service }}"
	}
	if i.Kind == "Pod" {
		maps.Copy(labels, i.fate())
	}
	if clusterWide(i.Kind) {
		labels[twinLabel] = twinName
	}
	return labels
}

func (i *item) annotations() object {
	annotations := object{}
	if i.Hook != "" {
		annotations["helm.sh/hook"] = i.Hook
		if i.Weight != 0 {
			annotations["helm.sh/hook-weight"] = strconv.Itoa(i.Weight)
		}
		if i.Policy != nil {
			annotations["helm.sh/hook-delete-policy"] = *i.Policy
		}
	}
	if i.Keep {
		annotations["helm.sh/resource-policy"] = "keep"
	}
	return annotations
}

// is tells whether two are the same object of a chart.
func (i *item) is(x *item) bool {
	return i.Kind == x.Kind && i.Name == x.Name && strings.TrimPrefix(i.In, home) == strings.TrimPrefix(x.In, home)
}

// clone is a copy that can be changed.
func (i *item) clone() item {
	c := *i
	c.Uses, c.Items = maps.Clone(i.Uses), nil
	for j := range i.Items {
		c.Items = append(c.Items, i.Items[j].clone())
	}
	return c
}
