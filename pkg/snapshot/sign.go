package snapshot

import (
	"cmp"
	"slices"
	"strings"
)

// ObjectRef names a live or a declared object.
type ObjectRef struct {
	APIVersion string `json:"apiVersion,omitempty"`
	Kind       string `json:"kind"`
	// Namespace is empty for kinds without one.
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name"`
	// UID is empty for what is only declared.
	UID string `json:"uid,omitempty"`
}

// Ref names the object.
func (o *Object) Ref() ObjectRef {
	return ObjectRef{APIVersion: o.APIVersion, Kind: o.Kind, Namespace: o.Namespace, Name: o.Name, UID: o.UID}
}

// Compare orders by namespace, kind, name and UID.
func (r ObjectRef) Compare(o ObjectRef) int {
	return cmp.Or(
		strings.Compare(r.Namespace, o.Namespace),
		strings.Compare(r.Kind, o.Kind),
		strings.Compare(r.Name, o.Name),
		strings.Compare(r.APIVersion, o.APIVersion),
		strings.Compare(r.UID, o.UID),
	)
}

// Witness is a live object that shows that a release lives, whether it has
// records or not. Of several that show the same, one is kept.
type Witness struct {
	// Release and Namespace are those that the object's mark names: of a label, the
	// namespace is the object's own.
	Release   string    `json:"release"`
	Namespace string    `json:"namespace"`
	Mark      Mark      `json:"mark"`
	Object    ObjectRef `json:"object"`
}

// Mark is how a live object names its release.
type Mark string

// The marks of witnesses.
const (
	// MarkAnnotation is meta.helm.sh/release-name and -namespace, which Helm itself
	// writes on ordinary resources.
	MarkAnnotation Mark = "ownership-annotation"
	// MarkLabel is app.kubernetes.io/instance, or release, on a workload or Service
	// without owner.
	MarkLabel Mark = "instance-label"
)

// Use says that an object needs another one.
type Use struct {
	// Of is what is used. Its Kind is empty where a text only mentions the name, which
	// may be that of any kind; its APIVersion is empty where nothing tells.
	Of ObjectRef `json:"of"`
	// By is who uses it. Kind "User" and "Group" are subjects that are no objects.
	By ObjectRef `json:"by"`
	// Field is where, as a path without indexes: spec.template.spec.serviceAccountName.
	Field string `json:"field"`
	// Idle users are Jobs and Pods that have finished.
	Idle bool `json:"idle,omitempty"`
	// Owners are the UIDs of the user's owners: of a Job's own Pods, the Job's.
	Owners []string `json:"owners,omitempty"`
	// Absent users are not there: accounts that a binding names, and which a release may make.
	Absent bool `json:"absent,omitempty"`
	// Record is the record that declares the user, and nil if the user is live.
	Record *RecordID `json:"record,omitempty"`
}

// HelmRelease is what Flux's HelmRelease says of the Helm release that it makes.
type HelmRelease struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	// Missing tells that there is no such object; all else is then empty.
	Missing bool `json:"missing,omitempty"`
	// Release is the name of the Helm release, Target its namespace and Storage that
	// of its records, Flux's defaults applied.
	Release string `json:"release,omitempty"`
	Target  string `json:"target,omitempty"`
	Storage string `json:"storage,omitempty"`
}

// FluxName is a HelmRelease as labels name it.
type FluxName struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
}

// FluxName is the HelmRelease that the object's labels name; it is empty if they name
// none.
func (o *Object) FluxName() FluxName {
	return FluxName{Namespace: o.Labels["helm.toolkit.fluxcd.io/namespace"], Name: o.Labels["helm.toolkit.fluxcd.io/name"]}
}

// FluxRelease returns what is known of a HelmRelease, or nil if nobody asked.
func (s *Snapshot) FluxRelease(n FluxName) *HelmRelease {
	for i := range s.HelmReleases {
		if h := &s.HelmReleases[i]; h.Namespace == n.Namespace && h.Name == n.Name {
			return h
		}
	}
	return nil
}

// AddWitnesses takes in witnesses, and keeps one of those that show the same.
func (s *Snapshot) AddWitnesses(more []Witness) {
	all := slices.Concat(s.Witnesses, more)
	same := func(a, b Witness) int {
		return cmp.Or(
			strings.Compare(a.Namespace, b.Namespace),
			strings.Compare(a.Release, b.Release),
			strings.Compare(string(b.Mark), string(a.Mark)),
		)
	}
	slices.SortFunc(all, func(a, b Witness) int { return cmp.Or(same(a, b), a.Object.Compare(b.Object)) })
	s.Witnesses = slices.CompactFunc(all, func(a, b Witness) bool { return same(a, b) == 0 })
}
