package release

import (
	"strconv"
	"strings"
)

// Where records are kept, and how they are told apart from other objects.
const (
	// SecretType is the type of the Secrets that hold records.
	SecretType = "helm.sh/release.v1"
	// LabelOwner says whose an object is: Helm's, if it is OwnerHelm.
	LabelOwner = "owner"
	OwnerHelm  = "helm"
	// OwnerSelector selects records, Secrets and ConfigMaps alike.
	OwnerSelector = LabelOwner + "=" + OwnerHelm
	// NotOwnerSelector selects all others.
	NotOwnerSelector = LabelOwner + "!=" + OwnerHelm
	// DataKey is the data entry that holds the body.
	DataKey = "release"

	keyPrefix = "sh.helm.release.v1."
)

// Labels that Helm writes on its records.
const (
	LabelName    = "name"
	LabelVersion = "version"
	LabelStatus  = "status"
)

// ParseKey takes apart the object name of a record. Release names may contain
// dots and ".v", so the revision starts at the last ".v".
func ParseKey(key string) (name string, revision int, ok bool) {
	rest, ok := strings.CutPrefix(key, keyPrefix)
	if !ok {
		return "", 0, false
	}
	i := strings.LastIndex(rest, ".v")
	if i <= 0 {
		return "", 0, false
	}
	digits := rest[i+len(".v"):]
	revision, err := strconv.Atoi(digits)
	if err != nil || revision < 1 || strconv.Itoa(revision) != digits {
		return "", 0, false
	}
	return rest[:i], revision, true
}

// Key is the object name of a record.
func Key(name string, revision int) string {
	return keyPrefix + name + ".v" + strconv.Itoa(revision)
}
