//go:build e2e

package verdicts

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// eachWant runs a test for every object of every scene, in the judgings.
func eachWant(t *testing.T, outputs map[judging]output, test func(t *testing.T, j judging, major int, key string, w want, f finding)) {
	t.Helper()
	for _, j := range []judging{whenStale, whenFresh, whenYoung, whenLate} {
		found, err := outputs[j].findings()
		if err != nil {
			t.Errorf("%s: %v", j, err)
			continue
		}
		for _, s := range scenes() {
			for _, major := range s.helms {
				for key, w := range s.want[j] {
					name := objectID(namespaceOf(s, major), key)
					t.Run(fmt.Sprintf("%s/%s/%s", strings.ReplaceAll(string(j), " ", "-"), namespaceOf(s, major), key), func(t *testing.T) {
						f, ok := find(found, name)
						if ok == w.absent {
							t.Errorf("ls shows %s: %t", name, ok)
						}
						if ok && !w.absent {
							test(t, j, major, key, w, f)
						}
					})
				}
			}
		}
	}
}

// objectID is kind/namespace/name of a key in a scene's wants.
func objectID(namespace, key string) string {
	parts := strings.Split(strings.ReplaceAll(key, "{ns}", namespace), "/")
	if len(parts) == 2 {
		parts = []string{parts[0], namespace, parts[1]}
	}
	return strings.Join(parts, "/")
}

// find also finds names of which only the start is known, which end in a star.
func find(found map[string]finding, id string) (finding, bool) {
	start, open := strings.CutSuffix(id, "*")
	if !open {
		f, ok := found[id]
		return f, ok
	}
	for name, f := range found {
		if strings.HasPrefix(name, start) {
			return f, true
		}
	}
	return finding{}, false
}

// TestScenesWerePlayed: Helm has made what the scenes are about, and it looks as they
// tell. Without that, no verdict on it means anything.
func TestScenesWerePlayed(t *testing.T) {
	eachWant(t, stage.shown, func(t *testing.T, _ judging, _ int, key string, w want, f finding) {
		status := w.status
		if status == "" {
			status = "Present"
			if strings.HasPrefix(key, "Job/") || strings.HasPrefix(key, "Pod/") {
				status = "Succeeded"
			}
		}
		if f.Status.State != status {
			t.Errorf("it is %s, and was to be %s", f.Status.State, status)
		}
		recorded := f.Release != nil && f.Release.Attribution == "record"
		if recorded != (w.attribution == "") {
			t.Errorf("a record declares it: %t", recorded)
		}
	})
}

// TestNothingIsMissing: only the late scenes make gaps.
func TestNothingIsMissing(t *testing.T) {
	for j, o := range stage.judged {
		late := j == whenLate && slices.ContainsFunc(scenes(), func(s scene) bool { return s.late })
		if o.code != 0 || (o.stderr != "") != late {
			t.Errorf("%s: exit code %d, stderr:\n%s", j, o.code, o.stderr)
		}
	}
}

// TestBlocksAreReal: what is said to block did so when Helm ran again, and what is
// not said to did not.
func TestBlocksAreReal(t *testing.T) {
	for namespace, err := range stage.after {
		if err != nil {
			t.Errorf("%s: %v", namespace, err)
		}
	}
}

func TestVerdicts(t *testing.T) {
	eachWant(t, stage.judged, func(t *testing.T, _ judging, major int, _ string, w want, f finding) {
		if diff := cmp.Diff(expected(w, major), said(f)); diff != "" {
			t.Errorf("verdict (-want +got):\n%s", diff)
		}
		attribution := "nothing"
		if f.Release != nil {
			attribution = f.Release.Attribution
		}
		if !attributedAs(w, attribution) {
			t.Errorf("attributed by %s, want %q", attribution, w.attribution)
		}
		for _, g := range f.Verdict.Guards {
			if g.Why == "" {
				t.Errorf("the guard %s does not say why", g.Guard)
			}
		}
	})
}

func attributedAs(w want, attribution string) bool {
	switch w.attribution {
	case "":
		return attribution == "record"
	case byNoRecord:
		return attribution == "nothing" || attribution == "name"
	default:
		return attribution == w.attribution
	}
}

// told is a verdict in a form to compare.
type told struct {
	Verdict, Reason, Guards, Blocks string
	Prunable, Leaks                 bool
}

func expected(w want, major int) told {
	verdict := reasons()[w.reason]
	return told{
		Verdict: verdict, Reason: w.reason, Guards: w.guards, Blocks: w.blocks[major],
		Prunable: verdict == "orphan" && w.guards == "", Leaks: w.leaks || w.reason == "AwaitsNextRun",
	}
}

func said(f finding) told {
	var guards, blocks []string
	for _, g := range f.Verdict.Guards {
		guards = append(guards, g.Guard)
	}
	for _, b := range f.Verdict.Blocks {
		blocks = append(blocks, b.Phase+":"+b.How)
	}
	slices.Sort(guards)
	slices.Sort(blocks)
	return told{
		Verdict: f.Verdict.Verdict, Reason: f.Verdict.Reason, Guards: strings.Join(guards, " "),
		Blocks: strings.Join(blocks, " "), Prunable: f.Verdict.Prunable, Leaks: f.Verdict.Leaks,
	}
}
