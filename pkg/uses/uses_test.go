package uses_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/uses"
)

// parse reads documents, as far as they are maps.
func parse(t testing.TB, text string) []map[string]any {
	t.Helper()
	var all []map[string]any
	for _, doc := range strings.Split(text, "\n---\n") {
		var m map[string]any
		if err := yaml.Unmarshal([]byte(doc), &m); err != nil {
			t.Fatalf("%v in:\n%s", err, doc)
		}
		all = append(all, m)
	}
	return all
}

// refs reads "v1 Secret shop/a" as a reference; "rbac ClusterRole /a" has no namespace.
func refs(texts ...string) []snapshot.ObjectRef {
	var all []snapshot.ObjectRef
	for _, text := range texts {
		var r snapshot.ObjectRef
		var place string
		if _, err := fmt.Sscan(text, &r.APIVersion, &r.Kind, &place); err != nil {
			panic(text)
		}
		r.Namespace, r.Name, _ = strings.Cut(place, "/")
		r.UID = "uid-of-" + r.Name
		all = append(all, r)
	}
	return all
}

func show(all []snapshot.Use) []string {
	var out []string
	for _, u := range all {
		of := u.Of.Name
		if u.Of.Kind != "" {
			of = u.Of.Kind + " " + of
		}
		line := fmt.Sprintf("%s %s: %s: %s", u.By.Kind, u.By.Name, u.Field, of)
		if u.Absent {
			line += " (absent)"
		}
		if u.Idle {
			line += " (idle)"
		}
		if len(u.Owners) > 0 {
			line += " of " + strings.Join(u.Owners, ",")
		}
		out = append(out, line)
	}
	return out
}

func find(graph *uses.Graph, objects []map[string]any) []string {
	for _, o := range objects {
		graph.Add(uses.Read(o, "shop"))
	}
	return show(graph.Uses())
}

type useCase struct {
	name    string
	objects string
	wanted  []snapshot.ObjectRef
	want    []string
}

