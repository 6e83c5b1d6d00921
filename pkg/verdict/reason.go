package verdict

// Verdict says whether anything in Helm's life cycle will still replace or delete
// an object, or anything may still need it.
type Verdict string

// The verdicts, most protective first.
const (
	// Managed: something else than a hook's life cycle looks after the object.
	Managed Verdict = "managed"
	// Tracked: Helm or Kubernetes will still replace or delete it, or it belongs to
	// a release that lives.
	Tracked Verdict = "tracked"
	// Unknown: what can be seen does not tell.
	Unknown Verdict = "unknown"
	// Orphan: nothing will ever delete it.
	Orphan Verdict = "orphan"
)

// Verdicts returns all of them, most protective first.
func Verdicts() []Verdict { return []Verdict{Managed, Tracked, Unknown, Orphan} }

// Reason is why a verdict was given. A reason implies its verdict.
type Reason string

// The reasons. docs/verdicts.md says what each rests on.
const (
	ReasonTerminating        Reason = "Terminating"
	ReasonControllerOwned    Reason = "ControllerOwned"
	ReasonOrdinaryResource   Reason = "OrdinaryResource"
	ReasonNotAHook           Reason = "NotAHook"
	ReasonOtherDeployer      Reason = "OtherDeployer"
	ReasonNotMadeByHelm      Reason = "NotMadeByHelm"
	ReasonReleaseBusy        Reason = "ReleaseBusy"
	ReasonRunning            Reason = "Running"
	ReasonHookStillRunning   Reason = "HookStillRunning"
	ReasonPolicyMissed       Reason = "PolicyMissed"
	ReasonExpiresByTTL       Reason = "ExpiresByTTL"
	ReasonAuthorKeeps        Reason = "AuthorKeeps"
	ReasonPolicyUnknown      Reason = "PolicyUnknown"
	ReasonPartOfRelease      Reason = "PartOfRelease"
	ReasonNoDeletePolicy     Reason = "NoDeletePolicy"
	ReasonNeverRunsAgain     Reason = "NeverRunsAgain"
	ReasonAwaitsNextRun      Reason = "AwaitsNextRun"
	ReasonKeptByOutcome      Reason = "KeptByOutcome"
	ReasonReleaseUninstalled Reason = "ReleaseUninstalled"
	ReasonDropped            Reason = "Dropped"
	ReasonLiveWithoutRecord  Reason = "LiveWithoutRecord"
	ReasonReleaseGone        Reason = "ReleaseGone"
	ReasonAmbiguous          Reason = "Ambiguous"
	ReasonUnattributed       Reason = "Unattributed"
	ReasonIncompleteEvidence Reason = "IncompleteEvidence"
)

// Reasons returns all of them, in the order in which they are tried.
func Reasons() []Reason {
	var reasons []Reason
	for _, row := range tree() {
		reasons = append(reasons, row.reason)
	}
	return append(reasons, ReasonIncompleteEvidence)
}

// Verdict is what the reason implies; of a reason that is none, Unknown.
func (r Reason) Verdict() Verdict {
	for _, row := range tree() {
		if row.reason == r {
			return row.verdict
		}
	}
	return Unknown
}

// final tells whether the reason says that no command of Helm will delete the object by
// itself, as far as anybody declares it now.
func (r Reason) final() bool {
	switch r {
	case ReasonPolicyUnknown, ReasonNeverRunsAgain, ReasonKeptByOutcome, ReasonReleaseUninstalled, ReasonDropped, ReasonReleaseGone:
		return true
	default:
		return false
	}
}

// protection is the place of a verdict in Verdicts: the lower, the more it protects.
func (v Verdict) protection() int {
	for i, w := range Verdicts() {
		if v == w {
			return i
		}
	}
	return -1
}
