package live

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/uses"
)

// writer writes manifests in which much collides, in one style each.
type writer struct {
	*rand.Rand
	style int
}

func (w writer) pick(of ...string) string { return of[w.IntN(len(of))] }

func (w writer) name() string {
	return w.pick("a", "a-b", "a.b", "b", "data-web-0", "system:x", "x y", "a..b", "x:", "my_role", "web", "shop.a")
}

// text writes a name, now and then in one of the ways in which YAML can.
func (w writer) text(name string) string {
	at, style := w.IntN(len(name)), w.style
	if w.IntN(2) == 0 {
		style = 0
	}
	switch style {
	case 1:
		return `"` + name[:at] + w.pick("\\\n", "\\\r\n", "\\\u0085", "\\\u2028", "\\\u2029") + "            " + name[at:] + `"`
	case 2:
		return fmt.Sprintf(`"%s\x%02x%s"`, name[:at], name[at], name[at+1:])
	case 3:
		return w.pick("!!binary ", "!<tag:yaml.org,2002:binary> ", "!!%62inary ") + base64.StdEncoding.EncodeToString([]byte(name))
	case 4:
		return `"` + w.pick(`\t`, `\n`, `\\`, `\"`, `\/`, ` `, `\_`, `x `) + name + w.pick(`\n`, `\\`, ``, ` x`, `\"`) + `"`
	default:
		return w.pick("'"+name+"'", `"`+name+`"`)
	}
}

func (w writer) pod() string {
	n := w.text(w.name())
	return w.pick("serviceAccountName: "+n, "volumes: [{secret: {secretName: "+n+"}}]", "volumes: [{persistentVolumeClaim: {claimName: "+n+"}}]",
		"containers: [{args: ["+n+"]}]", "containers: [{env: [{value: "+n+"}]}]")
}

func (w writer) manifest() string {
	meta := "metadata: {name: " + w.text(w.name()) + w.pick("", ", namespace: "+w.text("shop"), ", namespace: desk") + ", labels: {app: x}}\n"
	template := "template: {metadata: {labels: {app: x}}, spec: {" + w.pod() + "}}"
	return w.pick(
		"apiVersion: v1\nkind: Pod\n"+meta+"spec: {"+w.pod()+"}\n",
		"apiVersion: apps/v1\nkind: Deployment\n"+meta+"spec: {"+template+"}\n",
		"apiVersion: apps/v1\nkind: StatefulSet\n"+meta+"spec: {volumeClaimTemplates: [{metadata: {name: data}}], "+template+"}\n",
		"apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\n"+meta+"roleRef: {kind: ClusterRole, name: "+w.text(w.name())+"}\n"+
			"subjects: [{kind: ServiceAccount, name: "+w.text(w.name())+w.pick("", ", namespace: shop")+"}]\n",
		"apiVersion: v1\nkind: ServiceAccount\n"+meta,
		"apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\n"+meta+"aggregationRule: {clusterRoleSelectors: [{matchLabels: {app: x}}]}\n",
		"apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: i}, spec: {"+w.pod()+"}}\n",
	)
}

// TestSearchAgainstReading: a record that a search finds silent declares nothing of what is
// sought and uses nothing of it, when it is read as a whole; and what a filter leaves out of
// a reading says nothing either.
func TestSearchAgainstReading(t *testing.T) {
	w := writer{Rand: rand.New(rand.NewPCG(8, 9))}
	kinds := []snapshot.ObjectRef{
		{APIVersion: "v1", Kind: "ServiceAccount", Namespace: "shop"},
		{APIVersion: "v1", Kind: "Secret", Namespace: "shop"},
		{APIVersion: "batch/v1", Kind: "Job", Namespace: "shop"},
		{APIVersion: "v1", Kind: "PersistentVolumeClaim", Namespace: "shop"},
		{APIVersion: "v1", Kind: "Service", Namespace: "shop"},
		{APIVersion: "rbac.authorization.k8s.io/v1", Kind: "RoleBinding", Namespace: "shop"},
		{APIVersion: "rbac.authorization.k8s.io/v1", Kind: "ClusterRole"},
	}
	d := release.NewDecoder(release.DefaultLimits())
	speaking, silent := 0, 0
	for range 3000 {
		home := w.pick("shop", "desk")
		w.style = w.IntN(5)
		text, err := json.Marshal(map[string]any{
			"name": "far", "namespace": home, "version": 1, "manifest": w.manifest() + "---\n" + w.manifest(),
			"hooks": []any{map[string]any{"name": "h", "kind": "Job", "manifest": w.manifest()}},
		})
		if err != nil {
			t.Fatal(err)
		}
		payload := []byte(base64.StdEncoding.EncodeToString(text))
		r := &snapshot.Record{RecordID: snapshot.RecordID{Release: snapshot.ReleaseID{Driver: snapshot.Secrets, Namespace: home, Name: "far"}, Revision: 1}}
		all, err := DecodeManifest(r, payload, d, nil)
		if err != nil {
			continue // no YAML
		}
		sought := kinds[w.IntN(len(kinds))]
		sought.Name = w.name()
		wanted := []snapshot.ObjectRef{sought}
		used := UsesBy(r.RecordID, uses.NewDeclared(wanted), all)
		says := len(used) > 0 || declares(r.Body, sought)
		of, any := Search(r, payload, d, uses.NewSeeker([]uses.Sought{{ObjectRef: sought}}))
		if found := any || len(of) > 0; says && !found {
			t.Fatalf("silent of %v, which it uses (%v) or declares:\n%s", sought, used, text)
		} else if !found {
			silent++
		}
		if says {
			speaking++
		}
		filtered, err := DecodeManifest(r, payload, d, uses.NewFilter(wanted))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(used, UsesBy(r.RecordID, uses.NewDeclared(wanted), filtered)); diff != "" {
			t.Fatalf("uses of %v by\n%s\n(-all +filtered):\n%s", sought, text, diff)
		}
	}
	if speaking < 100 || silent < 100 {
		t.Errorf("%d records say something, and %d are silent: this tests nothing", speaking, silent)
	}
}

// declares tells whether a record declares an object, as a hook or otherwise.
func declares(b *release.Body, o snapshot.ObjectRef) bool {
	all := slices.Clone(b.Resources)
	for i := range b.Hooks {
		all = append(all, b.Hooks[i].Objects...)
	}
	return slices.ContainsFunc(all, func(ref release.Ref) bool {
		ns := ref.Namespace
		if ns == "" {
			ns = b.Namespace
		}
		return ref.Kind == o.Kind && ref.Name == o.Name && (o.Namespace == "" || ns == o.Namespace)
	})
}
