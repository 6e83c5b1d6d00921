package cli

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"
	"k8s.io/cli-runtime/pkg/printers"
	"k8s.io/kubectl/pkg/cmd/get"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/render"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// printFlags are kubectl's own flags for output.
type printFlags struct{ kubectl *get.PrintFlags }

func newPrintFlags() *printFlags { return &printFlags{kubectl: get.NewGetPrintFlags()} }

func (f *printFlags) addFlags(cmd *cobra.Command) {
	cmd.Flags().StringVarP(f.kubectl.OutputFormat, "output", "o", "", fmt.Sprintf("Output format. One of: (%s)", formats()))
	cmd.Flags().BoolVar(f.kubectl.NoHeaders, "no-headers", false, "Print no headers in tables")
}

func formats() string {
	return strings.Join([]string{"wide", "json", "yaml", "name"}, ", ")
}

// printer prints findings in one format.
type printer struct {
	format  string
	objects printers.ResourcePrinter
}

func (f *printFlags) printer() (*printer, error) {
	p := &printer{format: *f.kubectl.OutputFormat}
	var err error
	if p.objects, err = f.kubectl.ToPrinter(); err != nil {
		return nil, fmt.Errorf("--output %q is not a format of ls; use one of: %s", p.format, formats())
	}
	return p, nil
}

// forPeople tells whether the format is a table.
func (p *printer) forPeople() bool { return p.format == "" || p.format == "wide" }

func (p *printer) print(w io.Writer, findings []verdict.Finding, now time.Time) error {
	switch {
	case p.forPeople():
		return p.objects.PrintObj(render.Table(findings, render.TableOptions{
			Wide: p.format == "wide", Now: now, Width: terminalWidth(w),
		}), w)
	case p.format == "name":
		for _, o := range render.Live(findings) {
			if err := p.objects.PrintObj(o, w); err != nil {
				return err
			}
		}
		return nil
	default:
		list, err := render.List(findings).Unstructured()
		if err != nil {
			return err
		}
		return p.objects.PrintObj(list, w)
	}
}

// terminalWidth is 0 unless w is a terminal: what is piped on is never shortened.
func terminalWidth(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return width
}
