package hook_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
)

func TestParseEvents(t *testing.T) {
	for _, tt := range []struct {
		value   string
		events  []hook.Event
		unknown []string
	}{
		{"pre-install", []hook.Event{hook.PreInstall}, nil},
		{" Post-Install , POST-UPGRADE ", []hook.Event{hook.PostInstall, hook.PostUpgrade}, nil},
		{"test-success", []hook.Event{hook.Test}, nil},
		{"test,test-success", []hook.Event{hook.Test}, nil},
		{"post-upgrade,pre-install", []hook.Event{hook.PreInstall, hook.PostUpgrade}, nil},
		{"pre-install,", []hook.Event{hook.PreInstall}, []string{""}},
		{"", nil, []string{""}},
		{"crd-install", nil, []string{"crd-install"}},
		{"test-failure", nil, []string{"test-failure"}},
		{"pre-install,Nonsense", []hook.Event{hook.PreInstall}, []string{"nonsense"}},
	} {
		events, unknown := hook.ParseEvents(tt.value)
		if diff := cmp.Diff(tt.events, events); diff != "" {
			t.Errorf("ParseEvents(%q) events (-want +got):\n%s", tt.value, diff)
		}
		if diff := cmp.Diff(tt.unknown, unknown); diff != "" {
			t.Errorf("ParseEvents(%q) unknown (-want +got):\n%s", tt.value, diff)
		}
	}
}

func TestEventOrderIsTheLifeOfARelease(t *testing.T) {
	for i, e := range hook.Events() {
		if e.Order() != i {
			t.Errorf("%s.Order() = %d, want %d", e, e.Order(), i)
		}
	}
	if got := hook.Event("crd-install").Order(); got != len(hook.Events()) {
		t.Errorf("an unknown event has order %d, want last (%d)", got, len(hook.Events()))
	}
}

func TestParsePolicy(t *testing.T) {
	for _, tt := range []struct {
		value       string
		code, words string
		unknown     int
		bhc, hs, hf bool
	}{
		{value: "before-hook-creation", code: "BHC", words: "before-hook-creation", bhc: true},
		{value: "hook-succeeded", code: "HS", words: "hook-succeeded", hs: true},
		{value: " Hook-Failed ", code: "HF", words: "hook-failed", hf: true},
		{
			value: "hook-failed,hook-succeeded, before-hook-creation", code: "BHC,HS,HF",
			words: "before-hook-creation,hook-succeeded,hook-failed", bhc: true, hs: true, hf: true,
		},
		{value: "hook-succeeded,hook-succeeded", code: "HS", words: "hook-succeeded", hs: true},
		{value: "", code: "unknown", words: `""`, unknown: 1},
		{value: "never", code: "unknown", words: `"never"`, unknown: 1},
		{value: "never,hook-succeeded", code: "HS,unknown", words: `hook-succeeded,"never"`, unknown: 1, hs: true},
		{value: "never,ever", code: "unknown", words: `"never","ever"`, unknown: 2},
		{value: "hook-succeeded,", code: "HS,unknown", words: `hook-succeeded,""`, unknown: 1, hs: true},
	} {
		p := hook.ParsePolicy(tt.value)
		if p.Code() != tt.code || p.String() != tt.words || len(p.Unknown()) != tt.unknown {
			t.Errorf("ParsePolicy(%q) = %s / %s with %d unknown, want %s / %s with %d",
				tt.value, p.Code(), p, len(p.Unknown()), tt.code, tt.words, tt.unknown)
		}
		got := [3]bool{p.Effective(hook.BeforeHookCreation), p.Effective(hook.HookSucceeded), p.Effective(hook.HookFailed)}
		if want := [3]bool{tt.bhc, tt.hs, tt.hf}; got != want {
			t.Errorf("ParsePolicy(%q) is effective for BHC, HS, HF: %v, want %v", tt.value, got, want)
		}
	}
}

func TestNonsenseIsBounded(t *testing.T) {
	var words strings.Builder
	for i := range 50_000 {
		fmt.Fprintf(&words, "w%d,", i)
	}
	p := hook.ParsePolicy(words.String() + "hook-failed")
	if !p.Has(hook.HookFailed) || len(p.Words) > 20 || len(p.Unknown()) == 0 {
		t.Errorf("of 50,000 words and hook-failed %d are kept, hook-failed among them: %v", len(p.Words), p.Has(hook.HookFailed))
	}
	events, unknown := hook.ParseEvents(words.String() + "test")
	if len(events) != 1 || len(unknown) == 0 || len(unknown) > 20 {
		t.Errorf("of 50,000 tokens and test %d events and %d unknown tokens are kept", len(events), len(unknown))
	}
}

func TestNoPolicyMeansBeforeHookCreationToHelm(t *testing.T) {
	var none hook.Policy
	if none.Code() != "none" || none.String() != "none" {
		t.Errorf("the zero Policy is %q, %q; want none", none.Code(), none.String())
	}
	if !none.Effective(hook.BeforeHookCreation) || none.Has(hook.BeforeHookCreation) || none.Effective(hook.HookSucceeded) {
		t.Error("the zero Policy must act as before-hook-creation without naming it")
	}
}

func TestParse(t *testing.T) {
	for _, tt := range []struct {
		name        string
		annotations map[string]string
		want        hook.Declaration
		isHook      bool
	}{
		{"nothing", nil, hook.Declaration{}, false},
		{"a hook", map[string]string{
			"helm.sh/hook": "pre-upgrade", "helm.sh/hook-weight": "-5", "helm.sh/hook-delete-policy": "hook-succeeded",
		}, hook.Declaration{
			Events: []hook.Event{hook.PreUpgrade}, Weight: -5,
			Policy: hook.Policy{Set: true, Words: []hook.DeletePolicy{hook.HookSucceeded}},
		}, true},
		{"weights that Helm counts as 0", map[string]string{
			"helm.sh/hook": "test", "helm.sh/hook-weight": " 5", "helm.sh/weight": "7",
		}, hook.Declaration{Events: []hook.Event{hook.Test}, IgnoredWeight: "7"}, true},
		{
			"keep, empty",
			map[string]string{"helm.sh/hook": "test", "helm.sh/resource-policy": ""},
			hook.Declaration{Events: []hook.Event{hook.Test}, Keep: true},
			true,
		},
		{
			"dropped by Helm",
			map[string]string{"helm.sh/hook": "crd-install"},
			hook.Declaration{UnknownEvents: []string{"crd-install"}},
			true,
		},
	} {
		got, isHook := hook.Parse(tt.annotations)
		if isHook != tt.isHook {
			t.Errorf("%s: Parse says hook=%v, want %v", tt.name, isHook, tt.isHook)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: Parse (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestRuns(t *testing.T) {
	for _, tt := range []struct {
		group, kind string
		want        bool
	}{{"batch", "Job", true}, {"", "Pod", true}, {"batch", "CronJob", false}, {"batch.volcano.sh", "Job", false}, {"", "PersistentVolumeClaim", false}} {
		if got := hook.Runs(tt.group, tt.kind); got != tt.want {
			t.Errorf("Runs(%q, %q) = %v, want %v", tt.group, tt.kind, got, tt.want)
		}
	}
}
