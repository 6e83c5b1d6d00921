//go:build e2e

package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/render"
)

// eachHelm runs a test for what each Helm has played.
func eachHelm(t *testing.T, test func(t *testing.T, major int)) {
	t.Helper()
	for _, major := range []int{3, 4} {
		t.Run(fmt.Sprintf("helm%d", major), func(t *testing.T) {
			t.Parallel()
			test(t, major)
		})
	}
}

// medleyLeaves are the objects that medley's hooks leave, by kind/namespace/name.
func medleyLeaves(namespace, name string) []string {
	return []string{
		"ClusterRole//" + namespace + "-" + name,
		"ConfigMap/" + namespace + "/" + name + "-everywhere",
		"ConfigMap/" + namespace + "/" + name + "-first",
		"ConfigMap/" + namespace + "/" + name + "-weightless",
		"ConfigMap/" + namespace + "/" + name + "-listed",
		"ServiceAccount/" + namespace + "/" + name + "-listed",
	}
}

func wantIDs(t *testing.T, items []render.HookObject, want []string) {
	t.Helper()
	got := ids(items)
	slices.Sort(got)
	want = slices.Sorted(slices.Values(want))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("hook objects (-want +got):\n%s", diff)
	}
}

// byGenerated replaces generated names by what they start with, and counts them.
func byGenerated(items []render.HookObject) (kept []render.HookObject, generated int) {
	for _, h := range items {
		if h.Metadata.GenerateName != "" {
			generated++
		} else {
			kept = append(kept, h)
		}
	}
	return kept, generated
}

func TestShapesOfHooks(t *testing.T) {
	t.Parallel()
	eachHelm(t, func(t *testing.T, major int) {
		namespace, elsewhere := scene("medley", major), scene("medley-else", major)
		items := list(t, "medley", "-n", namespace)
		kept, generated := byGenerated(items)
		if generated != 2 {
			t.Errorf("%d objects with generated names, want one of the install and one of the upgrade", generated)
		}
		wantIDs(t, kept, append(medleyLeaves(namespace, "medley"), "ConfigMap/"+elsewhere+"/medley-elsewhere"))
		for _, h := range items {
			if h.Release == nil || h.Release.Name != "medley" || h.Release.Namespace != namespace ||
				h.Release.Attribution != "record" || h.Release.Revision != 2 {
				t.Errorf("%s is attributed to %+v", id(h), h.Release)
			}
		}
		// Alone, the scope of the other namespace has only what is in it.
		wantIDs(t, list(t, "-n", elsewhere), []string{"ConfigMap/" + elsewhere + "/medley-elsewhere"})
		// -passing is declared, and has passed; broken tokens are not declared.
		var absent []string
		for _, h := range list(t, "medley", "-n", namespace, "--declared") {
			if h.Status.State == "Absent" {
				absent = append(absent, id(h))
			}
			if strings.Contains(h.Metadata.Name, "broken") {
				t.Errorf("%s: Helm drops it", id(h))
			}
		}
		if want := []string{"ConfigMap/" + namespace + "/medley-passing"}; !slices.Equal(absent, want) {
			t.Errorf("absent: %v, want %v", absent, want)
		}
		wide := plugin(t, "ls", "medley", "-n", namespace, "-o", "wide").closed(t).stdout
		for line := range strings.Lines(wide) {
			if noticed := strings.Contains(line, "helm.sh/weight 7 is ignored by Helm"); noticed != strings.Contains(line, "-weightless ") {
				t.Errorf("helm.sh/weight in -o wide: %s", line)
			}
		}
	})
}

