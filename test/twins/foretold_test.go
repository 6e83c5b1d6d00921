//go:build e2e

package twins

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// judged is what ls says of an object.
type judged struct {
	Metadata struct{ Name, Namespace, UID string }
	Object   struct{ Kind string }
	Hook     struct{ Annotated bool }
	Verdict  struct{ Verdict, Reason string }
	Release  struct{ Name string }
}

// list is what ls says of a twin, by UID.
func (t *twin) list(ctx context.Context) (map[string]judged, error) {
	out, said, code, err := t.plugin(ctx, "ls")
	if err != nil {
		return nil, err
	}
	var list struct{ Items []judged }
	if err := json.Unmarshal(out, &list); err != nil || code != 0 {
		return nil, fmt.Errorf("ls ended with %d: %s: %w", code, said, err)
	}
	found := make(map[string]judged)
	for _, i := range list.Items {
		found[i.Metadata.UID] = i
	}
	return found, nil
}

// listed is what ls says, and whether that is all there is: what a scan of everything
// finds. Objects may come and go in between, so it looks more than once.
func (t *twin) listed(ctx context.Context) (map[string]judged, *world, []fault, error) {
	for end := time.Now().Add(5 * time.Second); ; {
		before, err := t.look(ctx)
		if err != nil {
			return nil, nil, nil, err
		}
		list, err := t.list(ctx)
		if err != nil {
			return nil, nil, nil, err
		}
		shown := make(map[string]string)
		for uid, j := range list {
			if j.Hook.Annotated && j.Metadata.Namespace == t.namespace {
				shown[uid] = j.Object.Kind + "/" + j.Metadata.Name
			}
		}
		switch {
		case maps.Equal(before.hooks, shown):
			return list, before, nil, nil
		case time.Now().After(end):
			return list, before, []fault{{"ls", fmt.Sprintf("a scan finds %v, ls %v", before.hooks, shown)}}, nil
		}
	}
}

// reasons that say that no command of Helm will ever delete the object.
func final(reason string) bool {
	return slices.Contains([]string{"PolicyUnknown", "NeverRunsAgain", "KeptByOutcome", "ReleaseUninstalled", "Dropped", "ReleaseGone"}, reason)
}

// foretold holds that what a command deleted by itself was not called an orphan for a
// reason by which no command would. Only what the command itself brought may differ: a
// chart or a revision that declares the object in another way than the last record did.
func foretold(o *op, release string, list map[string]judged, before, after *world) []fault {
	live := make(map[string]bool)
	for _, x := range after.things {
		live[string(x.GetUID())] = true
	}
	was, is := before.declared(release), after.declared(release)
	anew := len(was) == 0 || before.status(release) == "uninstalled"
	var faults []fault
	for uid, j := range list {
		if j.Verdict.Verdict != "orphan" || !final(j.Verdict.Reason) || live[uid] {
			continue
		}
		key := j.Object.Kind + "/" + j.Metadata.Name
		brought := is[key] != "" && (is[key] != was[key] || anew)
		if o.Do == doTest || o.Do == doUninstall || !brought {
			faults = append(faults, fault{"foretold " + j.Verdict.Reason, fmt.Sprintf("%s deleted %s", o.Do, key)})
		}
	}
	return faults
}

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
		r := w.records[fmt.Sprintf("sh.helm.release.v1.%s.v%d", release, n)]
		newest = &r
	}
	return newest
}

// revisions are those of a release that are stored, the oldest first.
func (w *world) revisions(release string) []int {
	var all []int
	for name := range w.records {
		var n int
		if tail, ok := strings.CutPrefix(name, "sh.helm.release.v1."+release+".v"); ok {
			if _, err := fmt.Sscanf(tail, "%d", &n); err == nil {
				all = append(all, n)
			}
		}
	}
	slices.Sort(all)
	return all
}

// declared are the hooks in a release's newest record, by kind and name.
func (w *world) declared(release string) map[string]string {
	found := make(map[string]string)
	r := w.newest(release)
	if r == nil {
		return found
	}
	text, _, _ := unstructured.NestedString(r.Object, "data", "release")
	body, err := recordBody(text)
	if err != nil {
		return map[string]string{"error": err.Error()}
	}
	for _, h := range body.Hooks {
		found[h.Kind+"/"+h.Name] = h.Manifest
	}
	return found
}

// stored is what is read of a record.
type stored struct {
	Hooks []struct{ Name, Kind, Manifest string }
}

// recordBody decodes a record as the API server shows it.
func recordBody(text string) (*stored, error) {
	data := []byte(text)
	for range 2 { // a Secret's value, and Helm's own
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
