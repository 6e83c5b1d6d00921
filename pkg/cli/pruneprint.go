package cli

import (
	"encoding/json"
	"fmt"
	"io"

	"sigs.k8s.io/yaml"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/prune"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/render"
)

// previewGaps tells what could not be read.
func (o *pruneOptions) previewGaps(j *judged) error {
	if o.lines == nil {
		return render.Gaps(o.streams.ErrOut, j.snap.Gaps)
	}
	o.lines.summary.Judged = len(j.findings)
	return o.lines.gaps(j.snap.Gaps)
}

// preview shows what is planned. Programs are shown the plan itself if it is not
// carried out, and only the report else.
func (o *pruneOptions) preview(plan *prune.Plan) error {
	carriedOut := o.dryRun != dryClient && len(plan.Items) > 0
	switch o.format {
	case formatJSON, formatYAML:
		if carriedOut {
			return nil
		}
		return printDocument(o.streams.Out, o.format, render.CleanPlan(plan))
	case formatName:
		if carriedOut {
			return nil
		}
		return render.PlanNames(o.streams.Out, plan)
	case formatLines:
		return o.lines.plan(plan)
	}
	if err := render.Preview(o.streams.Out, plan); err != nil {
		return err
	}
	_, err := fmt.Fprintln(o.streams.ErrOut, render.PlanSummary(plan))
	return err
}

// report tells what was done.
func (o *pruneOptions) report(r *prune.Report) error {
	if o.lines != nil {
		return o.lines.report(r)
	}
	var err error
	switch o.format {
	case formatJSON, formatYAML:
		err = printDocument(o.streams.Out, o.format, render.CleanReport(r))
	case formatName:
		err = render.ReportNames(o.streams.Out, r)
	default:
		err = render.Report(o.streams.Out, r)
	}
	if err != nil {
		return err
	}
	if r.Backup != "" {
		fmt.Fprintf(o.streams.ErrOut, "saved in %s; put supporting objects back with: kubectl helmhooks restore %s\n",
			render.Clean(r.Backup), render.Clean(r.Backup))
	}
	_, err = fmt.Fprintln(o.streams.ErrOut, render.ReportSummary(r))
	return err
}

// printDocument prints one object as JSON or YAML.
func printDocument(w io.Writer, format string, v any) error {
	text, err := json.MarshalIndent(v, "", "    ")
	if err == nil && format == formatYAML {
		text, err = yaml.JSONToYAML(text)
	} else {
		text = append(text, '\n')
	}
	if err != nil {
		return err
	}
	if _, err = w.Write(text); err != nil {
		return fmt.Errorf("cannot write the output: %w", err)
	}
	return nil
}
