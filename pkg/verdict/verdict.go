package verdict

import (
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// Finding is what is known of one hook object.
type Finding struct {
	// Object is the live object. Of a hook that is only declared it has what the
	// declaration says.
	Object *snapshot.Object
	// Live is false for hooks that are declared and not there.
	Live bool
	// Declared is what the live annotations say or, on an object without a hook
	// annotation, what the record that declares it says.
	Declared hook.Declaration
	// Annotated tells whether the object has a hook annotation or, of a hook that is
	// only declared, would have one: a List's children would not.
	Annotated bool
	// Release is whose object it is, and nil if nothing tells.
	Release *snapshot.ReleaseID
	// Attribution is how the release is known.
	Attribution Attribution
	// Claim is the declaration that attributes the object, or nil if none does: see
	// best for which of several.
	Claim *Claim
	// Current is the release's newest record, and nil if it has none.
	Current *snapshot.Record
	// Claims are all declarations of the object in records that were read.
	Claims []Claim
	Status Status
}

// Attribution is how the release of an object is known, best first.
type Attribution string

// The ways to know the release of an object.
const (
	// ByRecord: a retained record declares the object.
	ByRecord Attribution = "record"
	// ByOwnershipAnnotation: meta.helm.sh/release-name and -namespace.
	ByOwnershipAnnotation Attribution = "ownership-annotation"
	// ByInstanceLabel: a chart wrote the release's name into a label.
	ByInstanceLabel Attribution = "instance-label"
	// ByNothing: no release is known.
	ByNothing Attribution = ""
)

// Claim is a record's declaration of an object.
type Claim struct {
	Record *snapshot.Record
	Hook   *release.Hook
	// Index is the hook's place in the record.
	Index int
	// Current tells whether the record is the release's newest.
	Current bool
	// Deployed tells whether the record is the release's deployed one.
	Deployed bool
}

// inForce tells whether the record is the one that Helm's next command works
// from, or may go back to first.
func (c *Claim) inForce() bool { return c.Current || c.Deployed }

// Status is the state of a hook object, in one word.
type Status string

// The states of hook objects. Jobs and Pods also have the RunPhases.
const (
	// Present: the object exists, and is of a kind that does not run.
	Present Status = "Present"
	// Terminating: the object is being deleted.
	Terminating Status = "Terminating"
	// Absent: the hook is declared, and there is no such object.
	Absent Status = "Absent"
	// StatusUnknown: a Job or Pod whose state could not be read, or a declared hook
	// that nobody could look for.
	StatusUnknown Status = "Unknown"
)

func statusOf(o *snapshot.Object) Status {
	switch {
	case !o.Deleting.IsZero():
		return Terminating
	case !hook.Runs(snapshot.Group(o.APIVersion), o.Kind):
		return Present
	case o.Run == nil:
		return StatusUnknown
	default:
		return Status(o.Run.Phase)
	}
}

// Lacks is evidence that would change the findings and was not given yet.
type Lacks struct {
	// Bodies of these records.
	Bodies []snapshot.RecordID
	// RecordsEverywhere: the metadata of records in all namespaces.
	RecordsEverywhere bool
}

// None tells whether nothing is lacking.
func (l Lacks) None() bool { return len(l.Bodies) == 0 && !l.RecordsEverywhere }

// Options say what is asked beyond the objects themselves.
type Options struct {
	// Releases of which every declared hook matters, also one without annotation.
	Releases []ReleaseName
	// Declared asks for the hooks that are declared and not live, too: of the
	// current and deployed records of Releases or, if there are none, of all
	// releases of the snapshot's namespace.
	Declared bool
	// Revision, if not 0, asks for what this revision declares, live or not, and
	// for nothing else.
	Revision int
}

// Judge says of each live hook object whose it is. Findings come in Helm's
// order of execution, release by release. As long as something is lacking they
// are provisional.
func Judge(s *snapshot.Snapshot, o Options) ([]Finding, Lacks) {
	e := newEvidence(s)
	judged := make([]Finding, 0, len(s.Objects))
	for i := range s.Objects {
		judged = append(judged, e.judge(&s.Objects[i], o))
	}
	findings := make([]Finding, 0, len(judged))
	for i := range judged {
		if isHook(&judged[i], o) {
			findings = append(findings, judged[i])
		}
	}
	lacks := e.lacks(findings, o)
	if o.Declared || o.Revision != 0 {
		findings = e.declaredFindings(judged, o)
	}
	sortFindings(findings)
	return findings, lacks
}

func (e *evidence) judge(o *snapshot.Object, options Options) Finding {
	f := Finding{Object: o, Live: true, Status: statusOf(o), Claims: e.claims(o)}
	f.Declared, f.Annotated = hook.Parse(o.Annotations)
	f.Claim = best(f.Claims, o, options.Releases)
	if !f.Annotated && f.Claim != nil {
		f.Declared = f.Claim.Hook.Declared
	}
	f.Release, f.Attribution = e.attribute(o, f.Claim)
	f.Current = e.current(f.Release)
	return f
}
