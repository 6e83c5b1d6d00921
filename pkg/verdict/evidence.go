package verdict

import (
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// evidence is a snapshot, indexed.
type evidence struct {
	snapshot *snapshot.Snapshot
	// releases holds each release's records, newest first.
	releases map[snapshot.ReleaseID][]*snapshot.Record
	// byNamespace and byName hold the releases; names with dashes for dots.
	byNamespace, byName map[string][]snapshot.ReleaseID
	declared            declarations[declaredKey]
	// unreadable are records whose bodies were asked for and could not be read, and
	// unlisted those of which only the hooks could be.
	unreadable, unlistable map[snapshot.RecordID]bool
	// sought are the objects for which records have been searched.
	sought map[snapshot.ObjectRef]bool
	// gaps are those that can hide anything.
	gaps []*snapshot.Gap
	// resources are the ordinary resources of current and deployed records.
	resources declarations[resourceKey]
	// uses are found by what is used.
	uses  usesIndex
	signs signs
	// running is, for each release, one of its hooks that has not finished.
	running map[snapshot.ReleaseID]*snapshot.Object
	runs    runsIndex
	// accounts are the records that declare one, by its name. It is nil until somebody asks.
	accounts map[string][]*snapshot.Record
}

// resourceKey finds ordinary resources.
type resourceKey struct{ kind, name string }

// declaredKey finds declarations by what an object cannot change. The group is
// left out, since a kind may have moved from one to another.
type declaredKey struct {
	kind string
	// name, or generateName where there is no name.
	name     string
	generate bool
}

func newEvidence(s *snapshot.Snapshot) *evidence {
	e := &evidence{
		snapshot:   s,
		releases:   s.Releases(),
		declared:   newDeclarations[declaredKey](),
		unreadable: make(map[snapshot.RecordID]bool),
		unlistable: make(map[snapshot.RecordID]bool),
		resources:  newDeclarations[resourceKey](),
		uses:       newUses(s.Uses),
		signs:      newSigns(s),
		running:    make(map[snapshot.ReleaseID]*snapshot.Object),
		sought:     make(map[snapshot.ObjectRef]bool, len(s.Sought)),
		runs:       newRuns(s),
	}
	for _, ref := range s.Sought {
		e.sought[ref] = true
	}
	e.indexReleases()
	for i := range s.Gaps {
		gap := &s.Gaps[i]
		if hides(gap) {
			e.gaps = append(e.gaps, gap)
		}
		if gap.Record != nil {
			e.unreadable[*gap.Record] = true
		}
		if gap.Manifest != nil {
			e.unlistable[*gap.Manifest] = true
		}
	}
	for _, records := range e.releases {
		deployed := deployedRecord(records)
		for i, r := range records {
			if r.Body != nil {
				e.index(r, i == 0, r == deployed)
			}
		}
	}
	return e
}

// deployedRecord is the newest record with status deployed, or nil.
func deployedRecord(records []*snapshot.Record) *snapshot.Record {
	for _, r := range records {
		if r.Status == release.StatusDeployed {
			return r
		}
	}
	return nil
}

func (e *evidence) index(r *snapshot.Record, current, deployed bool) {
	if current || deployed {
		e.indexResources(r, current, deployed)
	}
	for i := range r.Body.Hooks {
		h := &r.Body.Hooks[i]
		for k := range h.Objects {
			ref := &h.Objects[k]
			key := declaredKey{kind: ref.Kind, name: ref.Name}
			if ref.Name == "" {
				key.name, key.generate = ref.GenerateName, true
			}
			e.declared.add(key, declaration{Claim{Record: r, Hook: h, Index: i, Current: current, Deployed: deployed}, ref})
		}
	}
}

func (e *evidence) indexResources(r *snapshot.Record, current, deployed bool) {
	for i := range r.Body.Resources {
		ref := &r.Body.Resources[i]
		e.resources.add(resourceKey{ref.Kind, ref.Name}, declaration{Claim{Record: r, Current: current, Deployed: deployed}, ref})
	}
}

// releaseNamespace is the release's own namespace, which the body knows; it
// differs from the storage's only where somebody set it so, as Flux can.
func releaseNamespace(r *snapshot.Record) string {
	if r.Body != nil && r.Body.Namespace != "" {
		return r.Body.Namespace
	}
	return r.Release.Namespace
}

// claims returns the declarations of a live object, newest record first within
// each release.
func (e *evidence) claims(o *snapshot.Object) []Claim {
	var claims []Claim
	match := func(key declaredKey) {
		for d := range e.declared.of(key, o.Namespace) {
			if d.matches(o) {
				claims = append(claims, d.claim)
			}
		}
	}
	match(declaredKey{kind: o.Kind, name: o.Name})
	if o.GenerateName != "" {
		match(declaredKey{kind: o.Kind, name: o.GenerateName, generate: true})
	}
	sortClaims(claims)
	return claims
}

// marks are the names of releases that an object's labels and annotations name.
func marks(o *snapshot.Object) []string {
	var names []string
	for _, v := range []string{
		o.Annotations[annotationReleaseName],
		o.Labels[labelInstance],
		o.Labels[labelRelease],
	} {
		if v != "" {
			names = append(names, v)
		}
	}
	return names
}

// Marks that tie an object to a release.
const (
	annotationReleaseName      = "meta.helm.sh/release-name"
	annotationReleaseNamespace = "meta.helm.sh/release-namespace"
	labelInstance              = "app.kubernetes.io/instance"
	labelRelease               = "release"
)

// current is a release's newest record, or nil.
func (e *evidence) current(id *snapshot.ReleaseID) *snapshot.Record {
	if id == nil || len(e.releases[*id]) == 0 {
		return nil
	}
	return e.releases[*id][0]
}
