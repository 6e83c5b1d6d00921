package render_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/cli-runtime/pkg/printers"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/render"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

func TestClean(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"", ""},
		{"guestbook-redis-backup-1", "guestbook-redis-backup-1"},
		{"Grüße, 世界 ½ 🚀", "Grüße, 世界 ½ 🚀"},
		{"\x1b[31mred\x1b[0m", `\u001b[31mred\u001b[0m`},
		{"a\nb\r\tc\x00\x07\x7f", `a\u000ab\u000d\u0009c\u0000\u0007\u007f`},
		{"\u009b31m", `\u009b31m`},
		{"a\u202eb\u2066c\u200fd\u061c", `a\u202eb\u2066c\u200fd\u061c`},
		{"\ufeff\u200b\u2028\u2029\u00a0\u00ad", `\ufeff\u200b\u2028\u2029\u00a0\u00ad`},
		{"\U000e0041", `\U000e0041`},
		{"\xff\xc3(", `\xff\xc3(`},
		{"\ufffd", "\ufffd"}, // somebody wrote just this
		{"\xed\xa0\x80", `\xed\xa0\x80`},
		{strings.Repeat("a", 512), strings.Repeat("a", 512)},
		{strings.Repeat("a", 513), strings.Repeat("a", 512) + "…"},
		{strings.Repeat("a", 511) + "世界", strings.Repeat("a", 511) + "世…"}, // cut between letters
		{strings.Repeat("a", 511) + "\xff\xff", strings.Repeat("a", 511) + `\xff…`},
		{strings.Repeat("\x80", 600), strings.Repeat(`\x80`, 128) + "…"},
	} {
		if got := render.Clean(tt.in); got != tt.want {
			t.Errorf("Clean(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range hostileTexts() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := render.Clean(s)
		wantHarmless(t, "Clean", got)
		if len(got) > 600 {
			t.Errorf("Clean of %d bytes has %d", len(s), len(got))
		}
		if again := render.Clean(got); len(got) <= 512 && again != got {
			t.Errorf("Clean(%q) = %q, and of that %q", s, got, again)
		}
	})
}

func hostileTexts() []string {
	return []string{
		"\x1b]0;title\x07\x1b[2J", "\u009b31m", "a\u202eb\u2066", "line\nline\r\n\tline", "\xff\xfe\xc0\x80", "\u2028\u2029\ufeff",
		`"quoted" \ <b>&amp;`, "\U000e0041", "%s%n%!d", strings.Repeat("\x1b", 300<<10), strings.Repeat("é", 150<<10),
	}
}

// hostileWorld has the text in every string that anybody could have chosen,
// also by handing in a made-up snapshot.
func hostileWorld(s string) *snapshot.Snapshot {
	everything := snapshot.Object{
		APIVersion: s, Kind: s, Namespace: s, Name: s, GenerateName: s, UID: s, ResourceVersion: s,
		Labels: map[string]string{s: s, "app.kubernetes.io/instance": s}, Author: s,
		Annotations: map[string]string{
			hook.Annotation: s + "," + s + "x,test", hook.WeightAnnotation: s, hook.DeletePolicyAnnotation: s + ",hook-failed," + s + "x",
			hook.ResourcePolicyAnnotation: s, hook.IgnoredWeightAnnotation: s,
			"meta.helm.sh/release-name": s, "meta.helm.sh/release-namespace": s,
		},
		Owners: []snapshot.Owner{{Kind: s, Name: s, UID: s, Controller: true}},
	}
	running := everything
	running.APIVersion, running.Kind, running.Name, running.UID = "batch/v1", "Job", s+"2", s+"2"
	running.Run = &snapshot.Run{Phase: snapshot.RunPhase(s), Finished: now}
	declared := running
	declared.Annotations, declared.Labels, declared.Name = nil, nil, s+"3"
	grouped := declared
	grouped.APIVersion, grouped.Name = s+"/"+s, s+"4"
	id := snapshot.ReleaseID{Driver: snapshot.Driver(s), Namespace: s, Name: s}
	return &snapshot.Snapshot{
		Time: now, RecordsEverywhere: true,
		Objects: []snapshot.Object{everything, running, declared, grouped},
		Records: []snapshot.Record{{
			RecordID: snapshot.RecordID{Release: id, Revision: 1}, Status: release.Status(s),
			Body: &release.Body{
				Name: s, Namespace: s, Revision: 1, Chart: release.Chart{Name: s, Version: s},
				Hooks: []release.Hook{{
					Objects: []release.Ref{{Kind: "Job", Namespace: s, Name: s + "3"}},
					Declared: hook.Declaration{
						Events: []hook.Event{hook.Event(s)}, UnknownEvents: []string{s}, IgnoredWeight: s, ResourcePolicy: s, Keep: true,
						Policy: hook.Policy{Set: true, Words: []hook.DeletePolicy{hook.DeletePolicy(s)}},
					},
				}, {
					Objects: []release.Ref{{Kind: s, Namespace: s, Name: s}},
				}},
			},
		}},
		Gaps: []snapshot.Gap{{What: s, Namespace: s, Why: s}, {What: s + "2", Namespace: s, Why: s}},
	}
}

