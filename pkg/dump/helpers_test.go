package dump

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// thing is an object as JSON has it.
type thing = map[string]any

const hookFields = `{"f:metadata":{"f:annotations":{"f:helm.sh/hook":{}}}}`

// newThing is an object that Helm made two minutes after noon; its uid tells it apart.
func newThing(apiVersion, kind, namespace, name string) thing {
	metadata := thing{
		"name": name, "uid": strings.ToLower(kind) + "/" + namespace + "/" + name, "resourceVersion": "7",
		"creationTimestamp": "2026-01-02T12:02:00Z",
		"managedFields": []any{thing{
			"manager": "helm", "operation": "Update", "apiVersion": apiVersion, "time": "2026-01-02T12:02:00Z",
			"fieldsType": "FieldsV1", "fieldsV1": json.RawMessage(hookFields),
		}},
	}
	if namespace != "" {
		metadata["namespace"] = namespace
	}
	return thing{"apiVersion": apiVersion, "kind": kind, "metadata": metadata}
}

func (c *cast) hook(apiVersion, kind, namespace, name string) thing {
	o := newThing(apiVersion, kind, namespace, name)
	metaOf(o)["annotations"] = thing{
		"helm.sh/hook": "pre-upgrade", "example.com/other": "x",
		"kubectl.kubernetes.io/last-applied-configuration": `{"data":{"password":"hunter2"}}`,
	}
	metaOf(o)["labels"] = thing{"app.kubernetes.io/instance": "blog"}
	c.objects = append(c.objects, o)
	return o
}

func metaOf(o thing) thing { return o["metadata"].(thing) }

// cast collects the objects that a test plays with.
type cast struct{ objects []thing }

func (c *cast) plain(apiVersion, kind, namespace, name string) thing {
	o := newThing(apiVersion, kind, namespace, name)
	c.objects = append(c.objects, o)
	return o
}

// record adds a release record that declares the manifests as hooks.
func (c *cast) record(kind, namespace, name string, revision int, manifests ...string) {
	var hooks []any
	for _, m := range manifests {
		var head struct {
			Kind     string
			Metadata struct{ Name string }
		}
		if err := yaml.Unmarshal([]byte(m), &head); err != nil {
			panic(err)
		}
		hooks = append(hooks, thing{"name": head.Metadata.Name, "kind": head.Kind, "manifest": m, "events": []any{"pre-upgrade"}})
	}
	text, err := json.Marshal(thing{
		"name": name, "namespace": namespace, "version": revision, "hooks": hooks,
		"info": thing{"status": "deployed"}, "manifest": "password: hunter2",
	})
	if err != nil {
		panic(err)
	}
	c.stored(kind, namespace, name, revision, pack(text))
}

func (c *cast) stored(kind, namespace, name string, revision int, payload string) thing {
	o := c.plain("v1", kind, namespace, fmt.Sprintf("sh.helm.release.v1.%s.v%d", name, revision))
	metaOf(o)["labels"] = thing{"owner": "helm", "name": name, "version": fmt.Sprint(revision), "status": "deployed"}
	if kind == "Secret" {
		o["type"] = "helm.sh/release.v1"
		payload = base64.StdEncoding.EncodeToString([]byte(payload))
	}
	o["data"] = thing{"release": payload}
	return o
}

// pack is how Helm stores a text.
func pack(text []byte) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(text); err != nil {
		panic(err)
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return base64.StdEncoding.EncodeToString(b.Bytes())
}

// shop is a cluster with something of everything.
func shop() []thing {
	c := &cast{}
	const list = `
apiVersion: v1
kind: List
metadata: {annotations: {helm.sh/hook: pre-upgrade}}
items:
- {apiVersion: v1, kind: ServiceAccount, metadata: {name: blog-child}}
- {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: blog-child}}`
	const job = `{apiVersion: batch/v1, kind: Job, metadata: {name: blog-migrate, annotations: {helm.sh/hook: pre-upgrade}}}`
	c.record("Secret", "shop", "blog", 2, job, list)
	c.record("ConfigMap", "desk", "mail", 1, `{apiVersion: v1, kind: ConfigMap, metadata: {name: mail-conf}}`)
	c.stored("Secret", "desk", "broken", 1, "?")

	done := c.hook("batch/v1", "Job", "shop", "blog-migrate")
	done["spec"] = thing{"suspend": false, "template": thing{"spec": thing{"containers": []any{thing{"env": "hunter2"}}}}}
	done["status"] = thing{"completionTime": "2026-01-02T12:03:04Z", "conditions": []any{
		thing{"type": "Complete", "status": "True", "lastTransitionTime": "2026-01-02T12:03:04Z"},
	}}
	c.hook("v1", "Pod", "shop", "blog-test")["status"] = thing{"phase": "Running"}
	c.hook("v1", "Secret", "shop", "blog-password")["data"] = thing{"password": "aHVudGVyMg=="}
	c.hook("example.com/v1", "Widget", "", "blog-widget")["spec"] = "hunter2"

	c.plain("v1", "ServiceAccount", "shop", "blog-child")
	c.plain("v1", "ServiceAccount", "desk", "blog-child") // another one of that name
	c.plain("v1", "ServiceAccount", "shop", "default")
	c.plain("rbac.authorization.k8s.io/v1", "ClusterRole", "", "blog-child")
	c.plain("v1", "Secret", "shop", "other")["data"] = thing{"password": "aHVudGVyMg=="}
	c.plain("v1", "Event", "shop", "blog-event")
	c.plain("v1", "Pod", "shop", "blog-0")["status"] = thing{"phase": "Running"}
	return c.objects
}

func listOf(items []thing) thing {
	return thing{"apiVersion": "v1", "kind": "List", "metadata": thing{"resourceVersion": ""}, "items": items}
}

func jsonOf(tb testing.TB, v any) string {
	tb.Helper()
	text, err := json.MarshalIndent(v, "", "    ")
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}

func yamlOf(tb testing.TB, v any) string {
	tb.Helper()
	text, err := yaml.Marshal(v)
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}

func openText(text string, o Options) (*Evidence, error) {
	return Open(context.Background(), []string{"-"}, strings.NewReader(text), o)
}

// mustOpen reads a text that has no fault.
func mustOpen(tb testing.TB, text string) *snapshot.Snapshot {
	tb.Helper()
	e, err := openText(text, Options{})
	if err != nil {
		tb.Fatal(err)
	}
	return e.Snapshot()
}

// writeFiles puts texts into a new directory.
func writeFiles(tb testing.TB, files map[string]string) string {
	tb.Helper()
	dir := tb.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			tb.Fatal(err)
		}
	}
	return dir
}
