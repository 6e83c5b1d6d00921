package verdict_test

import (
	"testing"
	"time"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// reasonRow says what is to be said of the first object of a snapshot.
type reasonRow struct {
	name string
	want verdict.Reason
	snap snapshot.Snapshot
}

// objects makes a list, for tables.
func objects(list ...snapshot.Object) []snapshot.Object { return list }

// only is a snapshot of one object, and of records.
func only(o snapshot.Object, records ...snapshot.Record) snapshot.Snapshot {
	return snapshot.Snapshot{Objects: objects(o), Records: records}
}

// also adds to a snapshot.
func also(s snapshot.Snapshot, change func(*snapshot.Snapshot)) snapshot.Snapshot {
	change(&s)
	return s
}

func deleting(o *snapshot.Object) { o.Deleting = someTime }

// reasonRows have at least one row for each reason.
func reasonRows() []reasonRow {
	once := seed(events("post-install"), policy("before-hook-creation"))
	hs := seed(policy("before-hook-creation,hook-succeeded"))
	goes := account(policy("hook-succeeded"))
	plain := seed()
	return []reasonRow{
		{"it is being deleted", verdict.ReasonTerminating, only(seed(deleting), deployed(plain)...)},
		{"its namespace is being deleted", verdict.ReasonTerminating, also(only(plain, deployed(plain)...), func(s *snapshot.Snapshot) {
			s.Terminating = []string{"shop"}
		})},
		{"a controller owns it", verdict.ReasonControllerOwned, only(seed(controlled), deployed(plain)...)},
		{"in the manifest of its release", verdict.ReasonOrdinaryResource, only(account(ofBlog), lists(declare(1, release.StatusDeployed), account()))},
		{
			"in the manifest of the deployed revision, and not of the failed one", verdict.ReasonOrdinaryResource,
			only(account(ofBlog), declare(2, release.StatusFailed), lists(declare(1, release.StatusDeployed), account())),
		},
		{
			"in the manifest of another release", verdict.ReasonOrdinaryResource,
			only(plain, append(deployed(plain), lists(rec(rel("shop", "wiki"), 1, release.StatusDeployed), plain))...),
		},
		{
			"in the last manifest of another release that is uninstalled: a rollback may delete it", verdict.ReasonOrdinaryResource,
			only(plain, append(replacedBy(plain), lists(rec(rel("shop", "wiki"), 2, release.StatusUninstalled), plain))...),
		},
		{"marked as one, of a release that is there", verdict.ReasonOrdinaryResource, only(account(ownedBy("blog", "shop")), declare(1, release.StatusDeployed))},
		{
			"marked as one, of a release whose records are stored elsewhere", verdict.ReasonOrdinaryResource,
			only(account(ownedBy("blog", "shop")), inNamespace("shop", rec(rel("flux", "blog"), 1, release.StatusDeployed))),
		},
		{"a phase of Helm 2", verdict.ReasonNotAHook, only(seed(events("crd-install"), ofBlog), declare(1, release.StatusDeployed))},
		{"a trailing comma", verdict.ReasonNotAHook, only(seed(events("post-install,"), ofBlog), declare(1, release.StatusDeployed))},
		{"made by Argo CD", verdict.ReasonOtherDeployer, only(seed(author("argocd-controller"), ofBlog))},
		{"applied by kubectl", verdict.ReasonOtherDeployer, only(seed(author("kubectl-client-side-apply")), deployed(plain)...)},
		{"tracked by Argo CD", verdict.ReasonOtherDeployer, only(seed(annotation("argocd.argoproj.io/tracking-id", "a:b/c:d/e")), deployed(plain)...)},
		{"made by nobody known", verdict.ReasonNotMadeByHelm, only(seed(author(""), ofBlog), otherRelease())},
		{"made by a stranger", verdict.ReasonNotMadeByHelm, only(seed(author("platformctl")), declare(1, release.StatusDeployed, declaring(plain, neverRan)))},
		{"an upgrade is under way", verdict.ReasonReleaseBusy, only(plain, written(time.Minute, declare(2, release.StatusPendingUpgrade, declaring(plain))), declare(1, release.StatusDeployed))},
		{"tests are under way", verdict.ReasonReleaseBusy, only(plain, written(time.Minute, declare(1, release.StatusDeployed, declaring(plain, runPhase("Running")))))},
		{"it has not finished", verdict.ReasonRunning, only(seed(ran(snapshot.RunRunning)), deployed(plain)...)},
		{"it is suspended", verdict.ReasonRunning, only(seed(ran(snapshot.RunSuspended)), deployed(plain)...)},
		{"another hook has not finished", verdict.ReasonHookStillRunning, snapshot.Snapshot{
			Objects: objects(account(), seed(ran(snapshot.RunRunning))), Records: deployed(account(), plain),
		}},
		{"another hook has not finished, and nothing has a record", verdict.ReasonHookStillRunning, snapshot.Snapshot{
			Objects: objects(account(ofBlog), seed(ofBlog, ran(snapshot.RunRunning))), Records: []snapshot.Record{otherRelease()},
		}},
		{"Helm was killed before it deleted the Job", verdict.ReasonPolicyMissed, only(hs, deployed(hs)...)},
		{"it failed, and was to be deleted then", verdict.ReasonPolicyMissed, only(
			seed(policy("hook-failed"), ran(snapshot.RunFailed)), declare(1, release.StatusFailed, declaring(seed(policy("hook-failed")), runPhase("Failed"))),
		)},
		{"Helm was killed before it deleted the account", verdict.ReasonPolicyMissed, only(goes, deployed(goes)...)},
		{"Kubernetes deletes it today", verdict.ReasonExpiresByTTL, only(seed(expiresIn(time.Hour)), deployed(plain)...)},
		{"its policy is never", verdict.ReasonAuthorKeeps, only(seed(policy("never")), deployed(seed(policy("never")))...)},
		{"its policy is keep", verdict.ReasonAuthorKeeps, only(seed(policy("keep")), deployed(seed(policy("keep")))...)},
		{"its policy is misspelt", verdict.ReasonPolicyUnknown, only(seed(policy("hook-suceeded")), deployed(seed(policy("hook-suceeded")))...)}, //nolint:misspell // as people write it
		{"its policy is empty", verdict.ReasonPolicyUnknown, only(seed(policy("")), deployed(seed(policy("")))...)},
		{"the policy of an account is empty", verdict.ReasonPolicyUnknown, only(account(policy("")), deployed(account(policy("")))...)},
		{"its policy is misspelt, and the next run's is not", verdict.ReasonAwaitsNextRun, only(seed(policy("x")), deployed(seed(policy("before-hook-creation")))...)},
		{"the policy of an account is empty, and the next run's is not", verdict.ReasonPartOfRelease, only(account(policy("")), deployed(account(events("pre-upgrade"), policy("before-hook-creation")))...)},
		{
			"Helm 4 takes it for the next run, and deletes it after that", verdict.ReasonAwaitsNextRun,
			only(seed(policy("hook-failed")), applied(declare(1, release.StatusDeployed, declaring(seed(policy("hook-succeeded")))))),
		},
		{
			"Helm 3 does not take it for the next run", verdict.ReasonKeptByOutcome,
			only(seed(policy("hook-failed")), declare(1, release.StatusDeployed, declaring(seed(policy("hook-succeeded"))))),
		},
		{"an account of a release that lives", verdict.ReasonPartOfRelease, only(account(), deployed(account())...)},
		{"finished, and in nobody's hands", verdict.ReasonNoDeletePolicy, only(plain, deployed(plain)...)},
		{"only an install makes it", verdict.ReasonNeverRunsAgain, only(once, deployed(once)...)},
		{"an upgrade makes it anew", verdict.ReasonAwaitsNextRun, only(seed(policy("before-hook-creation")), deployed(seed(policy("before-hook-creation")))...)},
		{"an uninstall makes it anew", verdict.ReasonAwaitsNextRun, only(
			seed(events("pre-delete"), policy("before-hook-creation")), deployed(seed(events("pre-delete"), policy("before-hook-creation")))...)},
		{"its policy is for another outcome", verdict.ReasonKeptByOutcome, only(seed(policy("hook-failed")), deployed(seed(policy("hook-failed")))...)},
		{"its release is uninstalled", verdict.ReasonReleaseUninstalled, only(plain, declare(1, release.StatusUninstalled, declaring(plain)))},
		{"an older revision declares it", verdict.ReasonDropped, only(plain, replacedBy(plain)...)},
		{"no retained revision declares it", verdict.ReasonDropped, only(seed(ofBlog), declare(9, release.StatusDeployed))},
		{
			"an older revision declares it, and another release now", verdict.ReasonNoDeletePolicy,
			only(plain, append(replacedBy(plain), fromDesk(plain))...),
		},
		{
			"only an install makes it, and another release's upgrade", verdict.ReasonAwaitsNextRun,
			only(once, append(deployed(once), fromDesk(with(once, events("pre-upgrade"))))...),
		},
		{"its release has no record, and lives", verdict.ReasonLiveWithoutRecord, also(only(seed(ofBlog), otherRelease()), witnessedBy("shop", snapshot.MarkLabel))},
		{"its release is gone", verdict.ReasonReleaseGone, only(seed(ofBlog), otherRelease())},
		{"its release is gone, by Helm's own annotations", verdict.ReasonReleaseGone, only(account(ownedBy("blog", "shop")), otherRelease())},
		{"a namesake has records", verdict.ReasonAmbiguous, only(seed(ofBlog), rec(rel("desk", "blog"), 1, release.StatusDeployed))},
		{"nothing tells whose it is", verdict.ReasonUnattributed, only(plain, otherRelease())},
		{"records cannot be read", verdict.ReasonIncompleteEvidence, also(only(seed(ofBlog), otherRelease()), func(s *snapshot.Snapshot) {
			s.Gaps = []snapshot.Gap{{What: "secrets", Why: "test", Records: snapshot.Secrets}}
		})},
	}
}

// inNamespace says in which namespace a release is whose records are stored elsewhere.
func inNamespace(namespace string, r snapshot.Record) snapshot.Record {
	body := *r.Body
	body.Namespace = namespace
	r.Body = &body
	return r
}

// witnessedBy adds a Deployment that shows that blog lives.
func witnessedBy(namespace string, mark snapshot.Mark) func(*snapshot.Snapshot) {
	return func(s *snapshot.Snapshot) {
		s.Witnesses = append(s.Witnesses, snapshot.Witness{
			Release: "blog", Namespace: namespace, Mark: mark,
			Object: snapshot.ObjectRef{APIVersion: "apps/v1", Kind: "Deployment", Namespace: namespace, Name: "app", UID: "app"},
		})
	}
}

func TestReasons(t *testing.T) {
	for _, tt := range reasonRows() {
		t.Run(string(tt.want)+"/"+tt.name, func(t *testing.T) {
			f := judgedFirst(t, tt.snap, verdict.Options{})
			if f.Reason != tt.want || f.Verdict != tt.want.Verdict() {
				t.Errorf("%s %s, want %s %s", f.Verdict, f.Reason, tt.want.Verdict(), tt.want)
			}
		})
	}
}
