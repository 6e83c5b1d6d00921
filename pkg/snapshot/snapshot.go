package snapshot

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
)

// Snapshot is all evidence that was gathered.
type Snapshot struct {
	// Time is the API server's, when the reading began.
	Time time.Time `json:"time"`
	// Namespace is the one that was asked for, or empty for all.
	Namespace string `json:"namespace,omitempty"`
	// Namespaces are those whose objects were listed, or nil if all were.
	Namespaces []string `json:"namespaces,omitzero"`
	// Restricted tells that only some kinds were listed there.
	Restricted bool `json:"restricted,omitempty"`
	// Missing are declared objects in other namespaces that were looked for by name
	// and are not there.
	Missing []Missing `json:"missing,omitempty"`
	// Runs are the Jobs and Pods of namespaces that were not listed, as far as somebody asked
	// for them: hooks that releases declare there. They are evidence, and nothing else is
	// known of those namespaces.
	Runs []KnownRun `json:"runs,omitempty"`
	// RecordsEverywhere tells whether the metadata of records was read in all
	// namespaces, and not only in Namespace.
	RecordsEverywhere bool `json:"recordsEverywhere"`
	// RecordsConfined tells that those of other namespaces, in Secrets and ConfigMaps, may not
	// all be listed together: to ask for them takes requests for each namespace, or makes gaps.
	RecordsConfined bool     `json:"recordsConfined,omitempty"`
	Records         []Record `json:"records"`
	// Objects are live hook objects: those with a hook annotation, and those
	// without one that were looked up because a record declares them.
	Objects []Object `json:"objects"`
	Gaps    []Gap    `json:"gaps,omitempty"`
	// Terminating are the namespaces that are being deleted.
	Terminating []string `json:"terminating,omitempty"`
	// Witnesses are live objects that show that releases live. They are complete, but
	// for gaps, only with WitnessesEverywhere.
	Witnesses           []Witness `json:"witnesses,omitempty"`
	WitnessesEverywhere bool      `json:"witnessesEverywhere,omitempty"`
	// HelmReleases are Flux's, as far as somebody asked.
	HelmReleases []HelmRelease `json:"helmReleases,omitempty"`
	// Uses are all by live objects of those Objects whose UsersRead is set, and by
	// records whose ManifestRead is set; of others there may be some.
	Uses []Use `json:"uses,omitempty"`
	// Sought are the objects for which those records were searched that are Silent.
	Sought []ObjectRef `json:"sought,omitempty"`
	// Unserved are the resource definitions, by name, of which no version is served:
	// nobody can see what is in them.
	Unserved []string `json:"unserved,omitempty"`
	// Kinds are the resources that there are, whether they were listed or not.
	Kinds []Kind `json:"kinds,omitempty"`
}

// Seek notes for which objects records are searched. If one of them was not Sought before,
// what is known of those that were searched is forgotten: they may say something of it.
func (s *Snapshot) Seek(of []ObjectRef) {
	sought := make(map[ObjectRef]bool, len(s.Sought))
	for _, ref := range s.Sought {
		sought[ref] = true
	}
	if slices.ContainsFunc(of, func(ref ObjectRef) bool { return !sought[ref] }) {
		for i := range s.Records {
			s.Records[i].Silent = false
		}
		for i := range s.Gaps {
			s.Gaps[i].Of = nil
		}
	}
	s.Sought = of
}

// Driver is where Helm stores records.
type Driver string

// The storage drivers whose records an API server holds.
const (
	Secrets    Driver = "secret"
	ConfigMaps Driver = "configmap"
)

// Resource is the one that holds the driver's records.
func (d Driver) Resource() string { return string(d) + "s" }

// ReleaseID tells one release from all others.
type ReleaseID struct {
	Driver Driver `json:"driver"`
	// Namespace is that of the storage. It is nearly always the release's own.
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
}

// Compare orders by namespace, name and driver.
func (r ReleaseID) Compare(o ReleaseID) int {
	return cmp.Or(
		strings.Compare(r.Namespace, o.Namespace),
		strings.Compare(r.Name, o.Name),
		strings.Compare(string(r.Driver), string(o.Driver)),
	)
}

// RecordID tells one record from all others.
type RecordID struct {
	Release  ReleaseID `json:"release"`
	Revision int       `json:"revision"`
}

