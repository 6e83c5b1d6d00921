package render_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/render"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// TestProspects: what Helm's next commands do, a line each, those that do nothing together.
func TestProspects(t *testing.T) {
	replace := verdict.Prospect{Effect: verdict.EffectReplace, Event: hook.Test}
	with := func(p verdict.Prospect, c verdict.Command, helm int, revisions ...int) verdict.Prospect {
		p.Command, p.Helm, p.Revisions = c, helm, revisions
		return p
	}
	of := func(p verdict.Prospect) verdict.Prospect {
		p.Release = &snapshot.ReleaseID{Namespace: "desk", Name: "far"}
		return p
	}
	idle := func(c verdict.Command) verdict.Prospect {
		return verdict.Prospect{Command: c, Effect: verdict.EffectNone}
	}
	exists := verdict.Prospect{Effect: verdict.EffectNone, Block: verdict.BlockExists, Event: hook.PreInstall}
	update := verdict.Prospect{Effect: verdict.EffectUpdate, Event: hook.PreInstall, Deletes: true}
	const anew = "delete it and make it anew (test)"
	for _, tt := range []struct {
		name string
		list []verdict.Prospect
		want [][2]string
	}{
		{"nothing at all", nil, [][2]string{{"do nothing", "no upgrade, rollback, test or uninstall reaches it"}}},
		{
			"nothing by what can come",
			[]verdict.Prospect{idle(verdict.CommandInstall), idle(verdict.CommandRollback), idle(verdict.CommandTest)},
			[][2]string{{"do nothing", "no install, rollback or test reaches it"}},
		},
		{
			"something",
			[]verdict.Prospect{idle(verdict.CommandUpgrade), with(replace, verdict.CommandTest, 0)},
			[][2]string{{"at test", anew}, {"leave it", "at upgrade"}},
		},
		{
			"rollbacks",
			[]verdict.Prospect{with(replace, verdict.CommandRollback, 0, 9, 8, 7, 5, 4, 2), with(exists, verdict.CommandRollback, 0, 1)},
			[][2]string{{"at rollback to 7-9, 5, 4, 2", anew}, {"at rollback to 1", "fail at pre-install: it already exists"}},
		},
		{
			"another release's",
			[]verdict.Prospect{idle(verdict.CommandUpgrade), of(with(replace, verdict.CommandUpgrade, 0)), of(with(replace, verdict.CommandRollback, 0, 2, 1))},
			[][2]string{{"at upgrade of desk/far", anew}, {"at rollback of desk/far to 2, 1", anew}, {"leave it", "at upgrade"}},
		},
		{
			"installs",
			[]verdict.Prospect{with(exists, verdict.CommandInstall, 3), with(update, verdict.CommandInstall, 4)},
			[][2]string{
				{"at install by Helm 3", "fail at pre-install: it already exists"},
				{"at install by Helm 4", "apply the hook over it (pre-install), and delete it once that has succeeded"},
			},
		},
	} {
		f := verdict.Finding{
			Object: &snapshot.Object{Kind: "Job", Name: "a"}, Live: true, Prospects: tt.list,
			Release: &snapshot.ReleaseID{Namespace: "shop", Name: "blog"}, Verdict: verdict.Tracked, Reason: verdict.ReasonAwaitsNextRun,
		}
		var got [][2]string
		for _, fact := range render.Explain(&f, &snapshot.Snapshot{}) {
			if fact.Topic == "Helm will" {
				got = append(got, [2]string{fact.Fact, fact.Detail})
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}
