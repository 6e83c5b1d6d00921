package render_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/render"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

func TestGaps(t *testing.T) {
	gaps := []snapshot.Gap{
		{What: "secrets", Namespace: "shop", Why: "forbidden"},
		{What: "API group metrics.k8s.io/v1beta1", Why: "the server is currently unable to handle the request"},
		{What: "configmaps", Namespace: "shop", Why: "forbidden"},
		{What: "secrets", Namespace: "shop", Why: "forbidden"},
		{What: "nodes", Why: "forbidden"},
		{What: "secrets", Namespace: "desk", Why: "timed out"},
	}
	for i := range 7 {
		gaps = append(gaps, snapshot.Gap{What: fmt.Sprintf("kind-%d", i), Why: "timed out"})
	}
	var b bytes.Buffer
	if err := render.Gaps(&b, gaps); err != nil {
		t.Fatal(err)
	}
	golden(t, "gaps.txt", b.Bytes())
}

// Two gaps that read alike are one warning, whatever they hide.
func TestGapsOnce(t *testing.T) {
	jobs, record := &snapshot.Kind{Resource: "jobs"}, &snapshot.RecordID{Revision: 1}
	gaps := []snapshot.Gap{{What: "jobs"}, {What: "jobs", Witnesses: true, Kind: jobs}, {What: "jobs", Users: true, Kind: jobs}}
	gaps = append(gaps, snapshot.Gap{What: "jobs", Manifest: record}, snapshot.Gap{What: "jobs", Manifest: &snapshot.RecordID{Revision: 1}})
	for i := range gaps {
		gaps[i].Namespace, gaps[i].Why = "shop", "forbidden"
	}
	var b bytes.Buffer
	if err := render.Gaps(&b, gaps); err != nil {
		t.Fatal(err)
	}
	if want := "warning: cannot read jobs in namespace \"shop\" (forbidden): what depends on it stays unknown\n"; b.String() != want {
		t.Errorf("wrote %q, want %q", b.String(), want)
	}
}

func TestNoGapsNoOutput(t *testing.T) {
	var b bytes.Buffer
	if err := render.Gaps(&b, nil); err != nil || b.Len() != 0 {
		t.Errorf("wrote %q, error %v; want nothing", b.String(), err)
	}
}

type brokenPipe struct{}

var errBroken = errors.New("broken pipe")

func (brokenPipe) Write([]byte) (int, error) { return 0, errBroken }

func TestGapsPassWriteErrorsOn(t *testing.T) {
	if err := render.Gaps(brokenPipe{}, []snapshot.Gap{{What: "secrets", Why: "forbidden"}}); !errors.Is(err, errBroken) {
		t.Errorf("error is %v, want the writer's", err)
	}
}

// However many records are broken, each in its own way, the warnings stay few.
func TestGapsAreBounded(t *testing.T) {
	var gaps []snapshot.Gap
	for i := range 10_000 {
		gaps = append(gaps, snapshot.Gap{What: fmt.Sprintf("record %d", i), Why: fmt.Sprintf("broken in way %d", i)})
	}
	var b bytes.Buffer
	if err := render.Gaps(&b, gaps); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	if len(lines) != 21 || !strings.Contains(lines[20], "for 9980 other reasons") {
		t.Errorf("%d lines, the last is %q", len(lines), lines[len(lines)-1])
	}
}