// TestNoHooks: what --no-hooks has not run is declared, and nowhere.
func TestNoHooks(t *testing.T) {
	t.Parallel()
	eachHelm(t, func(t *testing.T, major int) {
		namespace := scene("quiet", major)
		if items := list(t, "-n", namespace); len(items) > 0 {
			t.Errorf("live: %v", ids(items))
		}
		items := list(t, "quiet", "-n", namespace, "--declared")
		wantIDs(t, items, append(medleyLeaves(namespace, "quiet"), "ConfigMap/"+namespace+"/quiet-passing"))
		for _, h := range items {
			if h.Status.State != "Absent" || h.Metadata.UID != "" || h.Release == nil || h.Release.Revision != 2 {
				t.Errorf("%s: %+v of %+v; want it absent, declared by revision 2", id(h), h.Status, h.Release)
			}
		}
		// Without a name it is the same: there is only one release.
		if all := list(t, "-n", namespace, "--declared"); !slices.Equal(ids(all), ids(items)) {
			t.Errorf("ls --declared of the namespace: %v, of the release: %v", ids(all), ids(items))
		}
		if names := plugin(t, "ls", "-n", namespace, "--declared", "-o", "name").must(t).stdout; names != "" {
			t.Errorf("-o name names what is not there:\n%s", names)
		}
	})
}

func TestLongestReleaseNames(t *testing.T) {
	t.Parallel()
	eachHelm(t, func(t *testing.T, major int) {
		namespace := scene("long", major)
		for _, end := range []string{"a", "b"} {
			release := longRelease(end)
			if len(release) != 53 {
				t.Fatalf("%s has %d characters", release, len(release))
			}
			items := list(t, release, "-n", namespace)
			wantIDs(t, items, medleyLeaves(namespace, release))
			for _, h := range items {
				if h.Release.Name != release {
					t.Errorf("%s is attributed to %s", id(h), h.Release.Name)
				}
			}
		}
	})
}

// TestNamesakes: one release name in two namespaces, and in both drivers of one.
func TestNamesakes(t *testing.T) {
	t.Parallel()
	type owner struct{ Namespace, Driver string }
	want := make(map[string]owner)
	for _, major := range []int{3, 4} {
		for _, leaf := range medleyLeaves(scene("twins", major), fmt.Sprintf("twin-%d", major)) {
			want[leaf] = owner{scene("twins", major), "secret"}
		}
		for suffix, driver := range map[string]string{"-s": "secret", "-c": "configmap"} {
			for _, leaf := range medleyLeaves(scene("drivers", major), "twin"+suffix) {
				want[leaf] = owner{scene("drivers", major), driver}
			}
		}
	}
	got := make(map[string]owner)
	for _, h := range list(t, "-A", "twin") {
		got[id(h)] = owner{h.Release.Namespace, h.Release.Driver}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ls -A twin (-want +got):\n%s", diff)
	}
	wantIDs(t, list(t, scene("twins", 3)+"/twin"), medleyLeaves(scene("twins", 3), "twin-3"))
}

// TestRecordsStoredElsewhere: a record in another namespace still tells whose the
// annotated objects are, wherever one looks from.
func TestRecordsStoredElsewhere(t *testing.T) {
	t.Parallel()
	eachHelm(t, func(t *testing.T, major int) {
		namespace, storage := scene("flux", major), scene("flux-storage", major)
		attributed := func(items []render.HookObject) (found []string) {
			for _, h := range items {
				if !h.Hook.Annotated || h.Metadata.Namespace != namespace {
					continue
				}
				found = append(found, h.Metadata.Name)
				if h.Release == nil || h.Release.Name != "app" || h.Release.Namespace != storage || h.Release.Attribution != "record" {
					t.Errorf("%s is attributed to %+v", id(h), h.Release)
				}
			}
			slices.Sort(found)
			return found
		}
		want := []string{"app-everywhere", "app-first", "app-weightless"}
		for _, args := range [][]string{{"-n", namespace}, {"-A"}, {"-A", "app"}, {storage + "/app"}} {
			if got := attributed(list(t, args...)); !slices.Equal(got, want) {
				t.Errorf("ls %s: %v, want %v", strings.Join(args, " "), got, want)
			}
		}
	})
}