func TestUses(t *testing.T) {
	for _, tt := range useCases() {
		if diff := cmp.Diff(tt.want, find(uses.NewGraph(tt.wanted, nil), parse(t, tt.objects)), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// It does not matter in what order objects come.
func TestOrderDoesNotMatter(t *testing.T) {
	var objects []map[string]any
	var wanted []snapshot.ObjectRef
	for _, tt := range useCases() {
		objects = append(objects, parse(t, tt.objects)...)
		wanted = append(wanted, tt.wanted...)
	}
	for i := range 20 {
		pod := parse(t, fmt.Sprintf("{apiVersion: v1, kind: Pod, metadata: {name: many-%02d}, spec: {serviceAccountName: a}}", i))
		objects = append(objects, pod...)
	}
	live := func(wanted []snapshot.ObjectRef) *uses.Graph { return uses.NewGraph(wanted, wanted) }
	for _, make := range []func([]snapshot.ObjectRef) *uses.Graph{live, uses.NewDeclared} {
		want := find(make(wanted), objects)
		if len(want) < 50 {
			t.Fatalf("only %d uses", len(want))
		}
		for seed := range uint64(50) {
			random := rand.New(rand.NewPCG(seed, 1))
			random.Shuffle(len(objects), func(i, j int) { objects[i], objects[j] = objects[j], objects[i] })
			random.Shuffle(len(wanted), func(i, j int) { wanted[i], wanted[j] = wanted[j], wanted[i] })
			if diff := cmp.Diff(want, find(make(wanted), objects)); diff != "" {
				t.Fatalf("seed %d (-first order +this order):\n%s", seed, diff)
			}
		}
	}
}

// A template in a manifest stands for its Pods, and that of a live object does not.
func TestDeclaredTemplatesStandForPods(t *testing.T) {
	const text = `
{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {selector: {app: a}}}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {template: {metadata: {labels: {app: a}}}}}`
	wanted := refs("v1 Service shop/a")
	if got := find(uses.NewGraph(wanted, wanted), parse(t, text)); got != nil {
		t.Errorf("live: %v", got)
	}
	if got := find(uses.NewDeclared(wanted), parse(t, text)); len(got) != 1 || got[0] != "Deployment d: spec.selector: Service a" {
		t.Errorf("declared: %v", got)
	}
}

// Users that are alike are named a few times, those that are wanted themselves always.
func TestAlikeUsersAreKeptOnce(t *testing.T) {
	var objects []map[string]any
	wanted := refs("v1 ServiceAccount shop/a")
	for i := range 50 {
		objects = append(objects, parse(t, fmt.Sprintf(
			"{apiVersion: v1, kind: Pod, metadata: {name: p%02d, ownerReferences: [{uid: u%d}]}, spec: {serviceAccountName: a}}", i, i%2))...)
		objects = append(objects, parse(t, fmt.Sprintf("{apiVersion: batch/v1, kind: Job, metadata: {name: j%02d}, spec: {template: {spec: {serviceAccountName: a}}}}", i))...)
		wanted = append(wanted, refs(fmt.Sprintf("batch/v1 Job shop/j%02d", i))...)
	}
	got := find(uses.NewGraph(wanted, wanted), objects)
	if len(got) != 50+3+3 {
		t.Errorf("%d uses:\n%s", len(got), strings.Join(got, "\n"))
	}
}

func TestSubjectNamespaces(t *testing.T) {
	g := uses.NewGraph(refs("rbac.authorization.k8s.io/v1 ClusterRoleBinding /a"), nil)
	for _, o := range parse(t, `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: a}
subjects: [{kind: ServiceAccount, name: x, namespace: desk}, {kind: Group, name: y}, {kind: ServiceAccount, name: z, namespace: desk}]`) {
		g.Add(uses.Read(o, ""))
	}
	if diff := cmp.Diff([]string{"desk"}, g.SubjectNamespaces()); diff != "" {
		t.Error(diff)
	}
}

// What is too much to keep is said.
func TestCut(t *testing.T) {
	var words strings.Builder
	for i := range 300_000 {
		fmt.Fprintf(&words, "word-%d ", i)
	}
	var sources []any
	for i := range 20_000 {
		sources = append(sources, map[string]any{"secretRef": map[string]any{"name": fmt.Sprint("s", i)}})
	}
	pod := func(container map[string]any) map[string]any {
		return map[string]any{
			"apiVersion": "v1", "kind": "Pod", "metadata": map[string]any{"name": "p"},
			"spec": map[string]any{"containers": []any{container}},
		}
	}
	for name, container := range map[string]map[string]any{
		"words": {"args": []any{words.String()}}, "references": {"envFrom": sources},
	} {
		f := uses.Read(pod(container), "shop")
		if !f.Cut {
			t.Errorf("%s: not cut", name)
		}
		g := uses.NewGraph(nil, nil)
		g.Add(f)
		if len(g.Cut()) != 1 || g.Cut()[0].Name != "p" {
			t.Errorf("%s: cut %v", name, g.Cut())
		}
	}
}

func TestReaders(t *testing.T) {
	gap := func(group, kind, namespace string) *snapshot.Gap {
		return &snapshot.Gap{Users: true, Kind: &snapshot.Kind{Group: group, Kind: kind}, Namespace: namespace}
	}
	besides := func(g *snapshot.Gap, namespaces ...string) *snapshot.Gap {
		g.Besides = namespaces
		return g
	}
	const rbac = "rbac.authorization.k8s.io"
	for _, tt := range []struct {
		of   string
		gap  *snapshot.Gap
		want bool
	}{
		{"v1 ServiceAccount shop/a", gap(rbac, "RoleBinding", "desk"), true},
		{"v1 ServiceAccount shop/a", gap("batch", "Job", "desk"), false},
		{"v1 ServiceAccount shop/a", gap("batch", "Job", "shop"), true},
		{"v1 ServiceAccount shop/a", gap("batch", "Job", ""), true},
		{"v1 ServiceAccount shop/a", gap("extensions", "Deployment", "shop"), true},
		{"v1 ServiceAccount shop/a", &snapshot.Gap{Kind: &snapshot.Kind{Group: "batch", Kind: "Job"}}, false},
		{"v1 ServiceAccount shop/a", &snapshot.Gap{Group: "batch"}, true},
		{"v1 ServiceAccount shop/a", &snapshot.Gap{Group: "example.com"}, false},
		{"v1 ServiceAccount shop/a", &snapshot.Gap{Everything: true, Namespace: "desk"}, true},
		{"v1 ConfigMap shop/a", &snapshot.Gap{Everything: true, Namespace: "desk"}, false},
		{"v1 ConfigMap shop/a", &snapshot.Gap{Everything: true, Namespace: "shop"}, true},
		{"v1 ConfigMap shop/a", &snapshot.Gap{Users: true}, true},
		{"v1 Namespace /a", &snapshot.Gap{Users: true}, false},
		{rbac + "/v1 Role shop/a", gap(rbac, "ClusterRoleBinding", ""), false},
		{rbac + "/v1 ClusterRole /a", gap(rbac, "RoleBinding", "shop"), true},
		// Not beside it; but an account's bindings may be anywhere.
		{rbac + "/v1 Role shop/a", besides(gap(rbac, "RoleBinding", ""), "shop"), false},
		{rbac + "/v1 Role desk/a", besides(gap(rbac, "RoleBinding", ""), "shop"), true},
		{"v1 ServiceAccount shop/a", besides(gap(rbac, "RoleBinding", ""), "shop"), true},
		{"networking.k8s.io/v1 IngressClass /a", gap("extensions", "Ingress", "shop"), true},
		{"scheduling.k8s.io/v1 PriorityClass /a", gap("batch", "CronJob", "shop"), true},
		{"example.com/v1 Widget shop/a", gap("autoscaling", "HorizontalPodAutoscaler", "shop"), true},
		{"example.com/v1 Widget /a", gap("autoscaling", "HorizontalPodAutoscaler", "shop"), false},
	} {
		if got := uses.Hides(tt.gap, &refs(tt.of)[0]); got != tt.want {
			t.Errorf("%+v hides users of %s: %v, want %v", tt.gap, tt.of, got, tt.want)
		}
	}
}

// Whoever is found to use an object is of a kind that Readers names.
func TestReadersAreComplete(t *testing.T) {
	for _, tt := range useCases() {
		for _, o := range parse(t, tt.objects) {
			g := uses.NewGraph(tt.wanted, nil)
			g.Add(uses.Read(o, "shop"))
			for _, u := range g.Uses() {
				if u.Of.Kind == "" || u.By.Kind == "User" || u.By.Kind == "Group" {
					continue
				}
				gap := &snapshot.Gap{Users: true, Namespace: u.By.Namespace, Kind: &snapshot.Kind{Group: snapshot.Group(u.By.APIVersion), Kind: u.By.Kind}}
				if !uses.Hides(gap, &u.Of) {
					t.Errorf("%s: nobody would read %s %s for %s", tt.name, u.By.Kind, u.By.Name, u.Of.Kind)
				}
			}
		}
	}
}

// FuzzRead: whatever an object is, it is read without panic, and says nothing twice.
func FuzzRead(f *testing.F) {
	for _, tt := range useCases() {
		for _, o := range parse(f, tt.objects) {
			text, err := yaml.Marshal(o)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(text)
		}
	}
	var wanted []snapshot.ObjectRef
	for _, tt := range useCases() {
		wanted = append(wanted, tt.wanted...)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var o map[string]any
		if yaml.Unmarshal(text, &o) != nil {
			return
		}
		for _, g := range []*uses.Graph{uses.NewGraph(wanted, wanted), uses.NewDeclared(wanted)} {
			facts := uses.Read(o, "shop")
			g.Add(facts)
			g.Add(facts)
			all := g.Uses()
			for i, u := range all {
				if u.Of.Name == "" || u.By.Kind == "" || u.Field == "" {
					t.Errorf("use %+v", u)
				}
				if i > 0 && uses.Compare(all[i-1], u) >= 0 {
					t.Errorf("%+v comes after %+v", u, all[i-1])
				}
			}
		}
	})
}
