package dump

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

var update = flag.Bool("update", false, "rewrite golden files")

// What is made of dumps is in testdata, as Snapshot files.
func TestGolden(t *testing.T) {
	bare := &cast{}
	metaOf(bare.hook("batch/v1", "Job", "shop", "blog-migrate"))["managedFields"] = nil
	manifest := thing{"apiVersion": "batch/v1", "kind": "Job", "metadata": thing{"name": "x", "annotations": thing{"helm.sh/hook": "test"}}}
	for name, objects := range map[string][]thing{"shop": shop(), "no-managed-fields": bare.objects, "manifest": {manifest}, "nothing": {}} {
		t.Run(name, func(t *testing.T) {
			var got bytes.Buffer
			s := mustOpen(t, jsonOf(t, listOf(objects)))
			if err := Write(&got, s, "test"); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(s, mustOpen(t, got.String())); diff != "" {
				t.Errorf("written and read again (-want +got):\n%s", diff)
			}
			if strings.Contains(got.String(), "hunter2") || strings.Contains(got.String(), "aHVudGVyMg") {
				t.Error("the Snapshot holds a secret")
			}
			path := filepath.Join("testdata", name+".json")
			if *update {
				if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// The same objects give the same Snapshot, however they are written down.
func TestFormsAreEqual(t *testing.T) {
	objects := shop()
	want := mustOpen(t, jsonOf(t, listOf(objects)))
	if len(want.Objects) != 6 || len(want.Records) != 3 {
		t.Fatalf("%d objects and %d records, want 6 and 3", len(want.Objects), len(want.Records))
	}
	for name, text := range forms(t, objects) {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(want, mustOpen(t, text)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	t.Run("one file each", func(t *testing.T) {
		files := make(map[string]string)
		for i, o := range objects {
			files[fmt.Sprintf("%02d.json", i)] = jsonOf(t, o)
			files[fmt.Sprintf("%02d.yml", len(objects)-i)] = yamlOf(t, o) // and each twice
		}
		files["notes.txt"], files["other.json.bak"] = "none of it", "{"
		e, err := Open(context.Background(), []string{writeFiles(t, files)}, nil, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, e.Snapshot(), cmpopts.IgnoreFields(snapshot.Gap{}, "Why")); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func forms(t *testing.T, objects []thing) map[string]string {
	t.Helper()
	shuffled := append([]thing(nil), objects...)
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	var docs, yamls, typed, typedYAML, kindFirst []string
	for _, o := range objects {
		docs = append(docs, jsonOf(t, o))
		yamls = append(yamls, yamlOf(t, o))
		head, bare := thing{}, thing{}
		for k, v := range o {
			if k == "kind" || k == "apiVersion" {
				head[k] = v
			} else {
				bare[k] = v
			}
		}
		l := thing{"apiVersion": head["apiVersion"], "kind": head["kind"].(string) + "List", "items": []any{bare}}
		typed = append(typed, jsonOf(t, l))
		typedYAML = append(typedYAML, yamlOf(t, l))
		kindFirst = append(kindFirst, fmt.Sprintf(`{"kind":%q,"apiVersion":%q,"items":[%s]}`, l["kind"], l["apiVersion"], jsonOf(t, bare)))
	}
	yamlList := yamlOf(t, listOf(objects))
	indented := strings.ReplaceAll(yamlList, "\n", "\n    ")
	indented = strings.NewReplacer("\n    items:", "\nitems:", "\n    kind: List", "\nkind: List", "\n    metadata:\n      resourceV", "\nmetadata:\n      resourceV").Replace(indented)
	return map[string]string{
		"shuffled":           jsonOf(t, listOf(shuffled)),
		"JSON documents":     strings.Join(docs, "\n"),
		"JSON array":         jsonOf(t, objects),
		"Lists in a List":    jsonOf(t, listOf([]thing{listOf(objects[:5]), listOf([]thing{listOf(objects[5:])})})),
		"twice":              jsonOf(t, listOf(objects)) + jsonOf(t, listOf(shuffled)),
		"YAML List":          yamlList,
		"YAML List indented": indented,
		"YAML documents":     "# dumped\n---\n" + strings.Join(yamls, "---\n") + "...\n",
		"YAML Lists":         yamlOf(t, listOf(objects[:5])) + "--- # more\n" + yamlOf(t, listOf(objects[5:])),
		"YAML of Lists":      yamlOf(t, listOf([]thing{listOf(objects)})),
		"JSON in YAML":       "---\n" + jsonOf(t, listOf(objects)),
		"typed lists":        strings.Join(typed, ""),
		"typed, kind first":  strings.Join(kindFirst, ""),
		"typed YAML lists":   strings.Join(typedYAML, "---\n"),
		"BOM":                "\ufeff" + jsonOf(t, listOf(objects)),
		"BOM, YAML":          "\ufeff" + yamlList,
		"CRLF":               strings.ReplaceAll(jsonOf(t, listOf(objects)), "\n", "\r\n"),
		"CRLF, YAML":         strings.ReplaceAll(yamlList, "\n", "\r\n"),
		"space before":       strings.Repeat(" \r\n", 4000) + jsonOf(t, listOf(objects)),
	}
}

func TestScope(t *testing.T) {
	text := jsonOf(t, listOf(shop()))
	e, err := openText(text, Options{Namespace: "shop"})
	if err != nil {
		t.Fatal(err)
	}
	s := e.Snapshot()
	if s.Namespace != "shop" || len(s.Records) != 3 || len(s.Gaps) != 0 {
		t.Errorf("namespace %q, %d records, gaps %v: want shop, all 3, and not the gap of another namespace", s.Namespace, len(s.Records), s.Gaps)
	}
	broken := snapshot.RecordID{Release: snapshot.ReleaseID{Driver: snapshot.Secrets, Namespace: "desk", Name: "broken"}, Revision: 1}
	ghost := broken
	ghost.Revision = 9
	for range 2 { // once is enough
		if err := e.ReadBodies(context.Background(), []snapshot.RecordID{broken, ghost}); err != nil {
			t.Fatal(err)
		}
	}
	if len(s.Gaps) != 2 || *s.Gaps[0].Record != broken || !strings.HasPrefix(s.Gaps[1].Why, "not in") || *s.Gaps[1].Record != ghost {
		t.Errorf("gaps %+v", s.Gaps)
	}
}

// Nobody knows what other namespaces hold if all records are of one.
func TestRecordsOfOneNamespace(t *testing.T) {
	c := &cast{}
	c.record("Secret", "shop", "blog", 1)
	c.plain("v1", "ConfigMap", "shop", "kube-root-ca.crt")
	e, err := openText(jsonOf(t, listOf(c.objects)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if e.Snapshot().RecordsEverywhere || len(e.Snapshot().Gaps) != 0 {
		t.Errorf("everywhere, or gaps: %v", e.Snapshot().Gaps)
	}
	if err := e.ReadRecords(context.Background(), ""); err != nil {
		t.Fatal(err)
	}
	if s := e.Snapshot(); !s.RecordsEverywhere || !s.RecordsUnread() {
		t.Errorf("it is still lacking, or no gap: %+v", s.Gaps)
	}
}

func TestKindsWithoutObjects(t *testing.T) {
	c := &cast{}
	c.record("Secret", "shop", "blog", 1, `{apiVersion: batch/v1, kind: Job, metadata: {name: x}}`, `{apiVersion: x.io/v1, kind: Policy, metadata: {name: x}}`)
	gapsOf := func(more string) (names []string) {
		s := mustOpen(t, jsonOf(t, listOf(c.objects))+more)
		for _, g := range s.Gaps {
			if g.Kind != nil {
				names = append(names, g.Kind.Name())
			}
		}
		return names
	}
	if diff := cmp.Diff([]string{"jobs.batch", "policies.x.io"}, gapsOf("")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"policies.x.io"}, gapsOf(`{"kind":"JobList","apiVersion":"batch/v1","items":[]}`)); diff != "" {
		t.Errorf("an empty JobList says that there are none (-want +got):\n%s", diff)
	}
}

func TestCanceled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	cancel()
	if _, err := Open(ctx, []string{"-"}, r, Options{}); err != context.Canceled { //nolint:errorlint // exactly it
		t.Errorf("error %v", err)
	}
}
