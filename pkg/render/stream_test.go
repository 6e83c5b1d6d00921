package render_test

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/cli-runtime/pkg/printers"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/render"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// formats are ours, and kubectl's printers of the same.
func formats() map[string]struct {
	write   func(io.Writer, []verdict.Finding) error
	printer func() printers.ResourcePrinter
} {
	type format = struct {
		write   func(io.Writer, []verdict.Finding) error
		printer func() printers.ResourcePrinter
	}
	return map[string]format{
		"json": {render.WriteJSON, func() printers.ResourcePrinter { return &printers.JSONPrinter{} }},
		"yaml": {render.WriteYAML, func() printers.ResourcePrinter { return &printers.YAMLPrinter{} }},
	}
}

// What is written object by object is, byte for byte, what kubectl prints of the list.
func TestStreamsAreWhatKubectlPrints(t *testing.T) {
	long := strings.Repeat("a long text that is folded ", 20)
	for what, findings := range map[string][]verdict.Finding{
		"none": nil, "one": judged(t, world())[:1], "all": judged(t, world()), "many": many(t, 70), "declared": {{Object: &snapshot.Object{Kind: "Job", Name: "a"}}},
		"hostile": judged(t, hostileWorld("\x1b[31m\u009b\u202e\n\xff\u2028é<&>: - '\"[]items")),
		"long":    judged(t, hostileWorld(long)), "breaks": judged(t, hostileWorld("a\n\n  b: c\n"+long+"\n# d")),
	} {
		for name, f := range formats() {
			list, err := render.Unstructured(render.List(findings))
			if err != nil {
				t.Fatal(err)
			}
			var want, got bytes.Buffer
			if err := f.printer().PrintObj(list, &want); err != nil {
				t.Fatal(err)
			}
			if err := f.write(&got, findings); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want.String(), got.String()); diff != "" {
				t.Errorf("%s as %s (-kubectl +ours):\n%s", what, name, diff)
			}
		}
	}
}

// many are as many findings as asked for.
func many(tb testing.TB, n int) []verdict.Finding {
	tb.Helper()
	s := &snapshot.Snapshot{Time: now, Objects: make([]snapshot.Object, 0, n)}
	for i := range n {
		o := object("v1", "ConfigMap", "shop", fmt.Sprintf("left-%d", i), now, hooked("pre-install", "none"))
		o.Labels = map[string]string{"app.kubernetes.io/instance": "gone", "app.kubernetes.io/managed-by": "Helm"}
		s.Objects = append(s.Objects, o)
	}
	complete(s)
	findings, _ := verdict.Judge(s, verdict.Options{})
	if len(findings) != n {
		tb.Fatalf("%d findings, want %d", len(findings), n)
	}
	return findings
}

// largest is the largest part that was written at once.
type largest struct{ n int }

func (l *largest) Write(p []byte) (int, error) {
	l.n = max(l.n, len(p))
	return len(p), nil
}

// A list is never held as a whole: what is written at once, and what is allocated for
// each object, does not depend on how many there are.
func TestStreamsHoldFewObjects(t *testing.T) {
	few, more := many(t, 64), many(t, 512)
	for name, f := range formats() {
		var small, large largest
		cost := func(findings []verdict.Finding, w io.Writer) float64 {
			return testing.AllocsPerRun(2, func() {
				if err := f.write(w, findings); err != nil {
					t.Fatal(err)
				}
			}) / float64(len(findings))
		}
		a, b := cost(few, &small), cost(more, &large)
		if b > a*1.1 {
			t.Errorf("%s: %.0f allocations for each of 512 objects, and %.0f for each of 64", name, b, a)
		}
		if large.n > small.n+1000 {
			t.Errorf("%s: %d bytes at once for 512 objects, and %d for 64", name, large.n, small.n)
		}
	}
}

func BenchmarkPrint(b *testing.B) {
	findings := many(b, 1000)
	for _, name := range []string{"json", "yaml"} {
		b.Run(name, func(b *testing.B) {
			var size counter
			if err := formats()[name].write(&size, findings); err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				if err := formats()[name].write(io.Discard, findings); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("table", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			table := render.Table(findings, render.TableOptions{Now: now})
			if err := printers.NewTablePrinter(printers.PrintOptions{}).PrintObj(table, io.Discard); err != nil {
				b.Fatal(err)
			}
		}
	})
}

type counter int

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
