//go:build e2e

package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/render"
)

// TestEveryhookIsAttributed holds each live object against what Helm itself says
// that the release declares.
func TestEveryhookIsAttributed(t *testing.T) {
	t.Parallel()
	for major, ns := range map[int]string{3: everyhook3, 4: everyhook4} {
		t.Run(fmt.Sprintf("helm%d", major), func(t *testing.T) {
			t.Parallel()
			declared := declaredHooks(t, major, ns, "everyhook")
			items := list(t, "-n", ns, "everyhook")
			if len(items) < 30 {
				t.Fatalf("ls shows %d hook objects, the chart leaves more: %v", len(items), ids(items))
			}
			for _, h := range items {
				if h.Release == nil || h.Release.Name != "everyhook" || h.Release.Attribution != "record" {
					t.Errorf("%s is attributed to %+v", id(h), h.Release)
					continue
				}
				if want, ok := declared[h.Object.Kind+"/"+h.Metadata.Name]; ok {
					if diff := cmp.Diff(want, fromObject(h)); diff != "" {
						t.Errorf("%s (-helm get hooks +ls):\n%s", id(h), diff)
					}
				} else if h.Release.Revision == 2 && !isGenerated(h) && h.Hook.Annotated {
					t.Errorf("%s: ls says that revision 2 declares it, Helm does not", id(h))
				}
			}
		})
	}
}

// declaration is a hook as its annotations have it.
type declaration struct{ Hook, Weight, Policy string }

// declaredHooks asks Helm for the hooks of the newest revision, by kind/name.
func declaredHooks(t *testing.T, major int, ns, release string) map[string]declaration {
	t.Helper()
	out, err := helm(major, ns).Command(t.Context(), "get", "hooks", release).Output()
	if err != nil {
		t.Fatal(err)
	}
	declared := make(map[string]declaration)
	for doc := range strings.SplitSeq("\n"+string(out), "\n---") {
		var o struct {
			Kind     string
			Metadata struct {
				Name        string
				Annotations map[string]string
			}
		}
		if err := yaml.Unmarshal([]byte(doc), &o); err != nil {
			t.Fatalf("helm get hooks: %v\n%s", err, doc)
		}
		if o.Metadata.Name == "" {
			continue
		}
		a := o.Metadata.Annotations
		policy, ok := a["helm.sh/hook-delete-policy"]
		if !ok {
			policy = "-"
		}
		declared[o.Kind+"/"+o.Metadata.Name] = declaration{words(a["helm.sh/hook"]), weight(a["helm.sh/hook-weight"]), words(policy)}
	}
	return declared
}

func fromObject(h render.HookObject) declaration {
	policy := "-"
	if h.Hook.DeletePolicySet {
		policy = words(strings.Join(h.Hook.DeletePolicies, ","))
	}
	return declaration{words(strings.Join(h.Hook.Phases, ",")), fmt.Sprint(h.Hook.Weight), policy}
}

// words makes lists comparable: Helm does not care for case, space or order.
func words(list string) string {
	var out []string
	for w := range strings.SplitSeq(list, ",") {
		out = append(out, strings.ToLower(strings.TrimSpace(w)))
	}
	slices.Sort(out)
	return strings.Join(out, ",")
}

func weight(annotation string) string {
	if annotation == "" || annotation == "abc" {
		return "0"
	}
	return annotation
}

func isGenerated(h render.HookObject) bool {
	return strings.Contains(h.Metadata.Name, "-generate-name-")
}

func TestEveryhookOddities(t *testing.T) {
	t.Parallel()
	items := make(map[string]render.HookObject)
	generated := 0
	for _, h := range list(t, "-n", everyhook3, "everyhook") {
		items[id(h)] = h
		if isGenerated(h) {
			generated++
		}
	}
	if generated != 2 {
		t.Errorf("%d objects with generated names, want one of the install and one of the upgrade", generated)
	}
	for want, check := range map[string]func(render.HookObject) bool{
		// A List's children have no annotation: only the record knows them.
		"ConfigMap/everyhook-h3/everyhook-list-1": func(h render.HookObject) bool { return !h.Hook.Annotated && len(h.Hook.Phases) == 2 },
		"ConfigMap/everyhook-h3/everyhook-list-2": func(h render.HookObject) bool { return !h.Hook.Annotated },
		// Without a namespace, and in another one.
		"ClusterRole//everyhook-h3-everyhook-cluster-scoped":          func(h render.HookObject) bool { return h.Hook.Weight == -10 },
		"CustomResourceDefinition//widgets.h3.helmhooks.test":         func(h render.HookObject) bool { return h.Hook.Weight == -20 },
		"ConfigMap/elsewhere-h3/everyhook-other-namespace":            func(h render.HookObject) bool { return h.Release.Namespace == everyhook3 },
		"Widget/everyhook-h3/everyhook-custom-resource":               func(h render.HookObject) bool { return h.Object.APIVersion == "h3.helmhooks.test/v1" },
		"Job/everyhook-h3/everyhook-post-install-never":               func(h render.HookObject) bool { return slices.Equal(h.Hook.DeletePolicies, []string{"never"}) },
		"Job/everyhook-h3/everyhook-post-install-empty":               func(h render.HookObject) bool { return slices.Equal(h.Hook.DeletePolicies, []string{""}) },
		"Job/everyhook-h3/everyhook-post-install-keep":                func(h render.HookObject) bool { return h.Hook.ResourcePolicy == "keep" },
		"ConfigMap/everyhook-h3/everyhook-pre-upgrade-weight-ignored": func(h render.HookObject) bool { return h.Hook.IgnoredWeight != "" && h.Hook.Weight == 0 },
	} {
		h, ok := items[want]
		if !ok {
			t.Errorf("ls does not show %s", want)
		} else if !check(h) {
			t.Errorf("%s: %+v", want, h)
		}
	}
	for name := range items {
		if strings.Contains(name, "trailing-comma") || strings.Contains(name, "unknown-event") {
			t.Errorf("%s: Helm never makes it", name)
		}
	}
}

func TestOrderIsThatOfExecution(t *testing.T) {
	t.Parallel()
	var got []string
	for _, h := range list(t, "-n", everyhook4, "everyhook") {
		if h.Hook.Phases[0] == "pre-install" {
			got = append(got, fmt.Sprintf("%d %s", h.Hook.Weight, strings.TrimPrefix(h.Metadata.Name, "everyhook-")))
		}
	}
	want := []string{
		"-20 widgets.h4.helmhooks.test",
		"-10 h4-everyhook-cluster-scoped",
		"-9 h4-everyhook-cluster-scoped",
		"-5 pre-install-workload",
		"0 dropped",
		"0 pre-install-bhc",
		"0 pre-install-data",
		"0 pre-install-none",
		"0 pre-install-secret",
		"0 several-events",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("pre-install hooks (-want +got):\n%s", diff)
	}
}
