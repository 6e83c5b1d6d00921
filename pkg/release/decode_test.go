package release_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
)

const jobManifest = `# Source: blog/templates/migrate.yaml
apiVersion: batch/v1
kind: Job
metadata:
  name: blog-migrate
  annotations:
    "helm.sh/hook": post-upgrade,pre-install
    "helm.sh/hook-weight": "-5"
    "helm.sh/hook-delete-policy": hook-succeeded
spec:
  template:
    spec:
      containers:
      - env: [{name: PASSWORD, value: hunter2}]
`

// helm3Record is a record in the order and form in which Helm 3 writes it.
func helm3Record(tb testing.TB) string {
	return fmt.Sprintf(`{"name":"blog","info":{"first_deployed":"2026-01-02T03:04:05.123456789+01:00",`+
		`"last_deployed":"2026-01-02T04:00:00Z","deleted":"","description":"Upgrade complete","status":"deployed",`+
		`"notes":"the password is hunter2"},"chart":{"metadata":{"name":"blog","version":"1.2.3","appVersion":"9",`+
		`"keywords":["a"]},"lock":null,"templates":[{"name":"templates/a.yaml","data":"aHVudGVyMg=="}],`+
		`"values":{"hooks":[{"name":"decoy"}],"name":"decoy"},"schema":null,"files":[]},"config":{"name":"decoy","version":9},`+
		`"manifest":"---\nhunter2: \"}],\\\"hooks\\\":[\"\n","hooks":[{"name":"blog-migrate","kind":"Job",`+
		`"path":"blog/templates/migrate.yaml","manifest":%s,"events":["post-upgrade","pre-install"],"last_run":`+
		`{"started_at":"2026-01-02T03:59:00Z","completed_at":"2026-01-02T03:59:30Z","phase":"Succeeded"},"weight":-5,`+
		`"delete_policies":["hook-succeeded"]},{"name":"blog-test","kind":"Pod","path":"p","manifest":%s,"events":["test"],`+
		`"last_run":{"started_at":"","completed_at":"","phase":""},"delete_policies":["before-hook-creation"]}],`+
		`"version":7,"namespace":"shop"}`,
		quoted(tb, jobManifest), quoted(tb, "apiVersion: v1\nkind: Pod\nmetadata:\n  name: blog-test\n  annotations: {helm.sh/hook: test}\n"))
}

func quoted(tb testing.TB, s string) string {
	tb.Helper()
	q, err := json.Marshal(s)
	if err != nil {
		tb.Fatal(err)
	}
	return string(q)
}

func at(tb testing.TB, s string) time.Time {
	tb.Helper()
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		tb.Fatal(err)
	}
	return t
}

func helm3Body(tb testing.TB) *release.Body {
	succeeded := hook.Policy{Set: true, Words: []hook.DeletePolicy{hook.HookSucceeded}}
	return &release.Body{
		Name: "blog", Namespace: "shop", Revision: 7, Status: release.StatusDeployed,
		Chart:         release.Chart{Name: "blog", Version: "1.2.3"},
		FirstDeployed: at(tb, "2026-01-02T02:04:05.123456789Z"), LastDeployed: at(tb, "2026-01-02T04:00:00Z"),
		Hooks: []release.Hook{
			{
				Name: "blog-migrate", Kind: "Job", Path: "blog/templates/migrate.yaml", Weight: -5,
				Events:         []hook.Event{hook.PreInstall, hook.PostUpgrade},
				DeletePolicies: []hook.DeletePolicy{hook.HookSucceeded},
				LastRun: release.Run{
					StartedAt: at(tb, "2026-01-02T03:59:00Z"), CompletedAt: at(tb, "2026-01-02T03:59:30Z"), Phase: "Succeeded",
				},
				Declared: hook.Declaration{Events: []hook.Event{hook.PreInstall, hook.PostUpgrade}, Weight: -5, Policy: succeeded},
				Objects:  []release.Ref{{APIVersion: "batch/v1", Kind: "Job", Name: "blog-migrate"}},
				Digest:   "c9a73ff59818842b",
			},
			{
				// The record says before-hook-creation, the annotations do not: Helm added it.
				Name: "blog-test", Kind: "Pod", Path: "p", Events: []hook.Event{hook.Test},
				DeletePolicies: []hook.DeletePolicy{hook.BeforeHookCreation},
				Declared:       hook.Declaration{Events: []hook.Event{hook.Test}},
				Objects:        []release.Ref{{APIVersion: "v1", Kind: "Pod", Name: "blog-test"}},
				Digest:         "e57ee50e22330b04",
			},
		},
	}
}

