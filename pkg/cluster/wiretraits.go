package cluster

import (
	"google.golang.org/protobuf/encoding/protowire"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/live"
)

// objectMetadata is the number of the metadata in a PartialObjectMetadata, a Secret and a
// ConfigMap.
const objectMetadata = 1

// Field numbers of ObjectMeta, and of what is in it.
const (
	metaName            = 1
	metaNamespace       = 3
	metaUID             = 5
	metaResourceVersion = 6
	metaGeneration      = 7
	metaCreated         = 8
	metaDeleted         = 9
	metaGracePeriod     = 10
	metaLabels          = 11
	metaAnnotations     = 12
	metaOwners          = 13
	metaManagedFields   = 17

	ownerKind               = 1
	ownerUID                = 4
	ownerAPIVersion         = 5
	ownerController         = 6
	ownerBlockOwnerDeletion = 7

	managedTime        = 4
	managedSubresource = 8
)

// traitsReader reads the traits of objects from metadata as servers send them, and makes
// nothing of the rest: of most objects a name is all that matters, and the whole of their
// metadata takes a kilobyte and twenty allocations.
type traitsReader struct{ texts texts }

// object reads the traits of an object.
func (r *traitsReader) object(message []byte, t *live.Traits) error {
	t.Reset()
	sure := true
	err := eachMetadataOf(message, func(part []byte) error {
		sure = sure && r.read(part, t)
		return nil
	})
	if err != nil || sure {
		return err
	}
	m, err := wholeMetadata(message)
	*t = live.TraitsOf(m)
	return err
}

// wholeMetadata is all of an object's metadata.
func wholeMetadata(message []byte) (*metav1.ObjectMeta, error) {
	m := new(metav1.ObjectMeta)
	return m, eachMetadataOf(message, m.Unmarshal)
}

// unmanagedMetadata is all of an object's metadata but who manages which of its fields, which
// is most of it.
func unmanagedMetadata(message []byte) (*metav1.ObjectMeta, error) {
	m := new(metav1.ObjectMeta)
	return m, eachMetadataOf(message, func(part []byte) error {
		rest, err := without(part, metaManagedFields)
		if err != nil {
			return err
		}
		return m.Unmarshal(rest)
	})
}

// eachMetadataOf shows an object's metadata. They come in one part; if there are several, they
// add to each other.
func eachMetadataOf(message []byte, show func([]byte) error) error {
	return fields(message, func(n protowire.Number, value []byte) error {
		if n != objectMetadata {
			return nil
		}
		return show(value)
	})
}

// read adds the traits that metadata tell. It returns false for what it is not
// sure about, since it is written as no server should: ObjectMeta's own reading then tells
// what it means.
func (r *traitsReader) read(message []byte, t *live.Traits) (sure bool) {
	for len(message) > 0 {
		f, ok := nextField(&message)
		if !ok || f.odd(metaManagedFields, f.n == metaGeneration || f.n == metaGracePeriod) {
			return false
		}
		switch f.n {
		case metaName:
			t.Name = r.texts.of(f.value)
		case metaNamespace:
			t.Namespace = r.texts.of(f.value)
		case metaUID:
			t.UID = r.texts.of(f.value)
		case metaResourceVersion:
			t.ResourceVersion = r.texts.of(f.value)
		case metaCreated:
			var at metav1.Time
			ok = at.Unmarshal(f.value) == nil
			t.Created = at.Time
		case metaDeleted:
			var at metav1.Time
			ok = at.Unmarshal(f.value) == nil
			t.Deleting = true
		case metaLabels:
			ok = r.entry(f.value, t.Label)
		case metaAnnotations:
			ok = r.entry(f.value, t.Annotation)
		case metaOwners:
			ok = r.owner(f.value, t)
		case metaManagedFields:
			ok = r.manager(f.value, t)
		}
		if !ok {
			return false
		}
	}
	return true
}

// entry reads an entry of a map. Into tells where the value of a key belongs.
func (r *traitsReader) entry(message []byte, into func(key []byte) *string) bool {
	var key, value []byte
	for len(message) > 0 {
		f, ok := nextField(&message)
		if !ok || f.odd(entryValue, false) {
			return false
		}
		switch f.n {
		case entryKey:
			key = f.value
		case entryValue:
			value = f.value
		}
	}
	if to := into(key); to != nil {
		*to = r.texts.of(value)
	}
	return true
}

func (r *traitsReader) owner(message []byte, t *live.Traits) bool {
	var o live.OwnerTraits
	for len(message) > 0 {
		f, ok := nextField(&message)
		if !ok || f.odd(ownerBlockOwnerDeletion, f.n == ownerController || f.n == ownerBlockOwnerDeletion) {
			return false
		}
		switch f.n {
		case ownerKind:
			o.Kind = r.texts.of(f.value)
		case ownerUID:
			o.UID = r.texts.of(f.value)
		case ownerAPIVersion:
			o.APIVersion = r.texts.of(f.value)
		case ownerController:
			o.Controller = f.number != 0
		}
	}
	t.Owners = append(t.Owners, o)
	return true
}

// manager reads when a manager last changed its fields. Which those are takes most of the
// metadata.
func (r *traitsReader) manager(message []byte, t *live.Traits) bool {
	var at metav1.Time
	timed := false
	for len(message) > 0 {
		f, ok := nextField(&message)
		if !ok || f.odd(managedSubresource, false) {
			return false
		}
		if f.n == managedTime {
			if at.Unmarshal(f.value) != nil {
				return false
			}
			timed = true
		}
	}
	if timed {
		t.Changed(at.Time)
	}
	return true
}

// field is one of a message: a value that is counted in bytes, or a number.
type field struct {
	n      protowire.Number
	kind   protowire.Type
	value  []byte
	number uint64
}

// odd tells whether a field, if its number is one of those up to the last that is known, is
// of another type than it should be.
func (f *field) odd(last protowire.Number, number bool) bool {
	return f.n <= last && number != (f.kind == protowire.VarintType)
}

// nextField takes the next field off a message. It returns false for what is broken, and
// for types that no message here has.
func nextField(message *[]byte) (f field, ok bool) {
	n, kind, size := protowire.ConsumeTag(*message)
	if size < 0 {
		return f, false
	}
	rest := (*message)[size:]
	f.n, f.kind = n, kind
	switch kind {
	case protowire.BytesType:
		f.value, size = protowire.ConsumeBytes(rest)
	case protowire.VarintType:
		f.number, size = protowire.ConsumeVarint(rest)
	default:
		return f, false
	}
	if size < 0 {
		return f, false
	}
	*message = rest[size:]
	return f, true
}