// Record is one stored revision of a release.
type Record struct {
	RecordID
	Status release.Status `json:"status"`
	// ResourceVersion is the stored object's own.
	ResourceVersion string `json:"resourceVersion,omitempty"`
	// Written is the last time at which the API server stored it.
	Written time.Time `json:"written,omitzero"`
	// Body is nil until somebody needed it, or if it could not be read; a gap
	// then says so.
	Body *release.Body `json:"body,omitempty"`
	// ManifestRead tells whether Body.Resources and the uses by what the record
	// declares, hooks and ordinary resources alike, have been read.
	ManifestRead bool `json:"manifestRead,omitempty"`
	// Silent tells that the record says nothing of the Snapshot's Sought objects, by a
	// search that kept nothing of it.
	Silent bool `json:"silent,omitempty"`
}

// Object is a live object.
type Object struct {
	APIVersion      string            `json:"apiVersion"`
	Kind            string            `json:"kind"`
	Namespace       string            `json:"namespace,omitempty"`
	Name            string            `json:"name"`
	GenerateName    string            `json:"generateName,omitempty"`
	UID             string            `json:"uid,omitempty"`
	ResourceVersion string            `json:"resourceVersion,omitempty"`
	Created         time.Time         `json:"created,omitzero"`
	Deleting        time.Time         `json:"deleting,omitzero"`
	Labels          map[string]string `json:"labels,omitempty"`
	// Annotations are those that mean something here; others are left out.
	Annotations map[string]string `json:"annotations,omitempty"`
	Owners      []Owner           `json:"owners,omitempty"`
	// Author is the manager that owns the hook annotation in managedFields, or
	// empty when none does or the fields were not there to read.
	Author string `json:"author,omitempty"`
	// CoAuthors are further managers that own the hook annotation, as several
	// appliers of one value do.
	CoAuthors []string `json:"coAuthors,omitempty"`
	// Dependent is a live object that names this one as its owner or, of a namespace or
	// resource definition, is in it, and would go with it: any one of them, and none of
	// a Job's own Pods.
	Dependent *ObjectRef `json:"dependent,omitempty"`
	// UsersRead tells whether the live users of the object have been read.
	UsersRead bool `json:"usersRead,omitempty"`
	// Run is the state of a Job or Pod, and nil for other kinds or if it could
	// not be read.
	Run *Run `json:"run,omitempty"`
}

// Owner is an owner reference.
type Owner struct {
	Kind       string `json:"kind"`
	Name       string `json:"name"`
	UID        string `json:"uid"`
	Controller bool   `json:"controller,omitempty"`
}

// Run is how far a Job or Pod has come.
type Run struct {
	Phase RunPhase `json:"phase"`
	// Finished is when it ended, if it has.
	Finished time.Time `json:"finished,omitzero"`
	// Expires is when Kubernetes itself will delete a finished Job
	// (ttlSecondsAfterFinished), if it will.
	Expires time.Time `json:"expires,omitzero"`
}

// RunPhase is the state of a Job or Pod in the words that Helm uses for hooks.
type RunPhase string

// The states of Jobs and Pods.
const (
	RunPending   RunPhase = "Pending"
	RunRunning   RunPhase = "Running"
	RunSuspended RunPhase = "Suspended"
	RunSucceeded RunPhase = "Succeeded"
	RunFailed    RunPhase = "Failed"
)

// Finished tells whether the run has ended, either way.
func (p RunPhase) Finished() bool { return p == RunSucceeded || p == RunFailed }

// Releases returns, for each release, its records with the highest revision
// first. The map's slices share no memory with the snapshot's.
func (s *Snapshot) Releases() map[ReleaseID][]*Record {
	count := make(map[ReleaseID]int)
	for stretch := range s.stretches() {
		count[stretch[0].Release] += len(stretch)
	}
	byRelease := make(map[ReleaseID][]*Record, len(count))
	room := make([]*Record, len(s.Records)) // in one: there may be very many
	for stretch := range s.stretches() {
		id := stretch[0].Release
		records, known := byRelease[id]
		if !known {
			records, room = room[:0:count[id]], room[count[id]:]
		}
		for i := range stretch {
			records = append(records, &stretch[i])
		}
		byRelease[id] = records
	}
	for _, records := range byRelease {
		slices.SortFunc(records, func(a, b *Record) int { return b.Revision - a.Revision })
	}
	return byRelease
}

// stretches are the records, by those of one release that stand beside each other. Mostly
// all of a release do.
func (s *Snapshot) stretches() iter.Seq[[]Record] {
	return func(yield func([]Record) bool) {
		for rest := s.Records; len(rest) > 0; {
			n := 1
			for n < len(rest) && rest[n].Release == rest[0].Release {
				n++
			}
			if !yield(rest[:n]) {
				return
			}
			rest = rest[n:]
		}
	}
}
