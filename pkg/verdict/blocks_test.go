package verdict_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// applied makes a record one of Helm 4 with server-side apply.
func applied(r snapshot.Record) snapshot.Record { return applying(r, "ssa") }

func applying(r snapshot.Record, method string) snapshot.Record {
	body := *r.Body
	body.ApplyMethod = method
	r.Body = &body
	return r
}

func blocks(f verdict.Finding) string {
	var all []string
	for _, b := range f.Blocks {
		all = append(all, fmt.Sprintf("%s:%s", b.Event, b.How))
	}
	return strings.Join(all, " ")
}

func TestBlocks(t *testing.T) {
	hf := seed(policy("hook-failed"))
	failed := with(hf, ran(snapshot.RunFailed))
	awaited := seed(policy("before-hook-creation"))
	definition := made("CustomResourceDefinition", "widgets", "pre-install,pre-upgrade", policy("before-hook-creation"))
	generated := with(hf, func(o *snapshot.Object) { o.Name, o.GenerateName = "seed-x1", "seed-" })
	byPrefix := func(h *release.Hook) {
		h.Objects = []release.Ref{{APIVersion: "batch/v1", Kind: "Job", GenerateName: "seed-"}}
	}
	now := func(h ...release.Hook) snapshot.Record { return declare(1, release.StatusDeployed, h...) }
	for _, tt := range []struct {
		name string
		snap snapshot.Snapshot
		want string
	}{
		{"Helm 3 makes it", only(hf, now(declaring(hf))), "post-upgrade:exists"},
		{"Helm 4 applies it client-side", only(hf, applying(now(declaring(hf)), "csa")), "post-upgrade:exists"},
		{"Helm 4 applies it unchanged", only(hf, applied(now(declaring(hf)))), "post-upgrade:silentlySkipped"},
		{"Helm 4 applies it unchanged over a failure", only(failed, applied(now(declaring(hf)))), "post-upgrade:failed"},
		{
			"Helm 4 applies it changed", only(hf,
				applied(declare(2, release.StatusFailed, declaring(hf, text("two"), neverRan))), applied(declare(1, release.StatusDeployed, declaring(hf)))),
			"post-upgrade:immutable",
		},
		{"Helm 4 applies an account", only(account(policy("hook-failed")), applied(now(declaring(account(policy("hook-failed")))))), ""},
		{"Helm 4 waits for what runs", only(with(hf, ran(snapshot.RunRunning)), applied(now(declaring(hf)))), ""},
		{"Helm deletes it before", only(awaited, now(declaring(awaited))), ""},
		{"Helm deletes it before, by default", only(seed(), now(declaring(seed()))), ""},
		// The record counts: somebody has changed the object's own policy.
		{"Helm deletes it before, whatever the object says", only(hf, now(declaring(awaited))), ""},
		{"its policy is none that Helm knows", only(seed(policy("never")), now(declaring(seed(policy("never"))))), "post-upgrade:exists"},
		{"Helm never deletes definitions", only(definition, now(declaring(definition))), "pre-upgrade:exists"},
		{"and applies them", only(definition, applied(now(declaring(definition)))), ""},
		{"it is being deleted", only(with(awaited, deleting), now(declaring(awaited))), "post-upgrade:terminating"},
		{"each run makes another", only(generated, now(declaring(generated, byPrefix))), ""},
		{"no install has ended yet", only(hf, declare(1, release.StatusFailed, declaring(hf))), "post-install:exists post-upgrade:exists"},
		{"only an install makes it", only(seed(events("post-install"), policy("hook-failed")), now(declaring(seed(events("post-install"), policy("hook-failed"))))), ""},
		{"several events", only(seed(events("pre-upgrade,pre-rollback,test"), policy("hook-failed")),
			now(declaring(seed(events("pre-upgrade,pre-rollback,test"), policy("hook-failed"))))), "pre-upgrade:exists pre-rollback:exists test:exists"},
		{"only history declares it", only(hf, replacedBy(hf)...), ""},
		{"its release is uninstalled", only(hf, declare(1, release.StatusUninstalled, declaring(hf))), ""},
	} {
		if got := blocks(judgedFirst(t, tt.snap, verdict.Options{})); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestLeaks: an uninstall deletes no hook object but those of its own hooks.
func TestLeaks(t *testing.T) {
	for _, tt := range []struct {
		name   string
		object snapshot.Object
		leaks  bool
	}{
		{"a part of the release", account(), true},
		{"what awaits its next run", seed(policy("before-hook-creation")), true},
		{"what an uninstall makes, and deletes", account(events("pre-install,pre-delete"), policy("before-hook-creation,hook-succeeded")), false},
		{"what an uninstall makes, and leaves", account(events("pre-install,pre-delete"), policy("before-hook-creation")), true},
		{"what an uninstall makes, and deletes if it fails", account(events("post-delete"), policy("hook-failed")), true},
		{"what its author keeps", account(policy("never")), false},
		{"what Kubernetes deletes", seed(expiresIn(time.Hour)), false},
		{"an orphan", seed(), false},
	} {
		neverMade := declaring(tt.object, neverRan) // so that no policy was missed
		f := judgedFirst(t, only(tt.object, declare(1, release.StatusDeployed, neverMade)), verdict.Options{})
		if f.Leaks != tt.leaks {
			t.Errorf("%s (%s): leaks %t", tt.name, f.Reason, f.Leaks)
		}
	}
}

// fromDesk is a release of another namespace that declares an object.
func fromDesk(o snapshot.Object) snapshot.Record {
	return rec(rel("desk", "far"), 1, release.StatusDeployed, declaring(o, func(h *release.Hook) { h.Objects[0].Namespace = o.Namespace }))
}

func describeProspects(f verdict.Finding) string {
	var all []string
	for _, p := range f.Prospects {
		what := string(p.Effect)
		if p.Block != "" {
			what = string(p.Block)
		}
		if p.Deletes {
			what += "+delete"
		}
		if p.Revisions != nil {
			what += fmt.Sprintf("@%d", p.Revisions)
		}
		if p.Helm != 0 {
			what += fmt.Sprintf("(%d)", p.Helm)
		}
		command := string(p.Command)
		if p.Release != nil {
			command = p.Release.Name + " " + command
		}
		all = append(all, fmt.Sprintf("%s:%s", command, what))
	}
	return strings.Join(all, " ")
}

// TestProspects: a rollback runs the hooks of the revision that it goes back to, and
// all else those of the current one.
func TestProspects(t *testing.T) {
	goes := seed(events("pre-upgrade,pre-delete"), policy("before-hook-creation,hook-succeeded"))
	back := seed(events("pre-rollback"), policy("before-hook-creation"))
	goesBack := seed(events("pre-rollback"), policy("before-hook-creation,hook-succeeded"))
	left := seed(events("pre-install"), policy("hook-failed"))
	installing := account(events("pre-install"), policy("hook-succeeded"))
	inWay := seed(events("test"), policy("hook-failed"))
	applies := account(events("pre-upgrade"), policy("hook-succeeded"))
	for _, tt := range []struct {
		name string
		snap snapshot.Snapshot
		want string
	}{
		{"upgrade and uninstall", only(goes, deployed(goes)...), "upgrade:replace+delete rollback:none test:none uninstall:replace+delete"},
		{"only an older revision's rollback", only(back, replacedBy(back)...), "upgrade:none rollback:replace@[1] test:none uninstall:none"},
		{
			"that of one which failed, too", only(back, declare(2, release.StatusDeployed), declare(1, release.StatusFailed, declaring(back))),
			"upgrade:none rollback:replace@[1] test:none uninstall:none",
		},
		{"in the way", only(inWay, deployed(inWay)...), "upgrade:none rollback:none test:exists uninstall:none"},
		{"applied over", only(applies, applied(declare(1, release.StatusDeployed, declaring(applies)))), "upgrade:update+delete rollback:none test:none uninstall:none"},
		{"an install to come", only(seed(), declare(1, release.StatusFailed, declaring(seed()))), "install:replace upgrade:replace rollback:none test:none uninstall:none"},
		{
			"of what is uninstalled a new install", only(seed(), declare(1, release.StatusUninstalled, declaring(seed()))),
			"install:replace rollback:none test:none",
		},
		{
			"of what is uninstalled a test", only(seed(events("test")), declare(1, release.StatusUninstalled, declaring(seed(events("test"))))),
			"install:none rollback:none test:replace",
		},
		{
			"of what is uninstalled any rollback",
			only(back, declare(2, release.StatusUninstalled), declare(1, release.StatusSuperseded, declaring(back))),
			"install:none rollback:replace@[1] test:none",
		},
		{
			"alike and otherwise", only(back, declare(4, release.StatusDeployed, declaring(back)), declare(3, release.StatusSuperseded, declaring(goesBack)),
				declare(2, release.StatusSuperseded, declaring(back)), declare(1, release.StatusFailed, declaring(back))),
			"upgrade:none rollback:replace@[4 2 1] rollback:replace+delete@[3] test:none uninstall:none",
		},
		{
			"of what is uninstalled an install by either Helm", only(left, declare(1, release.StatusUninstalled, declaring(left))),
			"install:exists(3) install:silentlySkipped(4) rollback:none test:none",
		},
		{
			"that supports", only(applies, applied(declare(1, release.StatusUninstalled, declaring(installing)))),
			"install:exists+delete(3) install:update+delete(4) rollback:none test:none",
		},
		{
			"of another release that declares it, too, what that does", only(seed(), append(replacedBy(seed()), fromDesk(seed()))...),
			"upgrade:none rollback:none test:none uninstall:none far upgrade:replace",
		},
		{"none without records", only(seed(ofBlog), otherRelease()), ""},
	} {
		if got := describeProspects(judgedFirst(t, tt.snap, verdict.Options{Foretell: true})); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestStuck: a release whose operation never ended is freed by one command.
func TestStuck(t *testing.T) {
	o := seed()
	running := declaring(o, runPhase("Running"))
	inConfigMaps := func(r snapshot.Record) snapshot.Record {
		r.Release.Driver = snapshot.ConfigMaps
		return r
	}
	for _, tt := range []struct {
		name    string
		records []snapshot.Record
		want    string
	}{
		{"an upgrade", []snapshot.Record{
			declare(3, release.StatusPendingUpgrade, declaring(o)), declare(2, release.StatusFailed), declare(1, release.StatusDeployed),
		}, "helm rollback blog 1 -n shop"},
		{"a rollback", []snapshot.Record{
			declare(3, release.StatusPendingRollback, declaring(o)), declare(2, release.StatusDeployed), declare(1, release.StatusSuperseded),
		}, "helm rollback blog 2 -n shop"},
		{"an upgrade of what was never deployed", []snapshot.Record{
			declare(2, release.StatusPendingUpgrade, declaring(o)), declare(1, release.StatusFailed),
		}, "helm uninstall blog -n shop"},
		{"an install", []snapshot.Record{declare(1, release.StatusPendingInstall, declaring(o))}, "helm uninstall blog -n shop"},
		{"an uninstall", []snapshot.Record{declare(1, release.StatusUninstalling, declaring(o))}, "helm uninstall blog -n shop"},
		{"a test", []snapshot.Record{declare(1, release.StatusDeployed, running)}, "helm test blog -n shop"},
		{
			"records in ConfigMaps",
			[]snapshot.Record{inConfigMaps(declare(1, release.StatusPendingInstall, declaring(o)))},
			"HELM_DRIVER=configmap helm uninstall blog -n shop",
		},
		{"nothing", deployed(o), ""},
		{"a failure", []snapshot.Record{declare(1, release.StatusFailed, declaring(o))}, ""},
		{"what is at work", []snapshot.Record{written(time.Minute, declare(1, release.StatusPendingInstall, declaring(o)))}, ""},
	} {
		f, got := judgedFirst(t, only(o, tt.records...), verdict.Options{}), ""
		if f.Stuck != nil {
			got = f.Stuck.Frees
			if f.Stuck.Since.IsZero() || f.Stuck.Status != tt.records[0].Status {
				t.Errorf("%s: %+v", tt.name, f.Stuck)
			}
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
