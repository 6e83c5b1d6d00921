package oracle

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
)

// quote makes a YAML scalar of any text: JSON is YAML.
func quote(s string) string {
	text, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// job is a Job with the given annotation values; a nil one is not there.
func job(events, weight, policy *string) string {
	annotations := make(map[string]string)
	for key, value := range map[string]*string{
		hook.Annotation: events, hook.WeightAnnotation: weight, hook.DeletePolicyAnnotation: policy,
	} {
		if value != nil {
			annotations[key] = *value
		}
	}
	return "apiVersion: batch/v1\nkind: Job\n" + metadata("a", annotations)
}

// checkAnnotations holds what we make of annotation values, as a live object has
// them, against what Helm makes of them in a template.
func checkAnnotations(t *testing.T, events, weight, policy *string) {
	t.Helper()
	live := make(map[string]string)
	for key, value := range map[string]*string{
		hook.Annotation: events, hook.WeightAnnotation: weight, hook.DeletePolicyAnnotation: policy,
	} {
		if value != nil {
			live[key] = *value
		}
	}
	ours, isHook := hook.Parse(live)
	for _, h := range renderers() {
		r, err := h.render(t, map[string]string{"blog/templates/job.yaml": job(events, weight, policy)})
		if err != nil {
			continue // no YAML that Helm can read
		}
		if kept := isHook && len(ours.UnknownEvents) == 0; kept != (len(r.hooks) == 1) {
			t.Errorf("%q: %s makes %d hooks of it, we say %+v", job(events, weight, policy), h.name, len(r.hooks), ours)
			continue
		}
		if len(r.hooks) == 0 {
			continue
		}
		want := helmsFacts(r.hooks[0])
		if d := cmp.Diff(want, facts{want.Name, want.Kind, ours.Events, ours.Weight, ours.Policy.Words}); d != "" {
			t.Errorf("%q (-%s +Parse):\n%s", job(events, weight, policy), h.name, d)
		}
		if ours.Policy.Set != (policy != nil) {
			t.Errorf("%q: a policy is set: %v, Parse says %v", job(events, weight, policy), policy != nil, ours.Policy.Set)
		}
		compareHooks(t, h.name, job(events, weight, policy), r.hooks, r.payload)
	}
}

func eventValues() []string {
	return []string{
		"pre-install", "post-install", "pre-delete", "post-delete", "pre-upgrade", "post-upgrade", "pre-rollback",
		"post-rollback", "test", "test-success", "test-failure", "crd-install", "", " ", ",", "pre-install,", ",pre-install",
		"pre-install,,post-install", " Pre-Install\t,\nPOST-UPGRADE ", "pre-install,pre-install", "test,test-success",
		"post-delete,pre-install,test", "pre_install", "pre-install;post-install", "pre-install post-install",
		"\u00a0pre-install\u2003", "prе-install", "PRE-İNSTALL", "pre-instal\u212a", "te\u017ft", "pre-install\u0000",
	}
}

func weightValues() []string {
	return []string{
		"0", "-5", "+5", "10", "007", "0x10", "1_000", "1e3", "1.0", " 5", "5 ", "", "abc", "9223372036854775807", "9223372036854775808",
		"-9223372036854775808", "٣", "1000000", "true", "null",
	}
}

func policyValues() []string {
	return []string{
		"before-hook-creation", "hook-succeeded", "hook-failed", "hook-succeeded,before-hook-creation",
		"hook-failed, hook-succeeded ,BEFORE-HOOK-CREATION", "", " ", ",", "hook-succeeded,", "never", "hook-suceeded", //nolint:misspell // as people write it
		"hook-failed,hook-failed", "hook-failed,never,keep", "no,yes", "HOOK-FAİLED",
	}
}

func TestAnnotationsMeanWhatHelmTakesThemFor(t *testing.T) {
	checkAnnotations(t, nil, nil, nil)
	checkAnnotations(t, nil, new("1"), new("hook-failed"))
	for _, events := range eventValues() {
		checkAnnotations(t, &events, nil, nil)
		checkAnnotations(t, &events, new("-1"), new(""))
	}
	for _, weight := range weightValues() {
		checkAnnotations(t, new("pre-install"), &weight, nil)
	}
	for _, policy := range policyValues() {
		checkAnnotations(t, new("pre-install"), nil, &policy)
	}
}

func FuzzAnnotations(f *testing.F) {
	for _, events := range eventValues() {
		f.Add(events, "1", "hook-failed")
	}
	for i, weight := range weightValues() {
		f.Add("test", weight, policyValues()[i%len(policyValues())])
	}
	f.Fuzz(func(t *testing.T, events, weight, policy string) {
		if strings.Count(events+policy, ",") > 8 {
			return // of much nonsense we keep only some
		}
		for _, value := range []*string{&events, &weight, &policy} {
			*value = strings.ToValidUTF8(*value, "?") // as API servers have it
		}
		checkAnnotations(t, &events, &weight, &policy)
	})
}
