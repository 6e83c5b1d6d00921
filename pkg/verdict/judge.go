package verdict

import (
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// Judge says of each live hook object whose it is, whether anything will still
// delete it, and what speaks against doing so. Findings come in Helm's order of
// execution, release by release. As long as something is lacking they are
// provisional.
func Judge(s *snapshot.Snapshot, o Options) ([]Finding, Lacks) {
	if o.StaleAfter == 0 {
		o.StaleAfter = DefaultStaleAfter
	}
	e := newEvidence(s)
	judged := make([]Finding, 0, len(s.Objects))
	for i := range s.Objects {
		judged = append(judged, e.attributed(&s.Objects[i], o))
	}
	hooks := make([]*Finding, 0, len(judged))
	for i := range judged {
		if isHook(&judged[i], o) {
			hooks = append(hooks, &judged[i])
		}
	}
	e.indexRunning(hooks)
	e.indexRunning(e.otherRuns(judged, o))
	rows := tree()
	for _, f := range hooks {
		e.decide(f, rows, &o)
	}
	lacking := e.lacks(hooks, &o)
	e.settleOrphans(hooks, &o)
	lacks := lacking.result()
	var findings []Finding
	if o.Declared || o.Revision != 0 {
		findings = e.declaredFindings(judged, o)
	} else {
		findings = only(judged, hooks)
	}
	sortFindings(findings)
	return findings, lacks
}

// only moves those that hooks points to, in the order in which they stand, to the front
// of judged, and returns them. There may be very many: no second slice is made.
func only(judged []Finding, hooks []*Finding) []Finding {
	for i, f := range hooks {
		judged[i] = *f
	}
	clear(judged[len(hooks):])
	return judged[:len(hooks)]
}

// attributed says whose an object is.
func (e *evidence) attributed(o *snapshot.Object, options Options) Finding {
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

// indexRunning notes which releases have hooks that have not finished. What is being
// deleted counts: its Pods may still be at work. What a controller made by copying
// annotations does not, as it may never end.
func (e *evidence) indexRunning(hooks []*Finding) {
	for _, f := range hooks {
		ofHelm := !controlled(f.Object) && len(f.Declared.UnknownEvents) == 0
		if !f.runs() || outcomeOf(f.Object) != unfinished || !ofHelm {
			continue
		}
		if f.Release != nil {
			e.running[*f.Release] = f.Object
		}
		for i := range f.Claims {
			e.running[f.Claims[i].Record.Release] = f.Object
		}
	}
}

// decide gives the verdict: that of each release which claims the object, and of
// these the most protective. That nothing will delete it is said only if all say so.
func (e *evidence) decide(f *Finding, rows []row, o *Options) {
	views := e.views(f)
	for i := range views {
		facts := e.factsOf(f, &views[i], o)
		row := reasonOf(rows, &facts)
		wins := row.verdict.protection() < f.Verdict.protection()
		if f.Verdict == "" || wins || row.verdict == f.Verdict && f.Reason.final() && !row.reason.final() {
			f.Verdict, f.Reason = row.verdict, row.reason
		}
	}
	e.cite(f, views)
	f.Blocks = blocksOf(f, views)
	f.Leaks = leaks(f, views)
	if o.Foretell {
		f.Prospects = prospects(f, views)
	}
	f.Stuck = e.stuckRelease(f.Release, o)
	if f.Verdict != Orphan {
		return
	}
	for _, r := range rules() {
		if why := r.why(e, f, o); why != "" {
			f.refuse(o, r.guard, why)
		}
	}
}

// cite notes what the verdict rests on.
func (e *evidence) cite(f *Finding, views []view) {
	f.Evidence.Made = windowOf(f.Object, f.Claims)
	f.Evidence.Listed = e.listedBy(f.Object)
	if name, ok := fluxName(f.Object); ok {
		f.Evidence.Flux = e.signs.flux[name]
	}
	for i := range views {
		v := &views[i]
		if v.release == nil {
			continue
		}
		if running := e.running[*v.release]; running != nil {
			f.Evidence.Unfinished = running
		}
		if v.state() == noRecord {
			f.Evidence.Witness = e.witness(f.Object, v.release)
			f.Evidence.Namesakes = e.namesakes(v.release)
		}
	}
}

// settleOrphans applies what depends on more than one object: who else declares an
// orphan, who uses it, and what could not be read.
func (e *evidence) settleOrphans(hooks []*Finding, o *Options) {
	for _, f := range hooks {
		if f.Verdict != Orphan {
			continue
		}
		if gap := e.verdictGap(f, o); gap != nil {
			f.hide(gap)
			continue
		}
		if why := e.sharedWith(f); why != "" {
			f.refuse(o, GuardShared, why)
		}
	}
	unproven := make(map[*Finding]*snapshot.Gap)
	for _, f := range hooks {
		if f.Verdict == Orphan {
			unproven[f] = e.guardGap(f, o)
		}
	}
	e.refuseReferenced(hooks, o, func(f *Finding) bool {
		return unproven[f] == nil && inScope(f, o) && (o.Planned == nil || o.Planned(f))
	})
	for _, f := range hooks {
		if f.Prunable() && unproven[f] != nil {
			f.hide(unproven[f])
		}
	}
}

// hide turns an orphan into an unknown, because of what could not be read.
func (x *Finding) hide(gap *snapshot.Gap) {
	x.Verdict, x.Reason, x.Evidence.Hidden = Unknown, ReasonIncompleteEvidence, gap
	x.Refusals, x.Leaks = nil, false
}

// inScope tells whether a finding is of a release that was asked for or, if it has no
// namespace, of one that is stored in the namespace that was. Of others not all evidence is
// read.
func inScope(f *Finding, o *Options) bool {
	if len(o.Releases) > 0 {
		return f.Release != nil && named(o.Releases, *f.Release)
	}
	return o.Namespace == "" || f.Object.Namespace != "" || f.Release != nil && f.Release.Namespace == o.Namespace
}
