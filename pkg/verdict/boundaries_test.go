package verdict_test

import (
	"testing"
	"time"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// TestWindow: a run proves that it made an object if it was created between a minute
// before it began and a minute after it ended.
func TestWindow(t *testing.T) {
	goes := account(policy("hook-succeeded"))
	start := goes.Created
	end := start.Add(10 * time.Minute)
	for _, tt := range []struct {
		name       string
		created    time.Time
		start, end time.Time
		proven     bool
	}{
		{"as it begins", start, start, end, true},
		{"a minute before", start.Add(-time.Minute), start, end, true},
		{"more than a minute before", start.Add(-time.Minute - time.Second), start, end, false},
		{"a minute after its end", end.Add(time.Minute), start, end, true},
		{"more than a minute after", end.Add(time.Minute + time.Second), start, end, false},
		{"within a minute of a run that was killed", start.Add(time.Minute), start, time.Time{}, true},
		{"later, of a run that was killed", start.Add(time.Minute + time.Second), start, time.Time{}, false},
		{"an end before the start counts for none", start.Add(time.Minute + time.Second), start, start.Add(-time.Hour), false},
		{"no run", start, time.Time{}, time.Time{}, false},
	} {
		o := with(goes, func(o *snapshot.Object) { o.Created = tt.created })
		s := only(o, declare(1, release.StatusDeployed, declaring(goes, ranFrom(tt.start, tt.end))))
		f := judgedFirst(t, s, verdict.Options{})
		if proven := f.Reason == verdict.ReasonPolicyMissed; proven != tt.proven || (f.Evidence.Made != nil) != tt.proven {
			t.Errorf("%s: %s, made by %v", tt.name, f.Reason, f.Evidence.Made)
		}
		// The same proves that Helm made what nobody is known to own.
		f = judgedFirst(t, only(with(o, author("")), s.Records...), verdict.Options{})
		if proven := f.Reason != verdict.ReasonNotMadeByHelm; proven != tt.proven {
			t.Errorf("%s, of an unknown author: %s", tt.name, f.Reason)
		}
	}
}

// TestNearestRun: of several runs that may have made an object, it is the one that
// began nearest to its creation.
func TestNearestRun(t *testing.T) {
	o := account(policy("hook-succeeded"))
	at := func(offset time.Duration) func(*release.Hook) {
		return ranFrom(o.Created.Add(offset), o.Created.Add(offset+time.Minute))
	}
	f := judgedFirst(t, only(o,
		declare(3, release.StatusDeployed, declaring(o, at(40*time.Second))),
		declare(2, release.StatusSuperseded, declaring(o, at(-2*time.Second), runPhase("Failed"))),
		declare(1, release.StatusSuperseded, declaring(o, at(-50*time.Second))),
	), verdict.Options{})
	if f.Evidence.Made == nil || f.Evidence.Made.Record.Revision != 2 {
		t.Errorf("made by %+v, want revision 2", f.Evidence.Made)
	}
	if f.Reason != verdict.ReasonPartOfRelease {
		t.Errorf("its run failed, and did not miss hook-succeeded: %s", f.Reason)
	}
}

// TestRunUnderWay: a run during which the object was created goes before one that had ended
// by then, however near that began. The API server cuts times to seconds.
func TestRunUnderWay(t *testing.T) {
	o := seed()
	for _, tt := range []struct {
		name       string
		start, end time.Duration // of revision 2's run, after the object's time
		want       int
	}{
		{"it began within that second", 858 * time.Millisecond, 900 * time.Millisecond, 2},
		{"it was killed at once", 858 * time.Millisecond, -time.Hour, 2},
		{"it began before, and went on", -30 * time.Second, time.Millisecond, 2},
		{"it began a second later", time.Second, 2 * time.Second, 1},
		{"it had ended, too", -600 * time.Millisecond, -time.Millisecond, 1},
	} {
		f := judgedFirst(t, only(o,
			declare(2, release.StatusDeployed, declaring(o, ranFrom(o.Created.Add(tt.start), o.Created.Add(tt.end)))),
			declare(1, release.StatusSuperseded, declaring(o, ranFrom(o.Created.Add(-483*time.Millisecond), o.Created.Add(-475*time.Millisecond)))),
		), verdict.Options{})
		if f.Evidence.Made == nil || f.Evidence.Made.Record.Revision != tt.want {
			t.Errorf("%s: made by %+v, want revision %d", tt.name, f.Evidence.Made, tt.want)
		}
	}
}

func TestFresh(t *testing.T) {
	o := seed()
	for _, tt := range []struct {
		name       string
		written    time.Duration
		staleAfter time.Duration
		want       verdict.Reason
	}{
		{"almost an hour", time.Hour - time.Second, 0, verdict.ReasonReleaseBusy},
		{"an hour", time.Hour, 0, verdict.ReasonNoDeletePolicy},
		{"a minute, which was said to do", time.Minute, time.Minute, verdict.ReasonNoDeletePolicy},
		{"a day, which was said not to", day, 2 * day, verdict.ReasonReleaseBusy},
	} {
		for _, status := range []release.Status{
			release.StatusPendingInstall, release.StatusPendingUpgrade, release.StatusPendingRollback, release.StatusUninstalling,
		} {
			s := only(o, written(tt.written, declare(2, status, declaring(o))), declare(1, release.StatusSuperseded))
			if f := judgedFirst(t, s, verdict.Options{StaleAfter: tt.staleAfter}); f.Reason != tt.want {
				t.Errorf("%s of %s: %s, want %s", tt.name, status, f.Reason, tt.want)
			}
		}
	}
	// Older records may be pending for ever, and mean nothing.
	s := only(o, declare(3, release.StatusDeployed, declaring(o)), written(time.Minute, declare(2, release.StatusPendingUpgrade)))
	if f := judgedFirst(t, s, verdict.Options{}); f.Reason != verdict.ReasonNoDeletePolicy || f.Stuck != nil {
		t.Errorf("with an old pending record: %s, %v", f.Reason, f.Stuck)
	}
	// A record without time is taken for a fresh one.
	r := declare(2, release.StatusPendingUpgrade, declaring(o))
	snap := complete(only(o, r))
	snap.Records[0].Written = time.Time{}
	if findings, _ := verdict.Judge(snap, verdict.Options{}); findings[0].Reason != verdict.ReasonReleaseBusy {
		t.Errorf("without a time: %s", findings[0].Reason)
	}
}

func TestTimeToLive(t *testing.T) {
	for d, want := range map[time.Duration]verdict.Reason{
		-time.Hour: verdict.ReasonExpiresByTTL, day - time.Second: verdict.ReasonExpiresByTTL, day: verdict.ReasonNoDeletePolicy,
	} {
		if f := judgedFirst(t, only(seed(expiresIn(d)), deployed(seed())...), verdict.Options{}); f.Reason != want {
			t.Errorf("it expires in %s: %s, want %s", d, f.Reason, want)
		}
	}
}

// TestEstablished: an install is over for good once some record of the release was
// deployed or superseded, but for one with --replace, which works over what failed last.
func TestEstablished(t *testing.T) {
	o := seed(events("post-install"), policy("before-hook-creation"))
	for _, tt := range []struct {
		name    string
		records []snapshot.Record
		want    verdict.Reason
	}{
		{"deployed", deployed(o), verdict.ReasonNeverRunsAgain},
		{"its install failed", []snapshot.Record{declare(1, release.StatusFailed, declaring(o))}, verdict.ReasonAwaitsNextRun},
		{"its install was killed", []snapshot.Record{declare(1, release.StatusPendingInstall, declaring(o))}, verdict.ReasonAwaitsNextRun},
		{"an upgrade of it failed", []snapshot.Record{
			declare(2, release.StatusFailed, declaring(o)), declare(1, release.StatusDeployed),
		}, verdict.ReasonAwaitsNextRun},
		{"an upgrade followed a failed install", []snapshot.Record{
			declare(2, release.StatusDeployed, declaring(o)), declare(1, release.StatusSuperseded),
		}, verdict.ReasonNeverRunsAgain},
		{"declared twice, and once for upgrades", []snapshot.Record{
			declare(1, release.StatusDeployed, declaring(o), declaring(seed(events("pre-upgrade"), policy("before-hook-creation")))),
		}, verdict.ReasonAwaitsNextRun},
		{"declared twice, and replaced at install only", []snapshot.Record{
			declare(1, release.StatusDeployed, declaring(o), declaring(seed(events("pre-upgrade"), policy("hook-failed")))),
		}, verdict.ReasonKeptByOutcome},
	} {
		if f := judgedFirst(t, only(o, tt.records...), verdict.Options{}); f.Reason != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, f.Reason, tt.want)
		}
	}
}

