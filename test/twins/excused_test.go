//go:build e2e

package twins

import (
	"fmt"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Only what prune deleted while nobody named it may be missed by who names it later.
func TestExcused(t *testing.T) {
	d := newDeeds()
	named := map[string]bool{"Secret/named": true}
	d.note("Secret/named", "Dropped", named)
	d.note("Secret/free", "Dropped", named)
	d.note("Secret/back", "Dropped", named)
	delete(d.gone, "Secret/back")
	d.note("ServiceAccount/gone", "Dropped", named)
	for reference, want := range map[string]bool{
		"Pod/a uses Secret/free": true, "Pod/a uses Secret/named": false, "Pod/a uses Secret/back": false, "Pod/a uses Secret/never": false,
		"ServiceAccount/gone uses Secret/never": true, "ServiceAccount/gone uses Secret/named": true,
	} {
		if d.excused(reference) != want {
			t.Errorf("%s: excused %v, want %v", reference, !want, want)
		}
	}
	if len(d.later) != 1 {
		t.Errorf("counted are %v", d.later)
	}
	d.note("Secret/free", "Dropped", map[string]bool{"Secret/free": true}) // the next one is named
	if d.excused("Pod/a uses Secret/free") {
		t.Error("what was deleted although it was named is excused")
	}
}

// Only a chart that comes later may miss what prune deleted while nobody named it.
func TestMissed(t *testing.T) {
	x := &twin{namespace: "n-b", deeds: newDeeds()}
	x.deeds.note("ServiceAccount/named", "ReleaseGone", map[string]bool{"ServiceAccount/named": true})
	x.deeds.note("ServiceAccount/free", "ReleaseGone", nil)
	lacks := func(name string) string {
		return fmt.Sprintf("looking up service account n-b/%s: serviceaccount %q not found", name, name)
	}
	for _, tt := range []struct {
		do, output string
		want       bool
	}{
		{doInstall, lacks("free"), true},
		{doUpgrade, lacks("free"), true},
		{doInstall, lacks("named"), false},
		{doInstall, lacks("never"), false},
		{doInstall, "timed out waiting for free", false},
		{doRollback, lacks("free"), false},
		{doUninstall, lacks("free"), false},
		{doTest, lacks("free"), false},
	} {
		if got := x.missed(&op{Do: tt.do}, tt.output) != ""; got != tt.want {
			t.Errorf("%s: %s: missed %v, want %v", tt.do, tt.output, got, tt.want)
		}
	}
	if len(x.deeds.later) != 2 {
		t.Errorf("counted are %v", x.deeds.later)
	}
}

// What Helm has adopted may differ by the annotations of the hook that it was, and by
// nothing else.
func TestAdopted(t *testing.T) {
	object := func(data string, annotations map[string]any) *thing {
		return &thing{Unstructured: unstructured.Unstructured{Object: map[string]any{
			"kind": "ConfigMap", "data": map[string]any{"key": data}, "metadata": map[string]any{"name": "a", "annotations": annotations},
		}}}
	}
	const hook, keep, owner = "helm.sh/hook", "helm.sh/resource-policy", "meta.helm.sh/release-name"
	plain, pruned := &twin{namespace: "n-a"}, &twin{namespace: "n-b"}
	was := func() map[string]any {
		return map[string]any{hook: "test", "helm.sh/hook-weight": "1", owner: plain.namespace}
	}
	is := func() map[string]any { return map[string]any{owner: pruned.namespace} }
	for _, tt := range []struct {
		name          string
		plain, pruned *thing
		key           string
		want          bool
	}{
		{"adopted", object("x", was()), object("x", is()), "ConfigMap/a", true},
		{"prune did not delete it", object("x", was()), object("x", is()), "ConfigMap/b", false},
		{"other data", object("x", was()), object("y", is()), "ConfigMap/a", false},
		{"a hook in both", object("x", was()), object("x", map[string]any{hook: "test", owner: pruned.namespace}), "ConfigMap/a", false},
		{"no release's", object("x", map[string]any{hook: "test"}), object("x", nil), "ConfigMap/a", false},
		{"kept in one", object("x", map[string]any{hook: "test", keep: "keep", owner: plain.namespace}), object("x", is()), "ConfigMap/a", false},
	} {
		d := newDeeds()
		d.note("ConfigMap/a", "Dropped", nil)
		if got := d.adopted(tt.key, tt.plain, tt.pruned, plain, pruned); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

// A claim may be there anew that waits to go in the other twin, where prune deleted what ran.
func TestWaits(t *testing.T) {
	thingOf := func(kind, name string, deleting bool) *thing {
		return &thing{
			Unstructured: unstructured.Unstructured{Object: map[string]any{"kind": kind}}, text: fmt.Sprintf(`{"name":%q,"deleting":%v}`, name, deleting),
		}
	}
	const claim = "PersistentVolumeClaim"
	for _, tt := range []struct {
		name          string
		gone          string
		plain, pruned *thing
		want          bool
	}{
		{"anew", "Pod/NS/a", thingOf(claim, "a", true), thingOf(claim, "a", false), true},
		{"nothing that runs was pruned", "ConfigMap/NS/a", thingOf(claim, "a", true), thingOf(claim, "a", false), false},
		{"it differs", "Pod/NS/a", thingOf(claim, "a", true), thingOf(claim, "b", false), false},
		{"it goes with prune only", "Pod/NS/a", thingOf(claim, "a", false), thingOf(claim, "a", true), false},
		{"no claim", "Pod/NS/a", thingOf("ConfigMap", "a", true), thingOf("ConfigMap", "a", false), false},
	} {
		d := newDeeds()
		d.note(tt.gone, "ReleaseGone", nil)
		if got := d.waits(tt.plain, tt.pruned); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
	if onlyWaiting(nil) || !onlyWaiting([]fault{{What: waiting}}) || onlyWaiting([]fault{{What: waiting}, {What: "differs"}}) {
		t.Error("what else is found is let pass")
	}
}

// A workload may lack pods that are ready if what it lacks is excused, and differ in
// nothing else.
func TestStarved(t *testing.T) {
	d := newDeeds()
	d.note("Secret/free", "Dropped", nil)
	workload := func(spec string, ready int) *thing {
		return &thing{text: fmt.Sprintf(`{"spec":%q,"status":{"ended":"","ready":%d}}`, spec, ready)}
	}
	for _, tt := range []struct {
		name      string
		pruned    *thing
		reference string
		want      bool
	}{
		{"excused", workload("x", 0), "Deployment/a uses Secret/free", true},
		{"another spec", workload("y", 0), "Deployment/a uses Secret/free", false},
		{"another's", workload("x", 0), "Deployment/ab uses Secret/free", false},
		{"not excused", workload("x", 0), "Deployment/a uses Secret/other", false},
	} {
		if got := d.starved("Deployment/a", workload("x", 1), tt.pruned, []string{tt.reference}); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

// What why says of a command counts for the release that it names.
func TestSays(t *testing.T) {
	j := &judged{Explanation: []struct{ Fact, Detail string }{
		{Fact: "at rollback to 7-9, 5"}, {Fact: "at rollback of far/other to 2"}, {Fact: "at test of far/third"}, {Fact: "leave it"},
	}}
	j.Release.Name = "own"
	for _, tt := range []struct {
		release  string
		revision int
		want     bool
	}{
		{"own", 8, true},
		{"own", 5, true},
		{"own", 6, false},
		{"own", 2, false},
		{"own", 0, false},
		{"other", 2, true},
		{"other", 8, false},
		{"third", 0, true},
		{"third", 2, false},
	} {
		if got := j.says(tt.release, tt.revision); got != tt.want {
			t.Errorf("%s, revision %d: %v", tt.release, tt.revision, got)
		}
	}
}
