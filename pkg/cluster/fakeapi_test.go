package cluster

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
)

// fakeAPI answers as an API server does, as far as this package asks, and fails
// where a test says so. What real servers do is tested against real ones.
type fakeAPI struct {
	t *testing.T

	mu      sync.Mutex
	objects map[string][]stored // by resource
	fault   func(*http.Request) *metav1.Status
	extra   func(http.ResponseWriter, *http.Request) bool // answers first, if set
	// wide has the server know more kinds than most tests need.
	wide     bool
	requests []string
}

// stored is an object in full, with its metadata at hand.
type stored struct {
	meta metav1.ObjectMeta
	typ  string // of a Secret
	full any
}

func newFakeAPI(t *testing.T) *fakeAPI {
	return &fakeAPI{t: t, objects: make(map[string][]stored)}
}

// client starts the server and returns a client of it.
func (f *fakeAPI) client(o Options) *Client {
	f.t.Helper()
	server := httptest.NewServer(f)
	f.t.Cleanup(server.Close)
	c, err := New(&rest.Config{Host: server.URL}, o)
	if err != nil {
		f.t.Fatal(err)
	}
	return c
}

func encode(text string) []byte { return []byte(base64.StdEncoding.EncodeToString([]byte(text))) }

func metaOf(namespace, name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: namespace, Name: name, UID: types.UID(namespace + "/" + name), ResourceVersion: "5"}
}

func (f *fakeAPI) add(resource string, s stored) {
	f.mu.Lock()
	defer f.mu.Unlock()
	s.meta.UID = types.UID(resource + "/" + string(s.meta.UID))
	f.objects[resource] = append(f.objects[resource], s)
}

func (f *fakeAPI) remove(resource, name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.objects[resource] = slices.DeleteFunc(f.objects[resource], func(s stored) bool { return s.meta.Name == name })
}

// secretRecord stores a record in a Secret. Its text may be anything.
func (f *fakeAPI) secretRecord(namespace, name string, revision int, text string) {
	m := metaOf(namespace, release.Key(name, revision))
	m.Labels = map[string]string{"owner": "helm", "name": name, "version": strconv.Itoa(revision), "status": "deployed"}
	f.add("secrets", stored{meta: m, typ: release.SecretType, full: &corev1.Secret{
		ObjectMeta: m, Type: release.SecretType, Data: map[string][]byte{"release": encode(text)},
	}})
}

func (f *fakeAPI) configMapRecord(namespace, name string, revision int, text string) {
	m := metaOf(namespace, release.Key(name, revision))
	m.Labels = map[string]string{"owner": "helm", "name": name, "version": strconv.Itoa(revision), "status": "deployed"}
	f.add("configmaps", stored{meta: m, full: &corev1.ConfigMap{ObjectMeta: m, Data: map[string]string{"release": string(encode(text))}}})
}

// job stores a Job that has succeeded, with a hook annotation unless events is "".
func (f *fakeAPI) job(namespace, name, events string) {
	m := metaOf(namespace, name)
	if events != "" {
		m.Annotations = map[string]string{"helm.sh/hook": events}
	}
	m.UID = types.UID("jobs/" + string(m.UID))
	full := &batchv1.Job{ObjectMeta: m, Status: batchv1.JobStatus{Conditions: []batchv1.JobCondition{{Type: batchv1.JobComplete, Status: "True"}}}}
	m.UID = types.UID(strings.TrimPrefix(string(m.UID), "jobs/"))
	f.add("jobs", stored{meta: m, full: full})
}

// text is that of a record whose hooks declare Jobs.
func text(namespace, name string, revision int, jobs ...string) string {
	hooks := []any{}
	for _, job := range jobs {
		hooks = append(hooks, map[string]any{"name": job, "kind": "Job", "manifest": "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: " + job + "\n"})
	}
	b, err := json.Marshal(map[string]any{"name": name, "namespace": namespace, "version": revision, "hooks": hooks})
	if err != nil {
		panic(err)
	}
	return string(b)
}

