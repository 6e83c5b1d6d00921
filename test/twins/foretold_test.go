//go:build e2e

package twins

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// judged is what ls says of an object.
type judged struct {
	Metadata struct{ Name, Namespace, UID string }
	Object   struct{ Kind string }
	Hook     struct{ Annotated bool }
	Release  struct{ Name string }
	Verdict  struct {
		Verdict, Reason string
		Prunable        bool
		Guards          []struct{ Guard string }
	}
	// Explanation is what why says besides.
	Explanation []struct{ Fact, Detail string }
}

// says tells whether why said that a test of a release will do something with the object or,
// if a revision is given, a rollback to that. Releases that are not the object's are named.
func (j *judged) says(release string, revision int) bool {
	of := ""
	if j.Release.Name != release {
		of = " of "
	}
	for _, e := range j.Explanation {
		fact := e.Fact
		if of != "" { // whose namespace does not matter here: twins have one of the name each
			before, rest, named := strings.Cut(fact, of)
			name, after, _ := strings.Cut(rest, " ")
			if !named || name[strings.LastIndexByte(name, '/')+1:] != release {
				continue
			}
			fact = strings.TrimSuffix(before+" "+after, " ")
		}
		to, rollback := strings.CutPrefix(fact, "at rollback to ")
		if revision == 0 && fact == "at test" || rollback && slices.ContainsFunc(strings.Split(to, ", "), func(part string) bool {
			var first, last int
			if n, _ := fmt.Sscanf(part, "%d-%d", &first, &last); n == 1 {
				last = first
			}
			return first <= revision && revision <= last
		}) {
			return true
		}
	}
	return false
}

// list is what ls says of a twin's namespaces, by UID.
func (t *twin) list(ctx context.Context) (map[string]judged, error) {
	found := make(map[string]judged)
	for _, space := range t.script.spaces() {
		out, said, code, err := t.plugin(ctx, space, "ls")
		if err != nil {
			return nil, err
		}
		var list struct{ Items []judged }
		if err := json.Unmarshal(out, &list); err != nil || code != 0 {
			return nil, fmt.Errorf("ls ended with %d: %s: %w", code, said, err)
		}
		for i := range list.Items {
			found[list.Items[i].Metadata.UID] = list.Items[i]
		}
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
		for uid := range list {
			if j := list[uid]; j.Hook.Annotated && j.Metadata.Namespace != "" {
				shown[uid] = t.bare(j.Object.Kind, j.Metadata.Namespace, j.Metadata.Name)
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

// final tells whether a reason says that no command of Helm will ever delete the object,
// or none but those that why tells of.
func final(reason string) bool {
	return slices.Contains([]string{"PolicyUnknown", "NeverRunsAgain", "KeptByOutcome", uninstalledRelease, "Dropped", "ReleaseGone"}, reason)
}

const uninstalledRelease = "ReleaseUninstalled"

// reconsidered is what ls said, and why, of those orphans of which why says more: it tells
// which commands run hooks of what is uninstalled.
func (t *twin) reconsidered(ctx context.Context, list map[string]judged, w *world) (map[string]judged, error) {
	more := maps.Clone(list)
	lived := w.byUID()
	for uid := range list {
		j, x := list[uid], lived[uid]
		if x == nil || j.Verdict.Verdict != "orphan" || j.Verdict.Reason != uninstalledRelease {
			continue
		}
		said, err := t.why(ctx, &j)
		if err != nil {
			return nil, err
		}
		more[uid] = *said
	}
	return more, nil
}

// why is what the plugin says of one object when it is asked.
func (t *twin) why(ctx context.Context, j *judged) (*judged, error) {
	for _, space := range t.script.spaces() {
		if ns := j.Metadata.Namespace; ns != "" && ns != t.space(space) {
			continue
		}
		out, said, code, err := t.plugin(ctx, space, "why", j.Object.Kind+"/"+j.Metadata.Name)
		if err != nil {
			return nil, err
		}
		var list struct{ Items []judged }
		if err := json.Unmarshal(out, &list); err != nil || code != 0 {
			return nil, fmt.Errorf("why %s/%s ended with %d: %s: %w", j.Object.Kind, j.Metadata.Name, code, said, err)
		}
		for i := range list.Items {
			if list.Items[i].Metadata.UID == j.Metadata.UID {
				return &list.Items[i], nil
			}
		}
		return j, nil // it has gone since
	}
	return j, nil
}

// foretold holds that what a command deleted by itself was not called an orphan for a
// reason by which no command would. Only what the command itself brought may differ: a
// chart or a revision that declares the object in another way than the last record did.
func foretold(o *op, revision int, release string, list map[string]judged, before, after *world) []fault {
	lived, lives := before.byUID(), after.byUID()
	was, is := before.declared(release), after.declared(release)
	anew := len(was) == 0 || before.status(release) == "uninstalled"
	var faults []fault
	for uid := range list {
		j, x := list[uid], lived[uid]
		if j.Verdict.Verdict != "orphan" || !final(j.Verdict.Reason) || x == nil || lives[uid] != nil {
			continue
		}
		if x.GetKind() == "Thing" && before.defines() && !after.defines() { // with its definition go all that it defines
			continue
		}
		key := x.declaredAs(before.twin)
		brought := is[key] != "" && (is[key] != was[key] || anew)
		switch {
		case j.Verdict.Reason == uninstalledRelease && o.Do == doTest:
			brought = j.says(release, 0)
		case j.Verdict.Reason == uninstalledRelease && o.Do == doRollback:
			brought = j.says(release, revision)
		case o.Do == doTest || o.Do == doUninstall: // which bring nothing
			brought = false
		}
		if !brought {
			faults = append(faults, fault{"foretold " + j.Verdict.Reason, fmt.Sprintf("%s deleted %s", o.Do, x.key)})
		}
	}
	return faults
}

// defines tells whether the world has the definition of custom resources.
func (w *world) defines() bool {
	return slices.ContainsFunc(slices.Collect(maps.Values(w.things)), func(x *thing) bool {
		return x.GetKind() == "CustomResourceDefinition" && !x.deleting()
	})
}
