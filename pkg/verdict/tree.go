package verdict

// facts are what the tree asks of an object and one release.
type facts struct {
	// Of the object by itself.
	terminating     bool // it, or its namespace, is being deleted
	controllerOwned bool
	ordinary        bool // a live release has it as an ordinary resource
	unknownToken    bool // a phase that Helm does not know
	author          authorship
	runs            bool
	outcome         outcome
	policy          policyClass // of the live annotation
	expires         bool        // Kubernetes itself will delete it within a day

	// Of the release that it is held against.
	attributed  bool // by more than a guess
	release     releaseState
	window      bool // a retained record has a run that made this very object
	busy        bool // in flight, and fresh
	hookRunning bool // a hook Job or Pod of the release has not finished
	declared    bool // the current or deployed record declares it
	policyMet   bool // the live outcome policy asked for its deletion
	onlyInstall bool // all events are those of an install
	established bool // some record was deployed or superseded, and the newest did not fail
	awaits      bool // the record in force deletes it at its next run, and that can still come

	// Of a release without records.
	witnessed    bool // a live object shows that it lives
	namesake     bool // a release of that name has records elsewhere
	helmlessness bool // no Helm record at all is there, but objects that Helm made are
}

type authorship int

const (
	authorHelm authorship = iota
	authorOther
	authorUnknown
)

type outcome int

const (
	unfinished outcome = iota
	succeeded
	failed
)

type policyClass int

const (
	policyNone policyClass = iota
	policyKeeps
	policyNotKnown
	policyKnown
)

type releaseState int

const (
	noRecord releaseState = iota
	uninstalled
	installed
)

// row is one line of the tree: the first whose condition holds gives the reason.
type row struct {
	reason  Reason
	verdict Verdict
	when    func(f *facts) bool
}

// tree returns the rows. Their order is that of docs/verdicts.md, which says why.
func tree() []row {
	return []row{
		{ReasonTerminating, Tracked, func(f *facts) bool { return f.terminating }},
		{ReasonControllerOwned, Managed, func(f *facts) bool { return f.controllerOwned }},
		{ReasonOrdinaryResource, Managed, func(f *facts) bool { return f.ordinary }},
		{ReasonNotAHook, Unknown, func(f *facts) bool { return f.unknownToken }},
		{ReasonOtherDeployer, Managed, func(f *facts) bool { return f.author == authorOther }},
		{ReasonNotMadeByHelm, Unknown, func(f *facts) bool { return f.author == authorUnknown && !f.window }},
		{ReasonReleaseBusy, Tracked, func(f *facts) bool { return f.release != noRecord && f.busy }},
		{ReasonRunning, Tracked, func(f *facts) bool { return f.release != noRecord && f.runs && f.outcome == unfinished }},
		{ReasonHookStillRunning, Tracked, func(f *facts) bool { return f.attributed && !f.runs && f.hookRunning }},

		{ReasonPolicyMissed, Orphan, func(f *facts) bool { return f.inForce() && f.policyMet && f.window }},
		{ReasonExpiresByTTL, Tracked, func(f *facts) bool { return f.inForce() && f.expires }},
		{ReasonAuthorKeeps, Tracked, func(f *facts) bool { return f.inForce() && f.policy == policyKeeps }},
		{ReasonPolicyUnknown, Orphan, func(f *facts) bool { return f.inForce() && f.policy == policyNotKnown && !f.awaits }},
		{ReasonPartOfRelease, Tracked, func(f *facts) bool { return f.inForce() && !f.runs }},
		{ReasonNoDeletePolicy, Orphan, func(f *facts) bool { return f.inForce() && f.policy == policyNone }},
		{ReasonNeverRunsAgain, Orphan, func(f *facts) bool { return f.inForce() && f.onlyInstall && f.established }},
		{ReasonAwaitsNextRun, Tracked, func(f *facts) bool { return f.inForce() && f.awaits }},
		{ReasonKeptByOutcome, Orphan, func(f *facts) bool { return f.inForce() }},

		{ReasonReleaseUninstalled, Orphan, func(f *facts) bool { return f.release == uninstalled && f.attributed }},
		{ReasonDropped, Orphan, func(f *facts) bool { return f.release == installed && f.attributed }},
		{ReasonLiveWithoutRecord, Unknown, func(f *facts) bool {
			return f.attributed && (f.witnessed || f.helmlessness)
		}},
		{ReasonReleaseGone, Orphan, func(f *facts) bool {
			return f.attributed && !f.namesake && f.author == authorHelm
		}},
		{ReasonAmbiguous, Unknown, func(f *facts) bool { return f.attributed && f.namesake }},
		{ReasonUnattributed, Unknown, func(*facts) bool { return true }},
	}
}

// inForce tells whether Helm's next command works from a record that declares the
// object.
func (f *facts) inForce() bool { return f.release == installed && f.declared }

// reasonOf returns the reason of the first row that holds. The last always does.
func reasonOf(rows []row, f *facts) row {
	for _, row := range rows {
		if row.when(f) {
			return row
		}
	}
	return rows[len(rows)-1]
}
