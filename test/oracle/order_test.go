package oracle

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// manifests are random templates: several documents a file, kinds that Helm
// sorts, equal names and weights, Lists and generated names.
func (g generator) manifests() map[string]string {
	files, used := make(map[string]string), make(map[string]bool)
	for i := range 14 {
		kind, version := "Job", "batch/v1"
		switch g.IntN(5) {
		case 0:
			kind, version = "ServiceAccount", "v1"
		case 1:
			kind, version = "ConfigMap", "v1"
		case 2:
			kind, version = "Widget", "example.com/v1"
		}
		name := fmt.Sprintf("name: %s%d", pick(g, "a", "b", "Z"), pick(g, i, i, g.IntN(3)))
		if used[kind+name] {
			name += fmt.Sprintf("-%d", i) // declaring one object twice is another matter
		}
		used[kind+name] = true
		tail := ""
		switch g.IntN(8) {
		case 0:
			name = fmt.Sprintf("generateName: m%d-", i)
		case 1:
			kind, version, name = "List", "v1", ""
			tail = fmt.Sprintf("items:\n- {apiVersion: v1, kind: Secret, metadata: {name: n%d}}\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: c%d}}\n", i, i)
		}
		doc := fmt.Sprintf("---\napiVersion: %s\nkind: %s\nmetadata:\n  %s\n  annotations:\n    helm.sh/hook: %s\n    helm.sh/hook-weight: %q\n%s",
			version, kind, name, pick(g, "pre-install", "post-install,pre-upgrade", "test", "pre-upgrade", "post-delete,pre-delete"),
			pick(g, "0", "0", "-5", "7", "x"), tail)
		files[pick(g, "blog/templates/a.yaml", "blog/templates/b.yaml", "blog/charts/db/templates/c.yaml")] += doc
	}
	return files
}

// executed is Helm's own order for an event: hooks come sorted by kind, and are
// sorted by weight and name.
func executed(hooks []release.Hook, e hook.Event) []release.Hook {
	var run []release.Hook
	for _, h := range hooks {
		if slices.Contains(h.Events, e) {
			run = append(run, h)
		}
	}
	slices.SortStableFunc(run, func(a, b release.Hook) int {
		return cmp.Or(cmp.Compare(a.Weight, b.Weight), strings.Compare(a.Name, b.Name))
	})
	return run
}

// objects names what a hook makes, once for each object. Within a List it has no
// order of its own.
func objects(h release.Hook) []string {
	var out []string
	for _, ref := range h.Objects {
		out = append(out, ref.Kind+"/"+cmp.Or(ref.Name, ref.GenerateName))
	}
	slices.SortFunc(out, func(a, b string) int {
		_, a, _ = strings.Cut(a, "/")
		_, b, _ = strings.Cut(b, "/")
		return strings.Compare(a, b)
	})
	return out
}

// TestFindingsComeInHelmsOrder holds the order in which hooks are listed, there or
// not, against that in which Helm runs them.
func TestFindingsComeInHelmsOrder(t *testing.T) {
	for seed := range uint64(60) {
		g := newGenerator(seed)
		files := g.manifests()
		for _, h := range renderers() {
			r, err := h.render(t, files)
			if err != nil {
				t.Fatal(err)
			}
			body, err := decode(r.payload)
			if err != nil {
				t.Fatal(err)
			}
			got := listed(g, body)
			for _, e := range hook.Events() {
				var want []string
				for _, h := range executed(body.Hooks, e) {
					if h.Declared.Events[0] != e {
						continue // listed under an earlier event
					}
					for _, o := range objects(h) {
						if !slices.Contains(want, o) {
							want = append(want, o)
						}
					}
				}
				if d := gocmp.Diff(want, got[e]); d != "" {
					t.Fatalf("seed %d, %s (-%s +findings):\n%s\n%v", seed, e, h.name, d, files)
				}
			}
		}
	}
}

// listed judges a release of which about half of the objects are there, and
// returns what is listed under each event.
func listed(g generator, body *release.Body) map[hook.Event][]string {
	record := snapshot.Record{
		RecordID: snapshot.RecordID{
			Release:  snapshot.ReleaseID{Driver: snapshot.Secrets, Namespace: body.Namespace, Name: body.Name},
			Revision: body.Revision,
		},
		Status: release.StatusDeployed, Body: body,
	}
	snap := &snapshot.Snapshot{Namespace: body.Namespace, RecordsEverywhere: true, Records: []snapshot.Record{record}}
	for i, h := range body.Hooks {
		for j, ref := range h.Objects {
			if g.IntN(2) == 0 {
				continue
			}
			o := snapshot.Object{
				APIVersion: ref.APIVersion, Kind: ref.Kind, Namespace: body.Namespace, Name: ref.Name,
				UID: fmt.Sprintf("%d-%d", i, j),
			}
			if ref.Name == "" {
				o.Name, o.GenerateName = ref.GenerateName+"x7k2p", ref.GenerateName
			}
			if h.Kind != "List" {
				o.Annotations = map[string]string{hook.Annotation: eventList(h), hook.WeightAnnotation: fmt.Sprint(h.Weight)}
			}
			snap.Objects = append(snap.Objects, o)
		}
	}
	g.Shuffle(len(snap.Objects), func(i, j int) { snap.Objects[i], snap.Objects[j] = snap.Objects[j], snap.Objects[i] })
	findings, _ := verdict.Judge(snap, verdict.Options{Declared: true})
	out := make(map[hook.Event][]string)
	for _, f := range findings {
		e := f.Declared.Events[0]
		out[e] = append(out[e], f.Object.Kind+"/"+cmp.Or(f.Object.GenerateName, f.Object.Name))
	}
	return out
}

func eventList(h release.Hook) string {
	return strings.Join(words(h.Events), ",")
}
