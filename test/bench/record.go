package main

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// load is what a cluster is filled with.
type load struct {
	revisions, size, huge, live, orphaned, objects int
}

func (l load) describe() string {
	revisions := fmt.Sprintf("%d revisions", l.revisions)
	if l.revisions == 1 {
		revisions = "one revision"
	}
	text := fmt.Sprintf("%s of %d KB for each release, %d ordinary objects", revisions, l.size/1000, l.objects)
	if l.live == 1 {
		text += ", live hook objects of each"
	} else {
		text += fmt.Sprintf(", live hook objects of one in %d", l.live)
	}
	if l.orphaned > 0 {
		text += fmt.Sprintf(", an orphan of one in %d of those", l.orphaned)
	}
	if l.huge > 0 {
		text += fmt.Sprintf("; one release in %d has a record at the limit of 1 MiB", l.huge)
	}
	return text
}

// The stored object may have 1 MiB with all its metadata.
const hugeSize = 1_020_000

type (
	storedRelease struct {
		Name      string         `json:"name"`
		Info      map[string]any `json:"info"`
		Chart     storedChart    `json:"chart"`
		Config    map[string]any `json:"config"`
		Manifest  string         `json:"manifest"`
		Hooks     []storedHook   `json:"hooks"`
		Version   int            `json:"version"`
		Namespace string         `json:"namespace"`
	}
	storedChart struct {
		Metadata  map[string]any `json:"metadata"`
		Lock      any            `json:"lock"`
		Templates []storedFile   `json:"templates"`
		Values    map[string]any `json:"values"`
		Files     []storedFile   `json:"files"`
	}
	storedFile struct {
		Name string `json:"name"`
		Data []byte `json:"data"` // base64 in JSON, as Helm has it
	}
	storedHook struct {
		Name           string         `json:"name"`
		Kind           string         `json:"kind"`
		Path           string         `json:"path"`
		Manifest       string         `json:"manifest"`
		Events         []string       `json:"events"`
		LastRun        map[string]any `json:"last_run"`
		DeletePolicies []string       `json:"delete_policies,omitempty"`
	}
)

// words make text that shrinks about as well as real templates do.
func words() []string {
	r := rand.New(rand.NewPCG(3, 4))
	all := make([]string, 3000)
	for i := range all {
		b := make([]byte, 3+r.IntN(7))
		for k := range b {
			b[k] = "etaoinshrdlucmfw"[r.IntN(16)]
		}
		all[i] = string(b)
	}
	return all
}

// templates are files of a chart, of so many bytes together.
func templates(r *rand.Rand, vocabulary []string, size int) []storedFile {
	var files []storedFile
	for size > 0 {
		var b strings.Builder
		for b.Len() < min(size, 4000) {
			fmt.Fprintf(&b, "%*s%s: {{ .Values.%s.%s | quote }}\n", 2*r.IntN(5), "",
				vocabulary[r.IntN(len(vocabulary))], vocabulary[r.IntN(len(vocabulary))], vocabulary[r.IntN(len(vocabulary))])
		}
		files = append(files, storedFile{Name: fmt.Sprintf("templates/%s-%d.yaml", vocabulary[r.IntN(len(vocabulary))], len(files)), Data: []byte(b.String())})
		size -= b.Len()
	}
	return files
}

// charts are shared by releases, as on real clusters; each record is packed by itself.
type charts struct {
	vocabulary []string
	perByte    float64 // bytes of templates for a byte as stored
}

func newCharts() (*charts, error) {
	c := &charts{vocabulary: words(), perByte: 1}
	const probe = 200_000
	payload, err := pack(c.release("probe", "probe", 1, 1, probe, true, true))
	if err != nil {
		return nil, err
	}
	c.perByte = probe / float64(len(payload))
	return c, nil
}

// record is one as stored, of about so many bytes.
func (c *charts) record(namespace, name string, revision, revisions, size int, live, orphan bool) ([]byte, error) {
	return pack(c.release(namespace, name, revision, revisions, int(float64(size)*c.perByte), live, orphan))
}

func (c *charts) release(namespace, name string, revision, revisions, templateBytes int, live, orphan bool) *storedRelease {
	r := rand.New(rand.NewPCG(uint64(len(name)), uint64(revision)))
	status := "superseded"
	if revision == revisions {
		status = "deployed"
	}
	now := time.Now().UTC()
	rel := &storedRelease{
		Name: name, Namespace: namespace, Version: revision,
		Info: map[string]any{
			"first_deployed": now, "last_deployed": now, "deleted": "", "description": "Upgrade complete", "status": status,
			"notes": "Visit http://" + name + "." + namespace + ".svc",
		},
		Config: map[string]any{"image": map[string]any{"tag": fmt.Sprintf("1.%d.0", revision)}},
		Chart: storedChart{
			Metadata:  map[string]any{"name": "shop", "version": fmt.Sprintf("1.%d.0", revision), "apiVersion": "v2", "appVersion": "1.0"},
			Templates: templates(r, c.vocabulary, templateBytes),
			Values:    map[string]any{"replicas": 1},
		},
		Manifest: manifest(name),
	}
	for _, h := range hooksOf(name, live, orphan) {
		policy := strings.Split(h.policy, ",")
		if h.policy == "" {
			policy = nil
		}
		rel.Hooks = append(rel.Hooks, storedHook{
			Name: h.name, Kind: h.kind, Path: "shop/templates/" + h.name + ".yaml", Manifest: h.manifest(name),
			Events: strings.Split(h.events, ","), DeletePolicies: policy,
			LastRun: map[string]any{"started_at": now, "completed_at": now.Add(time.Minute), "phase": "Succeeded"},
		})
	}
	return rel
}

// manifest is the ordinary resources of a release.
func manifest(name string) string {
	var b strings.Builder
	for i := range 8 {
		fmt.Fprintf(&b, "---\n# Source: shop/templates/config-%d.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: %s-config-%d\n"+
			"  labels:\n    app.kubernetes.io/instance: %s\ndata:\n  key: value\n", i, name, i, name)
	}
	for i := range 4 {
		fmt.Fprintf(&b, "---\n# Source: shop/templates/part-%d.yaml\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: %s-%d\n"+
			"spec:\n  selector: {matchLabels: {app: %[2]s-%[1]d}}\n  template:\n    metadata: {labels: {app: %[2]s-%[1]d}}\n    spec:\n"+
			"      serviceAccountName: %[2]s\n      containers:\n      - name: main\n        image: example.com/shop:1\n        args: [serve, --port=8080]\n",
			i, name, i)
	}
	return b.String()
}

// pack encodes a record as Helm does.
func pack(r *storedRelease) ([]byte, error) {
	text, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(text); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return []byte(base64.StdEncoding.EncodeToString(b.Bytes())), nil
}
