//go:build e2e

package twins

import "testing"

// TestHarmIsSeen: where a prune that somebody has allowed too much does harm, the
// comparison says so. Without that, lives without faults would prove nothing.
func TestHarmIsSeen(t *testing.T) {
	policy := "hook-failed"
	hook := func(kind, phase string, uses map[string]string) item {
		return item{Kind: kind, Name: "a", Hook: phase, Policy: &policy, Uses: uses}
	}
	account, uses := item{Kind: "ServiceAccount", Name: "a"}, map[string]string{"ServiceAccount": "a", "Role": "a", "app": "a"}
	app := item{Kind: "Deployment", Name: "a"}
	const all = "--allow=referenced,not-recreated,supporting,holds-data,takes-effect,author-choice,evidence"
	for _, tt := range []struct {
		what string
		// gone is a hook that the upgrade drops, and stays what it leaves.
		gone, stays []item
		then        []op
	}{
		{"dangling", []item{hook("ServiceAccount", "pre-install", nil)}, []item{{Kind: "Deployment", Name: "a", Uses: uses}}, nil},
		{
			"dangling", // from a pod template that never runs, in another namespace than the release's
			[]item{{Kind: "Secret", Name: "a", In: far, Hook: "pre-install", Policy: &policy}},
			[]item{{Kind: "CronJob", Name: "a", In: far, Uses: map[string]string{"Secret": "a"}, Via: viaProjected}},
			nil,
		},
		{"policy", []item{hook("PodDisruptionBudget", "pre-install", uses)}, []item{app}, nil},
		{"rights", []item{hook("RoleBinding", "pre-install", uses)}, []item{account, {Kind: "Role", Name: "a"}}, nil},
		{"policy", []item{hook("NetworkPolicy", "pre-install", uses)}, []item{app}, nil},
		{"endpoints", []item{hook("Service", "pre-install", uses)}, []item{app}, nil},
		{
			"exit",
			[]item{hook("ServiceAccount", "pre-install", nil)},
			[]item{{Kind: "Job", Name: "a", Hook: "pre-delete", Uses: map[string]string{"ServiceAccount": "a"}}},
			[]op{{Do: doUninstall, Helm: 3}},
		},
	} {
		t.Run(tt.what, func(t *testing.T) {
			t.Parallel()
			s := &script{Ops: append([]op{
				{Do: doInstall, Helm: 3, Chart: append(tt.gone, tt.stays...)},
				{Do: doUpgrade, Helm: 4, Chart: tt.stays},
				{Do: doPrune, Flags: []string{all}},
			}, tt.then...)}
			l, err := live(t.Context(), s)
			if err != nil {
				t.Fatal(err)
			}
			if !l.shows(tt.what) {
				t.Errorf("no fault %q: %v, deleted %v, failed %v", tt.what, l.faults, l.deleted, l.failed)
			}
			// By default it does none.
			s.Ops[2].Flags = nil
			if l, err = live(t.Context(), s); err != nil || l.faults != nil {
				t.Errorf("by default: %v, %v", l.faults, err)
			}
		})
	}
}
