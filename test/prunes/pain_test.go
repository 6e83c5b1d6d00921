//go:build e2e

package prunes

import (
	"encoding/json"
	"fmt"
	"testing"
)

// TestCommonestPain: an upgrade is killed between making and deleting a hook's
// ServiceAccount, and all later ones fail until somebody deletes it.
func TestCommonestPain(t *testing.T) {
	for _, major := range []int{3, 4} {
		t.Run(fmt.Sprintf("helm%d", major), func(t *testing.T) {
			t.Parallel()
			p := playerFor(t, major, "pain")
			ctx := t.Context()
			var flags []string
			if major == 4 { // which applies, instead of creating, by default
				flags = append(flags, "--server-side=false")
			}
			account := manifest("ServiceAccount", "migrator", hook("pre-upgrade", "hook-succeeded,hook-failed"), first)
			migrate := manifest("Job", "migrate", hook("pre-upgrade", "before-hook-creation,hook-succeeded"), runsAs("migrator"), seconds("4"))
			chart := []object{account, migrate}
			must(t, p.chart(ctx, "install", nil, flags...))
			must(t, p.killedAt(ctx, "migrate", "upgrade", chart))
			must(t, p.finished(ctx, "migrate", "complete"))
			must(t, p.Run(ctx, "rollback", p.release, "1")) // as people do who are told that an operation is in progress
			must(t, mustFail(p.upgrade(ctx, chart...), "already exists"))
			if !p.blocked(t) {
				t.Error("ls does not say that the ServiceAccount blocks the upgrade")
			}
			uid := kubectl(t, p.Namespace, "get", "serviceaccount", "default", "-o", "jsonpath={.metadata.uid}")
			got := plugin(t, eager(p.Namespace)...).exits(t, 0).outcomes(t)
			if got["ServiceAccount/migrator"] != "deleted" {
				t.Fatalf("outcomes %v", got)
			}
			if now := kubectl(t, p.Namespace, "get", "serviceaccount", "default", "-o", "jsonpath={.metadata.uid}"); now != uid {
				t.Error("another account was touched")
			}
			must(t, p.upgrade(ctx, chart...))
			if p.blocked(t) {
				t.Error("something blocks the next upgrade, after one has succeeded")
			}
		})
	}
}

// blocked tells whether ls says that something that is there makes the upgrade fail.
func (p *player) blocked(t *testing.T) bool {
	t.Helper()
	r := plugin(t, "ls", "-n", p.Namespace, "--stale-after=1s", "--min-age=0s", "-o", "json").exits(t, 0)
	var list struct {
		Items []struct {
			Metadata struct{ Name string }
			Verdict  struct {
				Blocks []struct{ Phase, How string }
			}
		}
	}
	must(t, json.Unmarshal([]byte(r.stdout), &list))
	for _, i := range list.Items {
		for _, b := range i.Verdict.Blocks {
			if i.Metadata.Name == "migrator" && b.Phase == "pre-upgrade" && b.How == "exists" {
				return true
			}
		}
	}
	return false
}