func TestDecode(t *testing.T) {
	text := helm3Record(t)
	for name, payload := range map[string][]byte{
		"gzip":              zipped(t, []byte(text)),
		"plain JSON":        plain([]byte(text)),
		"two gzip members":  plain(append(compress(t, []byte(text[:100])), compress(t, []byte(text[100:]))...)),
		"white space":       zipped(t, []byte(" \n\t"+strings.ReplaceAll(text, `,"`, " ,\r\n\t\"")+" \n")),
		"base64 with lines": []byte(strings.ReplaceAll(string(zipped(t, []byte(text))), "A", "A\n")),
	} {
		got, err := decode(payload)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(helm3Body(t), got); diff != "" {
			t.Errorf("%s: Decode (-want +got):\n%s", name, diff)
		}
	}
}

func TestDecodeShapes(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       release.Body
	}{
		{"the least there can be", `{"name":"a","version":1}`, release.Body{Name: "a", Revision: 1}},
		{
			"Helm 4: no zero times, and an apply method",
			`{"name":"a","info":{"last_deployed":"2026-01-02T04:00:00Z","status":"pending-upgrade"},"version":2,"namespace":"n","apply_method":"ssa"}`,
			release.Body{
				Name: "a", Namespace: "n", Revision: 2, Status: release.StatusPendingUpgrade, ApplyMethod: "ssa",
				LastDeployed: at(t, "2026-01-02T04:00:00Z"),
			},
		},
		{
			"uninstalled", `{"name":"a","info":{"deleted":"2026-01-02T04:00:00Z","status":"uninstalled"},"version":2}`,
			release.Body{Name: "a", Revision: 2, Status: release.StatusUninstalled, Deleted: at(t, "2026-01-02T04:00:00Z")},
		},
		{
			"nulls", `{"name":"a","info":null,"chart":null,"config":null,"hooks":null,"version":1,"namespace":null,"apply_method":null}`,
			release.Body{Name: "a", Revision: 1},
		},
		{
			"nulls within", `{"name":"a","info":{"first_deployed":null,"deleted":null,"status":null},"chart":{"metadata":null},"hooks":[null],"version":1}`,
			release.Body{Name: "a", Revision: 1},
		},
		{"no hooks", `{"name":"a","hooks":[],"version":1}`, release.Body{Name: "a", Revision: 1}},
		{
			"another order", `{"version":3,"hooks":[],"chart":{"files":[],"metadata":{"version":"2","name":"c"}},"namespace":"n","info":{"status":"failed"},"name":"a"}`,
			release.Body{Name: "a", Namespace: "n", Revision: 3, Status: release.StatusFailed, Chart: release.Chart{Name: "c", Version: "2"}},
		},
		{
			"keys in any case, as encoding/json takes them",
			`{"NAME":"a","Info":{"STATUS":"failed","Last_Deployed":"2026-01-02T04:00:00Z"},"cHaRt":{"Metadata":{"NAME":"c"}},"HOO` + "\u212a" + `S":null,"VER` + "\u017f" + `ION":3,"name` + "\u017f" + `pace":"n"}`,
			release.Body{
				Name: "a", Namespace: "n", Revision: 3, Status: release.StatusFailed, Chart: release.Chart{Name: "c"},
				LastDeployed: at(t, "2026-01-02T04:00:00Z"),
			},
		},
		{"escaped keys", `{"\u006eame":"a","versio\u006E":1}`, release.Body{Name: "a", Revision: 1}},
		{
			"the last of equal keys", `{"name":"x","name":"a","version":9,"version":1,"hooks":[{"name":"x","kind":"Job"}],"hooks":[]}`,
			release.Body{Name: "a", Revision: 1},
		},
		{
			"fields that nobody knows", `{"x":{"name":"x","a":[1,-2.5e+7,true,false,null,{"b":[[]]}]},"name":"a","y":"\"}]\\","z":-0,"version":1,"labels":{"name":"x"}}`,
			release.Body{Name: "a", Revision: 1},
		},
		{
			"broken UTF-8, as encoding/json takes it", "{\"name\":\"a\xff\",\"x\":\"\xff\",\"version\":1}",
			release.Body{Name: "a\ufffd", Revision: 1},
		},
	} {
		got, err := decode(plain([]byte(tt.text)))
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if diff := cmp.Diff(&tt.want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: Decode (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestDecodeManifests(t *testing.T) {
	declared := hook.Declaration{Events: []hook.Event{hook.PreInstall}}
	job := release.Ref{APIVersion: "batch/v1", Kind: "Job", Name: "a"}
	for _, tt := range []struct {
		name, manifest string
		declared       hook.Declaration
		objects        []release.Ref
	}{
		{
			"an explicit namespace",
			"apiVersion: batch/v1\nkind: Job\nmetadata: {name: a, namespace: other, annotations: {helm.sh/hook: pre-install}}",
			declared,
			[]release.Ref{{APIVersion: "batch/v1", Kind: "Job", Namespace: "other", Name: "a"}},
		},
		{
			"JSON", `{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"a","annotations":{"helm.sh/hook":"pre-install"}}}`,
			declared,
			[]release.Ref{job},
		},
		{
			"generateName", "apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: a-, annotations: {helm.sh/hook: pre-install}}",
			declared,
			[]release.Ref{{APIVersion: "batch/v1", Kind: "Job", GenerateName: "a-"}},
		},
		{
			"a name makes generateName meaningless",
			"apiVersion: batch/v1\nkind: Job\nmetadata: {name: a, generateName: b-, annotations: {helm.sh/hook: pre-install}}",
			declared,
			[]release.Ref{job},
		},
		{
			"null annotations are empty strings to Helm",
			"apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: a\n  annotations:\n    helm.sh/hook: pre-install\n    helm.sh/hook-delete-policy:\n    helm.sh/resource-policy:\n",
			hook.Declaration{
				Events: []hook.Event{hook.PreInstall}, Keep: true,
				Policy: hook.Policy{Set: true, Words: []hook.DeletePolicy{""}},
			},
			[]release.Ref{job},
		},
		{
			"a weight that is no string",
			"apiVersion: batch/v1\nkind: Job\nmetadata: {name: a, annotations: {helm.sh/hook: pre-install, helm.sh/hook-weight: -3}}",
			hook.Declaration{Events: []hook.Event{hook.PreInstall}, Weight: -3},
			[]release.Ref{job},
		},
		{"no annotations", "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}", hook.Declaration{}, []release.Ref{job}},
		{"no metadata", "apiVersion: v1\nkind: Pod\nmetadata:\n", hook.Declaration{}, []release.Ref{{APIVersion: "v1", Kind: "Pod"}}},
		{
			"a List: its own annotations, its items' names",
			`apiVersion: v1
kind: List
metadata: {annotations: {helm.sh/hook: pre-install}}
items:
- apiVersion: v1
  kind: ServiceAccount
  metadata: {name: a, annotations: {helm.sh/hook: post-delete}}
- apiVersion: batch/v1
  kind: Job
  metadata: {generateName: b-, namespace: other}
- null
- {metadata: {name: of no kind}}
- apiVersion: v1
  kind: ConfigMapList
  items: [{apiVersion: v1, kind: ConfigMap, metadata: {name: c}}]
`, declared,
			[]release.Ref{
				{APIVersion: "v1", Kind: "ServiceAccount", Name: "a"},
				{APIVersion: "batch/v1", Kind: "Job", Namespace: "other", GenerateName: "b-"},
				{APIVersion: "v1", Kind: "ConfigMap", Name: "c"},
			},
		},
		{
			"an empty List makes nothing", "apiVersion: v1\nkind: List\nmetadata: {annotations: {helm.sh/hook: pre-install}}\nitems: []",
			declared, nil,
		},
		{
			"a kind that only ends like a List", "apiVersion: x.io/v1\nkind: AllowList\nmetadata: {name: a, annotations: {helm.sh/hook: pre-install}}",
			declared,
			[]release.Ref{{APIVersion: "x.io/v1", Kind: "AllowList", Name: "a"}},
		},
	} {
		got := onlyHook(t, "recorded", "Recorded", tt.manifest)
		want := release.Hook{Name: "recorded", Kind: "Recorded", Declared: tt.declared, Objects: tt.objects, Digest: got.Digest}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestListsOfListsEnd(t *testing.T) {
	manifest := `{"kind":"ConfigMap","metadata":{"name":"deep"}}`
	for range 50 {
		manifest = `{"kind":"List","items":[` + manifest + `]}`
	}
	got := onlyHook(t, "", "List", manifest)
	want := []release.Ref{{Kind: "List"}}
	if diff := cmp.Diff(want, got.Objects); diff != "" {
		t.Errorf("objects (-want +got):\n%s", diff)
	}
}

func TestUnreadableManifestKeepsTheRecordsName(t *testing.T) {
	for name, manifest := range map[string]string{
		"empty":                "",
		"a comment":            "# nothing",
		"no kind":              "metadata: {name: x}",
		"no object":            "- a\n- b",
		"a string":             "kind",
		"broken":               "kind: Job\n\tmetadata: {",
		"metadata of no shape": "kind: Job\nmetadata: hello",
		"a name of no shape":   "kind: Job\nmetadata: {name: [a]}",
		"control characters":   "kind: Job\x00",
		"an unknown anchor":    "kind: *hunter2",
		"far too large":        "kind: Job\nx: [" + strings.Repeat("a,", 2<<20) + "]",
		"a self-reference":     "kind: Job\nmetadata: &a\n  annotations: {x: *a}\n",
	} {
		h := onlyHook(t, "blog-migrate", "Job", manifest)
		want := []release.Ref{{Kind: "Job", Name: "blog-migrate"}}
		if diff := cmp.Diff(want, h.Objects); diff != "" {
			t.Errorf("%s: objects (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(hook.Declaration{}, h.Declared); diff != "" {
			t.Errorf("%s: declared (-want +got):\n%s", name, diff)
		}
		if h.Unreadable == "" || strings.ContainsAny(h.Unreadable, "\r\n") {
			t.Errorf("%s: unreadable is %q, want the cause in one line", name, h.Unreadable)
		}
	}
}

func TestNothingSecretSurvives(t *testing.T) {
	const secret = "hunter2"
	for name, text := range map[string]string{
		"all parts of a record":       helm3Record(t),
		"a Secret":                    manifestRecord(t, "apiVersion: v1\nkind: Secret\nmetadata: {name: a, labels: {x: hunter2}}\nstringData: {p: hunter2}\n"),
		"a List of Secrets":           manifestRecord(t, "kind: List\nitems:\n- {kind: Secret, metadata: {name: a}, stringData: {p: hunter2}}\n"),
		"other annotations":           manifestRecord(t, "kind: Secret\nmetadata: {name: a, annotations: {helm.sh/hook: test, password: hunter2}}\n"),
		"broken YAML":                 manifestRecord(t, "kind: Secret\nstringData:\n  p: hunter2\n bad\n"),
		"a null key":                  manifestRecord(t, "kind: Secret\nstringData:\n  ~: hunter2\n"),
		"a key of a strange kind":     manifestRecord(t, "kind: Secret\nstringData:\n  ? [hunter2]\n  : x\n"),
		"a map as key":                manifestRecord(t, "kind: Secret\nstringData:\n  ? {p: hunter2}\n  : x\n"),
		"an anchor":                   manifestRecord(t, "kind: Secret\nstringData: {p: *hunter2}\n"),
		"a tag":                       manifestRecord(t, "kind: Secret\nstringData: {p: !!int hunter2}\n"),
		"a merge of a string":         manifestRecord(t, "kind: Secret\nstringData:\n  <<: hunter2\n"),
		"a directive":                 manifestRecord(t, "%hunter2 1\n---\nkind: Secret\n"),
		"a name of another type":      manifestRecord(t, "kind: Secret\nmetadata: {name: {p: hunter2}}\n"),
		"an object of another type":   manifestRecord(t, "hunter2"),
		"binary data of another type": manifestRecord(t, "kind: Secret\ndata: {p: !!binary hunter2}\n"),
	} {
		body, err := decode(plain([]byte(text)))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		kept, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(kept), secret) || strings.Contains(string(kept), "aHVudGVyMg") {
			t.Errorf("%s: the secret is in the body:\n%s", name, kept)
		}
	}
}

func manifestRecord(tb testing.TB, manifest string) string {
	return string(recordOf(tb, "a", "Secret", manifest))
}

func TestInFlight(t *testing.T) {
	for status, want := range map[release.Status]bool{
		release.StatusUnknown: false, release.StatusDeployed: false, release.StatusUninstalled: false,
		release.StatusSuperseded: false, release.StatusFailed: false, release.StatusUninstalling: true,
		release.StatusPendingInstall: true, release.StatusPendingUpgrade: true, release.StatusPendingRollback: true,
		"": false, "Deployed": false,
	} {
		if got := status.InFlight(); got != want {
			t.Errorf("%q.InFlight() = %v, want %v", status, got, want)
		}
	}
}
