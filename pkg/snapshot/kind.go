package snapshot

import (
	"fmt"
	"slices"
	"strings"
)

// Kind is a resource of the API.
type Kind struct {
	Group      string   `json:"group,omitempty"`
	Version    string   `json:"version"`
	Resource   string   `json:"resource"`
	Kind       string   `json:"kind"`
	Singular   string   `json:"singular,omitempty"`
	ShortNames []string `json:"shortNames,omitempty"`
	Namespaced bool     `json:"namespaced"`
}

// APIVersion is the kind's apiVersion as objects have it.
func (k Kind) APIVersion() string {
	if k.Group == "" {
		return k.Version
	}
	return k.Group + "/" + k.Version
}

// Name is the resource as kubectl writes it: jobs.batch, or pods.
func (k Kind) Name() string {
	if k.Group == "" {
		return k.Resource
	}
	return k.Resource + "." + k.Group
}

// Answers tells whether people mean the kind by a name, as kubectl takes it: the
// kind, its plural, singular or a short name in any case, with or without the
// group.
func (k Kind) Answers(name string) bool {
	name = strings.ToLower(name)
	for _, n := range k.names() {
		if name == n || (k.Group != "" && (name == n+"."+k.Group || name == n+"."+k.Version+"."+k.Group)) {
			return true
		}
	}
	return false
}

func (k Kind) names() []string {
	names := []string{strings.ToLower(k.Kind), k.Resource}
	if k.Singular != "" {
		names = append(names, k.Singular)
	}
	return slices.Concat(names, k.ShortNames)
}

// Group returns the API group of an apiVersion.
func Group(apiVersion string) string {
	group, _, ok := strings.Cut(apiVersion, "/")
	if !ok {
		return ""
	}
	return group
}

// SameGroup tells whether objects of a kind can be the same in two API groups.
// The kinds that once lived in "extensions" answer under their new group.
func SameGroup(kind, a, b string) bool {
	if a == b {
		return true
	}
	moved := slices.Contains([]string{"Deployment", "DaemonSet", "ReplicaSet", "Ingress", "NetworkPolicy"}, kind)
	home := []string{"extensions", "apps", "networking.k8s.io"}
	return moved && (a == "extensions" || b == "extensions") && slices.Contains(home, a) && slices.Contains(home, b)
}

// UnknownKindError is a name that no kind answers to.
type UnknownKindError struct {
	Name string
	// Known are names that some kind answers to.
	Known []string
}

// Error implements error.
func (e *UnknownKindError) Error() string { return fmt.Sprintf("no kind answers to %q", e.Name) }

// ResolveKinds returns the kinds that answer to the names. It returns nil for no
// names, and an UnknownKindError for a name without kind.
func ResolveKinds(kinds []Kind, names []string) ([]Kind, error) {
	var resolved []Kind
	for _, name := range names {
		found := false
		for _, k := range kinds {
			if k.Answers(name) {
				found = true
				resolved = append(resolved, k)
			}
		}
		if !found {
			e := &UnknownKindError{Name: name}
			for _, k := range kinds {
				e.Known = append(e.Known, k.names()...)
			}
			return nil, e
		}
	}
	return resolved, nil
}