// wantHarmless wants printable runes only; texts of several lines are for others.
func wantHarmless(t *testing.T, where, text string) {
	t.Helper()
	if !utf8.ValidString(text) {
		t.Errorf("%s: invalid UTF-8: %.200q", where, text)
	}
	for _, r := range text {
		if !unicode.IsPrint(r) {
			t.Errorf("%s: %U gets through: %.200q", where, r, text)
			return
		}
	}
}

// wantHarmlessLines also wants the number of lines that there would be of
// harmless texts, unless that is 0.
func wantHarmlessLines(t *testing.T, where string, text []byte, lines int) {
	t.Helper()
	wantHarmless(t, where, strings.ReplaceAll(string(text), "\n", ""))
	if got := bytes.Count(text, []byte("\n")); lines > 0 && got != lines {
		t.Errorf("%s: %d lines, want %d: %.300q", where, got, lines, text)
	}
	if len(text) > 512<<10 {
		t.Errorf("%s: %d bytes", where, len(text))
	}
}

func TestNothingHostileGetsThrough(t *testing.T) {
	for _, s := range hostileTexts() {
		snap := hostileWorld(s)
		findings, _ := verdict.Judge(snap, verdict.Options{})
		for _, o := range []render.TableOptions{{Now: now}, {Now: now, Wide: true}, {Now: now, Width: 80}, {Now: now.Add(time.Hour), Width: 10_000}} {
			table := render.Table(findings, o)
			for _, row := range table.Rows {
				for i, cell := range row.Cells {
					text, ok := cell.(string)
					if !ok {
						t.Fatalf("a cell is %T", cell)
					}
					wantHarmless(t, "column "+table.ColumnDefinitions[i].Name, text)
				}
			}
			wantHarmlessLines(t, "table", printed(t, table, o.Wide), len(findings)+1)
		}

		list := render.List(findings)
		unstructured, err := render.Unstructured(list)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(list)
		if err != nil {
			t.Fatal(err)
		}
		var parsed any
		if err := json.Unmarshal(text, &parsed); err != nil {
			t.Fatal(err)
		}
		eachString(parsed, func(s string) { wantHarmless(t, "a string in JSON", s) })
		for name, p := range map[string]printers.ResourcePrinter{"JSON": &printers.JSONPrinter{}, "YAML": &printers.YAMLPrinter{}} {
			var b bytes.Buffer
			if err := p.PrintObj(unstructured, &b); err != nil {
				t.Fatal(err)
			}
			wantHarmlessLines(t, name, b.Bytes(), 0)
		}
		wantHarmlessLines(t, "names", namesOf(t, slices.Collect(render.Live(findings))), len(findings))

		var gaps bytes.Buffer
		if err := render.Gaps(&gaps, snap.Gaps); err != nil {
			t.Fatal(err)
		}
		wantHarmlessLines(t, "gaps", gaps.Bytes(), 1)
	}
}

func namesOf(t *testing.T, objects []runtime.Object) []byte {
	t.Helper()
	var b bytes.Buffer
	for _, o := range objects {
		if err := (&printers.NamePrinter{}).PrintObj(o, &b); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

func eachString(v any, visit func(string)) {
	switch v := v.(type) {
	case string:
		visit(v)
	case []any:
		for _, item := range v {
			eachString(item, visit)
		}
	case map[string]any:
		for k, item := range v {
			visit(k)
			eachString(item, visit)
		}
	}
}
