package cluster

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/live"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// object stores an object of any kind; the text is what it has beside metadata.
func (f *fakeAPI) full(resource, namespace, name, text string, hook bool) {
	f.t.Helper()
	var full map[string]any
	if err := yaml.Unmarshal([]byte("metadata:\n"+text), &full); err != nil {
		f.t.Fatal(err)
	}
	m := metaOf(namespace, name)
	if hook {
		m.Annotations = map[string]string{"helm.sh/hook": "pre-upgrade"}
	}
	full["metadata"] = m
	f.add(resource, stored{meta: m, full: full})
}

func lines(all []snapshot.Use) []string {
	var out []string
	for _, u := range all {
		by := ""
		if u.Record != nil {
			by = fmt.Sprintf(" (%s.v%d)", u.Record.Release.Name, u.Record.Revision)
		}
		out = append(out, fmt.Sprintf("%s %s/%s: %s: %s %s%s", u.By.Kind, u.By.Namespace, u.By.Name, u.Field, u.Of.Kind, u.Of.Name, by))
	}
	return out
}

func refsOf(s *snapshot.Snapshot, kind string) []snapshot.ObjectRef {
	var out []snapshot.ObjectRef
	for _, o := range s.Objects {
		if o.Kind == kind {
			out = append(out, o.Ref())
		}
	}
	return out
}

// village has hook objects of some kinds, and who uses them.
func village(t *testing.T) *fakeAPI {
	f := newFakeAPI(t)
	f.wide = true
	f.full("serviceaccounts", "shop", "sa", "", true)
	f.full("serviceaccounts", "desk", "far", "", false)
	f.full("secrets", "shop", "token", "data: {password: aHVudGVyMg==}", true)
	f.full("rolebindings", "shop", "rb", "roleRef: {kind: Role, name: r}\nsubjects: [{kind: ServiceAccount, name: far, namespace: desk}, {kind: ServiceAccount, name: gone}]", true)
	for i := range 7 {
		f.full("deployments", "shop", fmt.Sprintf("d%d", i), "spec: {template: {spec: {serviceAccountName: sa}}}", false)
	}
	f.full("deployments", "shop", "with-token", "spec: {template: {spec: {volumes: [{secret: {secretName: token}}]}}}", false)
	f.full("deployments", "desk", "d", "spec: {template: {spec: {serviceAccountName: sa}}}", false)
	f.full("rolebindings", "desk", "rb", "subjects: [{kind: ServiceAccount, name: sa, namespace: shop}]", false)
	m := metaOf("shop", "legacy")
	m.Annotations = map[string]string{"kubernetes.io/service-account.name": "sa"}
	f.add("secrets", stored{meta: m})
	return f
}

func usersOfAccount() []string {
	var want []string
	for i := range 7 {
		want = append(want, fmt.Sprintf("Deployment shop/d%d: spec.template.spec.serviceAccountName: ServiceAccount sa", i))
	}
	return append([]string{"RoleBinding desk/rb: subjects: ServiceAccount sa"}, append(want,
		"Secret shop/legacy: metadata.annotations.kubernetes.io/service-account.name: ServiceAccount sa")...)
}

func usersOf(s *snapshot.Snapshot, kind string) []string {
	return lines(slices.DeleteFunc(slices.Clone(s.Uses), func(u snapshot.Use) bool { return u.Of.Kind != kind || u.Record != nil }))
}