// TestPolicies: words that Helm does not know switch off its default, and those that
// mean to keep are absolute.
func TestPolicies(t *testing.T) {
	for _, tt := range []struct {
		policy    string
		want      verdict.Reason
		keep      bool
		supported verdict.Reason // of an account
	}{
		{"never", verdict.ReasonAuthorKeeps, true, verdict.ReasonAuthorKeeps},
		{"NEVER", verdict.ReasonAuthorKeeps, true, verdict.ReasonAuthorKeeps},
		{" keep ", verdict.ReasonAuthorKeeps, true, verdict.ReasonAuthorKeeps},
		{"never,before-hook-creation", verdict.ReasonAuthorKeeps, true, verdict.ReasonAuthorKeeps},
		{"", verdict.ReasonPolicyUnknown, false, verdict.ReasonPolicyUnknown},
		{"null", verdict.ReasonPolicyUnknown, false, verdict.ReasonPolicyUnknown},
		{"before-hook-creaton", verdict.ReasonPolicyUnknown, false, verdict.ReasonPolicyUnknown},
		{"hook-failed,whatever", verdict.ReasonKeptByOutcome, false, verdict.ReasonPartOfRelease},
		{"before-hook-creation,whatever", verdict.ReasonAwaitsNextRun, false, verdict.ReasonPartOfRelease},
		{"hook-succeeded,whatever", verdict.ReasonPolicyMissed, false, verdict.ReasonPolicyMissed},
		// It was to be deleted, and is to be kept: an orphan that the guard leaves alone.
		{"never,hook-succeeded", verdict.ReasonPolicyMissed, true, verdict.ReasonPolicyMissed},
	} {
		for _, o := range objects(seed(policy(tt.policy)), account(policy(tt.policy))) {
			want := tt.want
			if o.Kind != "Job" {
				want = tt.supported
			}
			f := judgedFirst(t, only(o, deployed(o)...), verdict.Options{Allow: verdict.Guards()})
			if f.Reason != want {
				t.Errorf("%s with policy %q: %s, want %s", o.Kind, tt.policy, f.Reason, want)
			}
			if tt.keep && f.Prunable() {
				t.Errorf("%s with policy %q could be pruned", o.Kind, tt.policy)
			}
		}
	}
}

