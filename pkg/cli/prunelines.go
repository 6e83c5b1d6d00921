package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/prune"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/render"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// formatLines is for log collectors: a JSON object in each line, and a summary at the
// end of every run, also of one that failed.
const formatLines = "jsonl"

// pruneLines writes what happens line by line.
type pruneLines struct {
	w   io.Writer
	now func() time.Time
	// planned are those of which no line tells yet what became of them.
	planned []prune.Item
	summary render.PruneSummary
}

func newPruneLines(w io.Writer) *pruneLines {
	return &pruneLines{w: w, now: time.Now, summary: render.PruneSummary{Outcomes: make(map[prune.Outcome]int)}}
}

// write writes a line at once, so that none is lost with those after it.
func (l *pruneLines) write(v any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return err
	}
	if _, err := l.w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("cannot write the output: %w", err)
	}
	return nil
}

func (l *pruneLines) object(line render.PruneLine) error {
	l.summary.Outcomes[line.Outcome]++
	return l.write(line)
}

func (l *pruneLines) gaps(gaps []snapshot.Gap) error {
	for _, line := range render.GapLines(gaps, l.now()) {
		l.summary.Gaps++
		if err := l.write(line); err != nil {
			return err
		}
	}
	return nil
}

// plan tells what is left alone. What is planned waits for what becomes of it.
func (l *pruneLines) plan(p *prune.Plan) error {
	l.planned, l.summary.Cluster = p.Items, p.Cluster
	for i := range p.Left {
		if err := l.object(render.LeftLine(&p.Left[i], l.now())); err != nil {
			return err
		}
	}
	return nil
}

func (l *pruneLines) report(r *prune.Report) error {
	l.planned, l.summary.Backup = nil, r.Backup
	for i := range r.Items {
		if err := l.object(render.ResultLine(&r.Items[i], l.now())); err != nil {
			return err
		}
	}
	return nil
}

// end tells of what was planned and not begun, and closes with the summary.
func (l *pruneLines) end(code int, err error) error {
	for _, i := range l.planned {
		if err := l.object(render.PlannedLine(i, l.now())); err != nil {
			return err
		}
	}
	l.summary.ExitCode = code
	switch message := messageOf(err); {
	case code == ExitInterrupted:
		l.summary.Error = interrupted
	case message != "":
		l.summary.Error = message
	case code == ExitFailed:
		l.summary.Error = "not all that was planned is gone"
	}
	return l.write(l.summary.Clean(l.now()))
}

// complain says what an exit code stands for.
func (o *pruneOptions) complain(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	fmt.Fprintf(o.streams.ErrOut, "error: %s\n", text)
	if o.lines != nil {
		o.lines.summary.Error = text
	}
}

// runInLines runs, and has the last word whatever happened.
func (o *pruneOptions) runInLines(ctx context.Context) error {
	o.lines = newPruneLines(o.streams.Out)
	s := &o.lines.summary
	s.DryRun, s.Namespace, s.Context = o.dryRun, o.scope.Namespace, o.context
	err := o.carryOut(ctx)
	if failed := o.lines.end(exitCode(ctx, err), err); failed != nil && err == nil {
		return failed
	}
	return err
}