func TestReadUsers(t *testing.T) {
	f := village(t)
	// Of a list that expires half-way nothing is missed.
	var expired atomic.Bool
	f.fault = func(r *http.Request) *metav1.Status {
		if strings.HasSuffix(r.URL.Path, "/secrets") && !strings.Contains(r.Header.Get("Accept"), "as=PartialObjectMetadata") {
			t.Errorf("%s reads what Secrets hold", r.URL)
		}
		q := r.URL.Query()
		inFull := strings.HasSuffix(r.URL.Path, "/deployments") && strings.HasPrefix(r.Header.Get("Accept"), "application/json")
		if inFull && (q.Has("resourceVersion") || q.Get("continue") == "6" && !expired.Swap(true)) {
			return failure(http.StatusGone, metav1.StatusReasonExpired, "too old")
		}
		return nil
	}
	g := gather(t, f, "shop")
	s := g.Snapshot()
	if err := g.ReadUsers(t.Context(), refsOf(s, "ServiceAccount")); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(usersOfAccount(), usersOf(s, "ServiceAccount")); diff != "" {
		t.Errorf("users (-want +got):\n%s", diff)
	}
	for _, o := range s.Objects {
		if o.UsersRead != (o.Kind == "ServiceAccount") {
			t.Errorf("%s %s: users read: %v", o.Kind, o.Name, o.UsersRead)
		}
	}
	if !expired.Load() || f.count("namespaces/desk") != 0 {
		t.Errorf("expired: %v; requests: %q", expired.Load(), f.requests)
	}
	// A binding's subjects are looked for where they are said to be.
	if err := g.ReadUsers(t.Context(), refsOf(s, "RoleBinding")); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"ServiceAccount desk/far: subjects: RoleBinding rb", "ServiceAccount shop/gone: subjects: RoleBinding rb"}, usersOf(s, "RoleBinding")); diff != "" {
		t.Errorf("subjects (-want +got):\n%s", diff)
	}
	if n := f.count("/api/v1/serviceaccounts"); n != 0 {
		t.Errorf("%d lists of all accounts", n)
	}
	wantGaps(t, s)
	before := lines(s.Uses)
	if err := g.ReadUsers(t.Context(), live.Refs(s.Objects)); err != nil {
		t.Fatal(err)
	}
	if after := usersOf(s, "ServiceAccount"); !cmp.Equal(usersOfAccount(), after) || len(s.Uses) != len(before)+1 {
		t.Errorf("asked again (-before +after):\n%s", cmp.Diff(before, lines(s.Uses)))
	}
}

// What may not be read is a gap, and ends the asking.
func TestReadUsersRefused(t *testing.T) {
	f := village(t)
	f.fault = func(r *http.Request) *metav1.Status {
		if strings.HasSuffix(r.URL.Path, "rolebindings") || strings.HasSuffix(r.URL.Path, "/pods") {
			return failure(http.StatusForbidden, metav1.StatusReasonForbidden, "no")
		}
		return nil
	}
	g := gather(t, f, "shop")
	s := g.Snapshot()
	s.Gaps = nil
	if err := g.ReadUsers(t.Context(), refsOf(s, "ServiceAccount")); err != nil {
		t.Fatal(err)
	}
	want := []snapshot.Gap{
		{What: "what clusterrolebindings.rbac.authorization.k8s.io use", Why: forbidden, Users: true},
		{What: "what pods use", Namespace: "shop", Why: forbidden, Users: true},
		{What: "what rolebindings.rbac.authorization.k8s.io use", Why: forbidden, Users: true, Besides: []string{"shop"}},
		{What: "what rolebindings.rbac.authorization.k8s.io use", Namespace: "shop", Why: forbidden, Users: true},
	}
	if diff := cmp.Diff(want, s.Gaps, cmpopts.IgnoreFields(snapshot.Gap{}, "Kind")); diff != "" {
		t.Errorf("gaps (-want +got):\n%s", diff)
	}
	for _, gap := range s.Gaps {
		if gap.Kind == nil {
			t.Errorf("gap %q has no kind", gap.What)
		}
	}
	if diff := cmp.Diff(usersOfAccount()[1:], usersOf(s, "ServiceAccount")); diff != "" {
		t.Errorf("users (-want +got):\n%s", diff)
	}
	if !s.Objects[slices.IndexFunc(s.Objects, func(o snapshot.Object) bool { return o.Kind == "ServiceAccount" })].UsersRead {
		t.Error("somebody would ask for ever")
	}
}