func (f *fakeAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.requests = append(f.requests, r.Method+" "+r.URL.String())
	if strings.HasSuffix(r.URL.Path, "/selfsubjectrulesreviews") {
		http.NotFound(w, r) // as where nobody can tell rights: everything has to be tried
		return
	}
	if r.Method != http.MethodGet {
		f.t.Errorf("a reading client sends %s %s", r.Method, r.URL)
	}
	if f.fault != nil {
		if status := f.fault(r); status != nil {
			answer(w, int(status.Code), status)
			return
		}
	}
	if d := discoveryDocument(r.URL.Path, f.wide); d != nil {
		answer(w, http.StatusOK, d)
		return
	}
	if f.extra == nil || !f.extra(w, r) {
		f.resource(w, r)
	}
}

func answer(w http.ResponseWriter, code int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(body) // a client that went away is no failure
}

func failure(code int32, reason metav1.StatusReason, message string) *metav1.Status {
	return &metav1.Status{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}, Status: metav1.StatusFailure, Code: code, Reason: reason, Message: message,
	}
}

func discoveryDocument(path string, wide bool) any {
	resource := func(name, kind string, namespaced bool) metav1.APIResource {
		return metav1.APIResource{Name: name, Kind: kind, Namespaced: namespaced, Verbs: metav1.Verbs{"list", "create", "get"}}
	}
	list := func(gv string, resources ...metav1.APIResource) any {
		return metav1.APIResourceList{TypeMeta: metav1.TypeMeta{Kind: "APIResourceList", APIVersion: "v1"}, GroupVersion: gv, APIResources: resources}
	}
	group := func(name string) metav1.APIGroup {
		v := metav1.GroupVersionForDiscovery{GroupVersion: name + "/v1", Version: "v1"}
		return metav1.APIGroup{Name: name, Versions: []metav1.GroupVersionForDiscovery{v}, PreferredVersion: v}
	}
	if wide {
		switch path {
		case "/apis":
			return metav1.APIGroupList{
				TypeMeta: metav1.TypeMeta{Kind: "APIGroupList", APIVersion: "v1"},
				Groups:   []metav1.APIGroup{group("batch"), group("apps"), group("rbac.authorization.k8s.io")},
			}
		case "/api/v1":
			return list("v1", resource("pods", "Pod", true), resource("serviceaccounts", "ServiceAccount", true),
				resource("namespaces", "Namespace", false), resource("secrets", "Secret", true))
		case "/apis/apps/v1":
			return list("apps/v1", resource("deployments", "Deployment", true))
		case "/apis/rbac.authorization.k8s.io/v1":
			return list("rbac.authorization.k8s.io/v1", resource("rolebindings", "RoleBinding", true), resource("clusterrolebindings", "ClusterRoleBinding", false))
		}
	}
	switch path {
	case "/api":
		return metav1.APIVersions{TypeMeta: metav1.TypeMeta{Kind: "APIVersions", APIVersion: "v1"}, Versions: []string{"v1"}}
	case "/apis":
		return metav1.APIGroupList{TypeMeta: metav1.TypeMeta{Kind: "APIGroupList", APIVersion: "v1"}, Groups: []metav1.APIGroup{group("batch")}}
	case "/api/v1":
		return list("v1", resource("pods", "Pod", true), resource("serviceaccounts", "ServiceAccount", true), resource("namespaces", "Namespace", false))
	case "/apis/batch/v1":
		return list("batch/v1", resource("jobs", "Job", true))
	}
	return nil
}

