package live

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
)

// Traits are what matters of the metadata of an object that need not be a hook: all that
// signs and records are read from. Of the very many objects that are listed nothing else
// has to be read; of a hook, Object tells the rest.
type Traits struct {
	Namespace, Name, UID string
	ResourceVersion      string
	// Owners are in the order of the references.
	Owners []OwnerTraits
	// Deleting tells whether the object is being deleted.
	Deleting bool
	// Hook tells whether there is a hook annotation, whatever its value.
	Hook bool
	// Created is when the object was made.
	Created time.Time

	kept bool // by an uninstall
	// release is that of Helm's annotations, and instances those of labels, in the
	// order of instanceLabels.
	release, releaseNamespace string
	instances                 [2]string
	status                    release.Status // of a record
	// changed is the last time that any manager of the object's fields changed them.
	changed    time.Time
	anyChanged bool
}

// OwnerTraits are what matters of an owner reference.
type OwnerTraits struct {
	APIVersion, Kind, UID string
	Controller            bool
}

// TraitsOf takes the traits from metadata that is there as a whole.
func TraitsOf(m *metav1.ObjectMeta) Traits {
	t := Traits{
		Namespace: m.Namespace, Name: m.Name, UID: string(m.UID), ResourceVersion: m.ResourceVersion,
		Deleting: m.DeletionTimestamp != nil, Created: m.CreationTimestamp.Time,
	}
	for i := range m.ManagedFields {
		if at := m.ManagedFields[i].Time; at != nil {
			t.Changed(at.Time)
		}
	}
	for key, value := range m.Annotations {
		if into := t.Annotation([]byte(key)); into != nil {
			*into = value
		}
	}
	for key, value := range m.Labels {
		if into := t.Label([]byte(key)); into != nil {
			*into = value
		}
	}
	for i := range m.OwnerReferences {
		ref := &m.OwnerReferences[i]
		t.Owners = append(t.Owners, OwnerTraits{
			APIVersion: ref.APIVersion, Kind: ref.Kind, UID: string(ref.UID), Controller: ref.Controller != nil && *ref.Controller,
		})
	}
	return t
}

// Annotation notes that there is an annotation, and returns where its value belongs, or
// nil if that means nothing here.
func (t *Traits) Annotation(key []byte) *string {
	switch string(key) {
	case hook.Annotation:
		t.Hook = true
	case hook.ResourcePolicyAnnotation:
		t.kept = true
	case releaseName:
		return &t.release
	case releaseNamespace:
		return &t.releaseNamespace
	}
	return nil
}

// Label returns where the value of a label belongs, or nil if it means nothing here.
func (t *Traits) Label(key []byte) *string {
	switch string(key) {
	case "app.kubernetes.io/instance":
		return &t.instances[0]
	case "release":
		return &t.instances[1]
	case release.LabelStatus:
		return (*string)(&t.status)
	}
	return nil
}

// Changed notes that a manager changed fields of the object at a time.
func (t *Traits) Changed(at time.Time) {
	if !t.anyChanged || at.After(t.changed) {
		t.changed, t.anyChanged = at, true
	}
}

// Written is when the API server last stored the object.
func (t *Traits) Written() time.Time {
	if t.anyChanged && t.changed.After(t.Created) {
		return t.changed.UTC()
	}
	return t.Created.UTC()
}

// Status is what the label of a record says.
func (t *Traits) Status() release.Status { return t.status.Shared() }

// Reset forgets all, and keeps the room for owners.
func (t *Traits) Reset() { *t = Traits{Owners: t.Owners[:0]} }

// controlled tells whether a controller owns the object.
func (t *Traits) controlled() bool {
	for i := range t.Owners {
		if t.Owners[i].Controller {
			return true
		}
	}
	return false
}
