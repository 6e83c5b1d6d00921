//go:build e2e

package twins

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// status is that of a release's newest record.
func (w *world) status(release string) string {
	if r := w.newest(release); r != nil {
		return r.GetLabels()["status"]
	}
	return ""
}

func (w *world) newest(release string) *unstructured.Unstructured {
	var newest *unstructured.Unstructured
	for _, n := range w.revisions(release) {
		r := w.records[fmt.Sprintf("%s%s.v%d", recordName, release, n)]
		newest = &r
	}
	return newest
}

// revisions are those of a release that are stored, the oldest first.
func (w *world) revisions(release string) []int {
	var all []int
	for name := range w.records {
		var n int
		if tail, ok := strings.CutPrefix(name, recordName+release+".v"); ok {
			if _, err := fmt.Sscanf(tail, "%d", &n); err == nil {
				all = append(all, n)
			}
		}
	}
	slices.Sort(all)
	return all
}

// declared are the hooks in a release's newest record, as both twins call them.
func (w *world) declared(release string) map[string]string {
	found := make(map[string]string)
	r := w.newest(release)
	if r == nil {
		return found
	}
	body, err := recordBody(r)
	if err != nil {
		return map[string]string{"error": err.Error()}
	}
	for i := range body.Hooks {
		for _, key := range w.objectsOf(body.Hooks[i].Manifest, r.GetNamespace()) {
			found[key] = body.Hooks[i].Manifest
		}
	}
	return found
}

// objectsOf are those that a hook's manifest declares, as both twins call them.
func (w *world) objectsOf(manifest, namespace string) []string {
	var keys []string
	for _, x := range declaredBy(manifest, namespace) {
		keys = append(keys, x.declaredAs(w.twin))
	}
	return keys
}

// declaredBy are the objects that a manifest declares: one, or a List's.
func declaredBy(manifest, namespace string) []thing {
	var o unstructured.Unstructured
	if err := yaml.Unmarshal([]byte(manifest), &o.Object); err != nil {
		return nil
	}
	all := []unstructured.Unstructured{o}
	if o.IsList() {
		list, err := o.ToList()
		if err != nil {
			return nil
		}
		all = list.Items
	}
	var found []thing
	for i := range all {
		x := thing{Unstructured: all[i]}
		if x.GetNamespace() == "" {
			x.SetNamespace(namespace)
		}
		found = append(found, x)
	}
	return found
}

// history is what is stored of releases: their revisions, and how each one's hooks ended.
func (w *world) history() string {
	var all []string
	for name, r := range w.records {
		text := fmt.Sprintf("%s in %s %s", strings.TrimPrefix(name, recordName), r.GetNamespace(), r.GetLabels()["status"])
		body, err := recordBody(&r)
		if err != nil {
			text += " " + err.Error()
		} else {
			for i := range body.Hooks {
				h := &body.Hooks[i]
				text += fmt.Sprintf(" %s/%s:%s", h.Kind, h.Name, h.LastRun.Phase)
			}
		}
		all = append(all, w.twin.plain(text))
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

// stored is what is read of a record.
type stored struct {
	Manifest string
	Hooks    []struct {
		Name, Kind, Manifest string
		LastRun              struct{ Phase string } `json:"last_run"`
	}
}

// recordBody decodes a record as the API server shows it.
func recordBody(r *unstructured.Unstructured) (*stored, error) {
	text, _, _ := unstructured.NestedString(r.Object, "data", "release")
	data, layers := []byte(text), 2 // a Secret's value, and Helm's own
	if r.GetKind() == "ConfigMap" {
		layers = 1
	}
	for range layers {
		decoded, err := base64.StdEncoding.AppendDecode(nil, data)
		if err != nil {
			return nil, err
		}
		data = decoded
	}
	unzipped, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	s := new(stored)
	return s, json.NewDecoder(unzipped).Decode(s)
}
