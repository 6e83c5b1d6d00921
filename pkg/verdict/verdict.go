package verdict

import (
	"time"

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

	// Verdict and Reason are empty for hooks that are declared and not there.
	Verdict Verdict
	Reason  Reason
	// Refusals are the guards that leave an orphan alone, in the order of Guards.
	Refusals []Refusal
	// Blocks say how the object hinders the release's next hooks.
	Blocks []Block
	// Leaks tells whether the object, looked after as it is, will outlive its release.
	Leaks bool
	// Prospects are what Helm's next commands will do with the object, while its
	// release has records, if that was asked for.
	Prospects []Prospect
	// Stuck tells that the release's last Helm operation never ended.
	Stuck *Stuck
	// Evidence is what the verdict rests on.
	Evidence Evidence
}

// Evidence is what a verdict rests on, as far as there is any of it.
type Evidence struct {
	// Made is the claim whose run made the object.
	Made *Claim
	// Listed is the record that has it as an ordinary resource.
	Listed *snapshot.Record
	// Witness shows that a release without records lives.
	Witness *snapshot.Witness
	// Namesakes are releases of the same name as one without records.
	Namesakes []snapshot.ReleaseID
	// Unfinished is a hook of the release that still runs.
	Unfinished *snapshot.Object
	// Flux is the HelmRelease that the object's labels name.
	Flux *snapshot.HelmRelease
	// Hidden is what could not be read and could change the verdict.
	Hidden *snapshot.Gap
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
	// ByFluxLabel: Flux's HelmRelease, which labels name, says what release it makes.
	ByFluxLabel Attribution = "flux-label"
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
	// Manifests: what these records declare besides hooks, and what all of it uses.
	Manifests []snapshot.RecordID
	// Search: which records say anything of these objects.
	Search Search
	// Users: which live objects use these.
	Users []snapshot.ObjectRef
	// Runs: what there is of these Jobs and Pods, in namespaces that were not listed.
	Runs []snapshot.DeclaredRun
	// Dependents: objects that depend on hook objects, of the kinds that were not listed.
	Dependents bool
	// Witnesses: the marks of releases on live objects of all kinds.
	Witnesses bool
	// HelmReleases: what these objects of Flux say.
	HelmReleases []snapshot.FluxName
}

// Search is for objects in many records, of which few will say anything of them.
type Search struct {
	Records []snapshot.RecordID
	// Of are the objects, with those for which records have been searched before.
	Of []snapshot.ObjectRef
}

// None tells whether nothing is lacking.
func (l Lacks) None() bool {
	return len(l.Search.Of) == 0 && len(l.Bodies) == 0 && !l.RecordsEverywhere && len(l.Manifests) == 0 && len(l.Users) == 0 &&
		!l.Witnesses && !l.Dependents && len(l.Runs) == 0 && len(l.HelmReleases) == 0
}

// Options say what is asked beyond the objects themselves.
type Options struct {
	// Releases of which every declared hook matters, also one without annotation.
	Releases []ReleaseName
	// Namespace, if set, is the one of which alone what is found is shown: see Scope.
	Namespace string
	// Declared asks for the hooks that are declared and not live, too: of the
	// current and deployed records of Releases or, if there are none, of all
	// releases of the snapshot's namespace.
	Declared bool
	// Revision, if not 0, asks for what this revision declares, live or not, and
	// for nothing else.
	Revision int
	// StaleAfter is for how long a release in flight is taken to be at work since its
	// record was written; 0 stands for DefaultStaleAfter.
	StaleAfter time.Duration
	// MinAge, if set, replaces the ages below which orphans are left alone.
	MinAge *time.Duration
	// Allow are the guards that the user lifts.
	Allow []Guard
	// Named tells which objects the user named one by one: see OneByOne.
	Named func(*Finding) bool
	// Thorough asks, for what could be pruned, for all records of all namespaces, and not
	// only for those that are likely to declare it.
	Thorough bool
	// Foretell asks for what Helm's next commands will do: the Prospects.
	Foretell bool
	// Planned, if set, tells which prunable orphans are to go: who uses what goes
	// counts only if it stays. Unset, all go.
	Planned func(*Finding) bool
}