// resource answers for objects and lists of them.
func (f *fakeAPI) resource(w http.ResponseWriter, r *http.Request) {
	_, path, _ := strings.Cut(r.URL.Path, "/v1/")
	parts := strings.Split(path, "/")
	namespace, name := "", ""
	if parts[0] == "namespaces" && len(parts) > 2 {
		namespace, parts = parts[1], parts[2:]
	}
	if len(parts) > 1 {
		name = parts[1]
	}
	partial := strings.Contains(r.Header.Get("Accept"), "as=PartialObjectMetadata")
	show := func(s stored) any {
		if partial {
			return metav1.PartialObjectMetadata{TypeMeta: metav1.TypeMeta{Kind: "PartialObjectMetadata", APIVersion: "meta.k8s.io/v1"}, ObjectMeta: s.meta}
		}
		return s.full
	}
	query := r.URL.Query()
	selector, err := labels.Parse(query.Get("labelSelector"))
	if err != nil {
		answer(w, http.StatusBadRequest, failure(http.StatusBadRequest, metav1.StatusReasonBadRequest, err.Error()))
		return
	}
	wantType := strings.TrimPrefix(query.Get("fieldSelector"), "type=")
	items := []any{}
	for _, s := range f.objects[parts[0]] {
		switch {
		case namespace != "" && s.meta.Namespace != namespace:
		case name != "" && s.meta.Name == name:
			body := kinded(show(s), parts[0], partial)
			answer(w, http.StatusOK, body)
			return
		case name == "" && selector.Matches(labels.Set(s.meta.Labels)) && (wantType == "" || s.typ == wantType):
			items = append(items, show(s))
		}
	}
	if name != "" {
		answer(w, http.StatusNotFound, failure(http.StatusNotFound, metav1.StatusReasonNotFound, name+" not found"))
		return
	}
	answer(w, http.StatusOK, page(f.t, items, query.Get("limit"), query.Get("continue"), parts[0], partial))
}

// kinds of the resources in full.
var kindOf = map[string][2]string{
	"secrets": {"v1", "Secret"}, "configmaps": {"v1", "ConfigMap"}, "jobs": {"batch/v1", "Job"}, "pods": {"v1", "Pod"},
	"serviceaccounts": {"v1", "ServiceAccount"}, "deployments": {"apps/v1", "Deployment"},
	"rolebindings": {"rbac.authorization.k8s.io/v1", "RoleBinding"}, "clusterrolebindings": {"rbac.authorization.k8s.io/v1", "ClusterRoleBinding"},
}

func kinded(object any, resource string, partial bool) any {
	if partial {
		return object
	}
	return withKind(object, kindOf[resource][0], kindOf[resource][1])
}

func withKind(object any, apiVersion, kind string) map[string]any {
	raw, err := json.Marshal(object)
	if err != nil {
		panic(err)
	}
	var m map[string]any
	if err := json.Unmarshal(raw, &m); err != nil {
		panic(err)
	}
	m["apiVersion"], m["kind"] = apiVersion, kind
	return m
}

func page(t *testing.T, items []any, limit, from, resource string, partial bool) any {
	t.Helper()
	first := 0
	if from != "" {
		var err error
		if first, err = strconv.Atoi(from); err != nil {
			t.Errorf("a continue token that nobody gave: %q", from)
		}
	}
	last := len(items)
	if n, err := strconv.Atoi(limit); err == nil && n > 0 {
		last = min(last, first+n)
	}
	m := map[string]any{"resourceVersion": "9"}
	if last < len(items) {
		m["continue"] = fmt.Sprint(last)
	}
	list := map[string]any{"metadata": m, "items": items[first:last], "apiVersion": "meta.k8s.io/v1", "kind": "PartialObjectMetadataList"}
	if !partial {
		list["apiVersion"], list["kind"] = kindOf[resource][0], kindOf[resource][1]+"List"
	}
	return list
}

// count counts the requests that contain the text.
func (f *fakeAPI) count(text string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, r := range f.requests {
		if strings.Contains(r, text) {
			n++
		}
	}
	return n
}

func clientOf(t *testing.T, handler http.Handler) *Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	c, err := New(&rest.Config{Host: server.URL}, Options{Concurrency: 4, ChunkSize: 3})
	if err != nil {
		t.Fatal(err)
	}
	return c
}
