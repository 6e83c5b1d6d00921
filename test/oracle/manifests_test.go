package oracle

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	release3 "helm.sh/helm/v3/pkg/release"
	util3 "helm.sh/helm/v3/pkg/releaseutil"
	release4 "helm.sh/helm/v4/pkg/release/v1"
	util4 "helm.sh/helm/v4/pkg/release/v1/util"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
)

// rendered are the hooks that Helm finds in rendered templates, and the Secret
// payload of a release with them.
type rendered struct {
	hooks   []release.Hook
	payload []byte
}

// render3 and render4 return Helm's error where it refuses the templates.
func render3(t testing.TB, files map[string]string) (rendered, error) {
	t.Helper()
	hooks, _, err := util3.SortManifests(files, nil, util3.InstallOrder)
	if err != nil {
		return rendered{}, err
	}
	var s spec
	s.name, s.namespace, s.version = "blog", "shop", 1
	for _, h := range hooks {
		s.hooks = append(s.hooks, hookSpec{
			name: h.Name, kind: h.Kind, path: h.Path, manifest: h.Manifest, weight: h.Weight,
			events: words(h.Events), policies: words(h.DeletePolicies),
		})
	}
	return rendered{body3(&release3.Release{Hooks: hooks}).Hooks, store3(t, s).Data[release.DataKey]}, nil
}

func render4(t testing.TB, files map[string]string) (rendered, error) {
	t.Helper()
	hooks, _, err := util4.SortManifests(files, nil, util4.InstallOrder)
	if err != nil {
		return rendered{}, err
	}
	var s spec
	s.name, s.namespace, s.version = "blog", "shop", 1
	for _, h := range hooks {
		s.hooks = append(s.hooks, hookSpec{
			name: h.Name, kind: h.Kind, path: h.Path, manifest: h.Manifest, weight: h.Weight,
			events: words(h.Events), policies: words(h.DeletePolicies),
		})
	}
	return rendered{body4(&release4.Release{Hooks: hooks}).Hooks, store4(t, s).Data[release.DataKey]}, nil
}

func words[S ~string](in []S) []string {
	var out []string
	for _, w := range in {
		out = append(out, string(w))
	}
	return out
}

type renderer struct {
	name   string
	render func(testing.TB, map[string]string) (rendered, error)
}

func renderers() []renderer { return []renderer{{"helm3", render3}, {"helm4", render4}} }

// facts are what Helm and we must agree on for one hook.
type facts struct {
	Name, Kind string
	Events     []hook.Event
	Weight     int
	Policies   []hook.DeletePolicy
}

// set sorts as we do, and drops repetitions, as Helm does not: they change nothing
// in what happens to the object.
func set[S ~string](in []S, order []S) []S {
	out := slices.Clone(in)
	slices.SortStableFunc(out, func(a, b S) int { return place(order, a) - place(order, b) })
	var once []S
	for _, w := range out {
		if !slices.Contains(once, w) {
			once = append(once, w)
		}
	}
	return once
}

func place[S ~string](order []S, w S) int {
	if i := slices.Index(order, w); i >= 0 {
		return i
	}
	return len(order)
}

func helmsFacts(h release.Hook) facts {
	return facts{h.Name, h.Kind, set(h.Events, hook.Events()), h.Weight, set(h.DeletePolicies, hook.DeletePolicies())}
}

// ourFacts are what the manifest that Helm has stored says to us.
func ourFacts(h release.Hook) facts {
	d := h.Declared
	return facts{h.Name, h.Kind, d.Events, d.Weight, d.Policy.Words}
}

// metadata writes annotations as JSON strings, which YAML takes for what they are.
func metadata(name string, annotations map[string]string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "metadata:\n  name: %s\n  annotations:\n", name)
	for k, v := range annotations {
		fmt.Fprintf(&b, "    %s: %s\n", k, quote(v))
	}
	return b.String()
}

func compareHooks(t *testing.T, by, manifest string, helms []release.Hook, payload []byte) {
	t.Helper()
	body, err := decode(payload)
	if err != nil {
		t.Fatal(err)
	}
	var want, got []facts
	for _, h := range helms {
		want = append(want, helmsFacts(h))
	}
	for _, h := range body.Hooks {
		if h.Unreadable != "" {
			t.Errorf("%s reads it, we do not: %s", by, h.Unreadable)
			continue
		}
		got = append(got, ourFacts(h))
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-%s +ours):\n%s", manifest, by, d)
	}
}