// Where rights are known, nobody asks in vain.
func TestReadUsersWithinRights(t *testing.T) {
	may := func(resources ...string) rights {
		return rights{known: true, rules: []authorizationv1.ResourceRule{{Verbs: []string{"list"}, APIGroups: []string{"*"}, Resources: resources}}}
	}
	for _, tt := range []struct {
		name       string
		everywhere rights
		blind      []snapshot.Gap // known before
		gaps       []string
		users      []string
	}{
		{
			"of namespaces", may("namespaces"), nil,
			[]string{"clusterrolebindings.rbac.authorization.k8s.io in ", "jobs.batch in shop", "rolebindings.rbac.authorization.k8s.io in hall", "secrets in shop"},
			usersOfAccount()[:8],
		},
		{
			"of namespaces, where one is known to be closed", may("namespaces"),
			[]snapshot.Gap{{What: "anything", Namespace: "hall", Why: forbidden, Everything: true}},
			[]string{"clusterrolebindings.rbac.authorization.k8s.io in ", "jobs.batch in shop", "secrets in shop"},
			usersOfAccount()[:8],
		},
		{
			"of one namespace", may("nodes"), nil,
			[]string{"clusterrolebindings.rbac.authorization.k8s.io in ", "jobs.batch in shop", "rolebindings.rbac.authorization.k8s.io in ", "secrets in shop"},
			usersOfAccount()[1:8],
		},
	} {
		f := village(t)
		for _, ns := range []string{"shop", "desk", "hall"} {
			f.full("namespaces", "", ns, "", false)
		}
		g := gather(t, f, "shop")
		s := g.Snapshot()
		g.everywhere = tt.everywhere
		s.Gaps = slices.Clone(tt.blind)
		g.client.rights.Store("shop", may("deployments", "pods", "rolebindings"))
		g.client.rights.Store("desk", may("rolebindings"))
		g.client.rights.Store("hall", may("nodes"))
		f.fault = func(r *http.Request) *metav1.Status {
			if strings.Contains(r.URL.Path, "clusterrolebindings") || strings.Contains(r.URL.Path, "hall") || strings.Contains(r.URL.Path, "jobs") {
				t.Errorf("%s: asks for %s in vain", tt.name, r.URL)
			}
			return nil
		}
		if err := g.ReadUsers(t.Context(), refsOf(s, "ServiceAccount")); err != nil {
			t.Fatal(err)
		}
		var gaps []string
		for _, gap := range s.Gaps[len(tt.blind):] {
			gaps = append(gaps, gap.Kind.Name()+" in "+gap.Namespace)
		}
		if diff := cmp.Diff(tt.gaps, gaps); diff != "" {
			t.Errorf("%s: gaps (-want +got):\n%s", tt.name, diff)
		}
		if diff := cmp.Diff(tt.users, usersOf(s, "ServiceAccount")); diff != "" {
			t.Errorf("%s: users (-want +got):\n%s", tt.name, diff)
		}
	}
}

// Users in many namespaces are listed at once where that is allowed, and one
// namespace after the other where it is not.
func TestReadUsersOfManyNamespaces(t *testing.T) {
	for _, refuse := range []bool{false, true} {
		f := newFakeAPI(t)
		f.wide = true
		var want []string
		for i := range 2 * manyNamespaces {
			ns := fmt.Sprintf("ns-%02d", i)
			f.full("serviceaccounts", ns, "sa", "", true)
			f.full("deployments", ns, "d", "spec: {template: {spec: {serviceAccountName: sa}}}", false)
			want = append(want, "Deployment "+ns+"/d: spec.template.spec.serviceAccountName: ServiceAccount sa")
		}
		g := gather(t, f, "")
		f.fault = func(r *http.Request) *metav1.Status {
			if refuse && r.URL.Path == "/apis/apps/v1/deployments" {
				return failure(http.StatusForbidden, metav1.StatusReasonForbidden, "no")
			}
			return nil
		}
		s := g.Snapshot()
		if err := g.ReadUsers(t.Context(), live.Refs(s.Objects)); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, lines(s.Uses)); diff != "" {
			t.Errorf("refused %v: users (-want +got):\n%s", refuse, diff)
		}
		if n := f.count("/deployments?limit"); !refuse && n > 30 || f.count("namespaces/ns-03/deployments") > 0 != refuse {
			t.Errorf("refused %v: %d requests: %q", refuse, n, f.requests)
		}
		wantGaps(t, s)
	}
}