// TestMostProtectiveClaimWins: an object that two releases declare is what the one
// says that needs it most.
func TestMostProtectiveClaimWins(t *testing.T) {
	o, wiki := account(), rel("shop", "wiki")
	for _, tt := range []struct {
		name  string
		other snapshot.Record
		want  verdict.Reason
	}{
		{"it is part of the other", rec(wiki, 1, release.StatusDeployed, declaring(o)), verdict.ReasonPartOfRelease},
		{"the other is busy", written(time.Minute, rec(wiki, 1, release.StatusPendingInstall, declaring(o))), verdict.ReasonReleaseBusy},
		{"the other is uninstalled, and equals", rec(wiki, 1, release.StatusUninstalled, declaring(o)), verdict.ReasonReleaseUninstalled},
		{"the other has it as an ordinary resource", lists(rec(wiki, 2, release.StatusDeployed, declaring(o)), o), verdict.ReasonOrdinaryResource},
	} {
		s := only(o, append(replacedBy(o), tt.other)...)
		if f := judgedFirst(t, s, verdict.Options{}); f.Reason != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, f.Reason, tt.want)
		}
	}
}

// TestSeveralAuthors: of managers that own the annotation together the most
// protective counts.
func TestSeveralAuthors(t *testing.T) {
	for _, tt := range []struct {
		author string
		others []string
		want   verdict.Reason
	}{
		{"helm", nil, verdict.ReasonNoDeletePolicy},
		{"helm", []string{"helm-controller"}, verdict.ReasonNoDeletePolicy},
		{"helm", []string{"argocd-controller"}, verdict.ReasonOtherDeployer},
		{"kubectl-client-side-apply", []string{"helm"}, verdict.ReasonOtherDeployer},
		{"helm", []string{"platformctl"}, verdict.ReasonNotMadeByHelm},
		{"", []string{"helm"}, verdict.ReasonNoDeletePolicy},
		{"fleetagent", nil, verdict.ReasonNoDeletePolicy},
		{"terraform-provider-helm_v2.12.1_x5", nil, verdict.ReasonNoDeletePolicy},
		{"oc", nil, verdict.ReasonOtherDeployer},
		{"octopus", nil, verdict.ReasonNotMadeByHelm},
		{"helmsman", nil, verdict.ReasonNotMadeByHelm},
	} {
		o := seed(author(tt.author), coAuthors(tt.others...))
		// No run of the record made it.
		s := only(o, declare(1, release.StatusDeployed, declaring(seed(), neverRan)))
		if f := judgedFirst(t, s, verdict.Options{}); f.Reason != tt.want {
			t.Errorf("made by %q and %q: %s, want %s", tt.author, tt.others, f.Reason, tt.want)
		}
	}
}
