//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/render"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/story"
)

// act is a Helm command of a release's life, and what was seen after it.
type act struct {
	name   string
	events []string
	// hooks are those of the revision whose events they were, as Helm tells them.
	hooks []declared
	// listed is what ls showed, and scanned what the brute-force scan found, of
	// the namespace and of objects without namespace that bear its name.
	listed  []render.HookObject
	scanned []string
}

// live plays all nine events of everyhook in a namespace of its own.
func live(ctx context.Context, major int) ([]act, error) {
	namespace := scene("lifecycle", major)
	h := helm(major, namespace)
	chart, err := story.Chart("everyhook")
	if err != nil {
		return nil, err
	}
	values := []string{"--set", "crdGroup=" + namespace + ".helmhooks.test"}
	var acts []act
	for _, step := range []struct {
		args     []string
		events   []string
		revision int // whose hooks run: a rollback runs its target's
		after    int // the newest revision afterwards
	}{
		{append([]string{"install", "everyhook", chart}, values...), []string{"pre-install", "post-install"}, 1, 1},
		{append([]string{"upgrade", "everyhook", chart}, values...), []string{"pre-upgrade", "post-upgrade"}, 2, 2},
		{[]string{"rollback", "everyhook", "1"}, []string{"pre-rollback", "post-rollback"}, 1, 3},
		{[]string{"test", "everyhook"}, []string{"test"}, 3, 3},
		{[]string{"uninstall", "everyhook"}, []string{"pre-delete", "post-delete"}, 3, 0},
	} {
		a := act{name: step.args[0], events: step.events}
		if step.after == 0 { // there is nobody to ask afterwards
			if a.hooks, err = hooksOf(ctx, h, "everyhook", step.revision); err != nil {
				return nil, err
			}
		}
		if err := h.Run(ctx, step.args...); err != nil {
			return nil, err
		}
		if step.after != 0 {
			if a.hooks, err = hooksOf(ctx, h, "everyhook", step.revision); err != nil {
				return nil, err
			}
		}
		if err := a.look(ctx, namespace, step.after == 0); err != nil {
			return nil, err
		}
		acts = append(acts, a)
	}
	return acts, nil
}

func (a *act) look(ctx context.Context, namespace string, everywhere bool) error {
	scope := []string{"-n", namespace}
	if everywhere { // objects without namespace have lost their release
		scope = []string{"-A"}
	}
	items, err := listing(ctx, scope...)
	if err != nil {
		return err
	}
	for _, h := range items {
		if h.Metadata.Namespace == namespace || h.Metadata.Namespace == "" && strings.Contains(h.Metadata.Name, namespace) {
			a.listed = append(a.listed, h)
		}
	}
	found, err := scan(ctx)
	if err != nil {
		return err
	}
	for _, o := range found {
		if o.GetNamespace() == namespace || o.GetNamespace() == "" && strings.Contains(o.GetName(), namespace) {
			a.scanned = append(a.scanned, o.GetKind()+"/"+o.GetName())
		}
	}
	slices.Sort(a.scanned)
	return nil
}

// leaves says which objects Helm's rules leave behind after an event in which all
// went well.
func leaves(before []string, hooks []declared, event string) []string {
	after := slices.Clone(before)
	for _, h := range hooks {
		if !h.runsAt(event) {
			continue
		}
		after = slices.DeleteFunc(after, func(id string) bool { return id == h.id() })
		if h.Kind == "CustomResourceDefinition" || !slices.Contains(h.Policies, "hook-succeeded") {
			after = append(after, h.id())
		}
	}
	return after
}

func TestAllNineEvents(t *testing.T) {
	t.Parallel()
	for _, major := range []int{3, 4} {
		t.Run(fmt.Sprintf("helm%d", major), func(t *testing.T) {
			t.Parallel()
			acts := stage.lifecycles[major]
			if len(acts) != 5 {
				t.Fatalf("%d commands were played", len(acts))
			}
			var want []string
			for _, a := range acts {
				for _, e := range a.events {
					ran := slices.ContainsFunc(a.hooks, func(h declared) bool { return h.runsAt(e) })
					if !ran {
						t.Errorf("after %s: the chart has no hook for %s", a.name, e)
					}
					want = leaves(want, a.hooks, e)
				}
				a.check(t, want)
			}
		})
	}
}

func (a *act) check(t *testing.T, want []string) {
	t.Helper()
	gone := a.name == "uninstall"
	expected := slices.Clone(want)
	if gone { // no record is left to know the List's children
		expected = slices.DeleteFunc(expected, func(id string) bool { return strings.Contains(id, "everyhook-list-") })
	}
	slices.Sort(expected)
	var listed, annotated []string
	for _, h := range a.listed {
		name := h.Object.Kind + "/" + h.Metadata.Name
		listed = append(listed, name)
		if h.Hook.Annotated {
			annotated = append(annotated, name)
		}
		attribution := "-"
		if h.Release != nil {
			attribution = h.Release.Name + " by " + h.Release.Attribution
		}
		wantAttribution := "everyhook by record"
		if gone {
			wantAttribution = "everyhook by instance-label"
			if h.Metadata.Namespace == "" {
				wantAttribution = "-" // a label says nothing without a namespace
			}
		}
		if attribution != wantAttribution {
			t.Errorf("after %s: %s is attributed to %s, want %s", a.name, name, attribution, wantAttribution)
		}
	}
	slices.Sort(listed)
	slices.Sort(annotated)
	if diff := cmp.Diff(expected, listed); diff != "" {
		t.Errorf("after %s, what the policies leave and what ls shows (-want +got):\n%s", a.name, diff)
	}
	if diff := cmp.Diff(a.scanned, annotated); diff != "" {
		t.Errorf("after %s (-brute force +ls):\n%s", a.name, diff)
	}
}