func TestReadObjects(t *testing.T) {
	for text, fails := range map[string]bool{
		`{"kind":"PodList","items":null}`: false, `{"metadata":null,"items":[null,{}],"kind":"PodList"}`: false, `{"kind":"PodList","items":{}}`: true, `[]`: true, `{"kind":"PodList","items":[1]}`: true, `{"kind":"PodList","items":[`: true, "": true,
		`{"kind":"PodList","metadata":{"continue":"x"},"other":[{}],"items":[{"spec":1}]}`: false,
	} {
		head, err := readObjects(strings.NewReader(text), snapshot.Kind{Version: "v1", Kind: "Pod"}, func(o map[string]any) {
			if o["kind"] != "Pod" || o["apiVersion"] != "v1" {
				t.Errorf("%s: item %v", text, o)
			}
		})
		if (err != nil) != fails || (head.Continue == "x") != strings.Contains(text, `"x"`) {
			t.Errorf("%s: next %q, error %v", text, head.Continue, err)
		}
	}
}

// withManifest is a record's text with ordinary resources.
func withManifest(namespace, name string, revision int, manifest string, jobs ...string) string {
	var m map[string]any
	if err := json.Unmarshal([]byte(text(namespace, name, revision, jobs...)), &m); err != nil {
		panic(err)
	}
	m["manifest"] = manifest
	b, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func TestReadManifests(t *testing.T) {
	f := village(t)
	const deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec: {template: {spec: {serviceAccountName: sa, containers: [{args: [wait, late]}]}}}\n"
	f.job("shop", "late", "")
	f.secretRecord("shop", "good", 1, withManifest("shop", "good", 1, "---\n"+deployment, "late"))
	f.secretRecord("shop", "half", 1, withManifest("shop", "half", 1, deployment+"---\nkind: ["))
	f.secretRecord("shop", "bad", 1, "?")
	f.secretRecord("shop", "gone", 1, text("shop", "gone", 1))
	g := gather(t, f, "shop")
	s := g.Snapshot()
	f.remove("secrets", "sh.helm.release.v1.gone.v1")
	all := ids(s)
	if err := g.ReadManifests(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	// A Job has turned up without annotation, of which nobody knew the name.
	good := slices.IndexFunc(all, func(id snapshot.RecordID) bool { return id.Release.Name == "good" })
	if err := g.ReadManifests(t.Context(), all[good:good+1]); err != nil {
		t.Fatal(err)
	}
	const user = "Deployment shop/d: spec.template.spec."
	want := []string{
		user + "containers.args:  late (good.v1)",
		user + "containers.args:  late (half.v1)",
		user + "serviceAccountName: ServiceAccount sa (good.v1)",
		user + "serviceAccountName: ServiceAccount sa (half.v1)",
	}
	if diff := cmp.Diff(want, lines(s.Uses)); diff != "" {
		t.Errorf("uses (-want +got):\n%s", diff)
	}
	answered := make(map[string]bool)
	for _, gap := range s.Gaps {
		if gap.Manifest != nil {
			answered[gap.Manifest.Release.Name] = true
		}
	}
	for _, r := range s.Records {
		name := r.Release.Name
		if r.ManifestRead != (name == "good") || answered[name] == r.ManifestRead {
			t.Errorf("%s: read %v, gap %v", name, r.ManifestRead, answered[name])
		}
		if hasBody := name == "good" || name == "half"; hasBody != (r.Body != nil) || hasBody && len(r.Body.Resources) != 1 {
			t.Errorf("%s: body %+v", name, r.Body)
		}
	}
	// An object that turns up later has its users looked for again.
	g.add([]snapshot.Object{{Kind: "Job", APIVersion: "batch/v1", Namespace: "shop", Name: "d", UID: "new"}})
	if slices.ContainsFunc(s.Records, func(r snapshot.Record) bool { return r.ManifestRead }) {
		t.Error("a manifest counts as read, and nobody looked for the new object in it")
	}
	if err := g.ReadManifests(t.Context(), all[:1]); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, lines(s.Uses)); diff != "" {
		t.Errorf("uses, after reading one again (-want +got):\n%s", diff)
	}
}
