package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"
	"k8s.io/cli-runtime/pkg/printers"
	"k8s.io/kubectl/pkg/cmd/get"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/render"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// Formats of our own, beside kubectl's.
const (
	formatWide = "wide"
	formatName = "name"
	formatTree = "tree"
	formatJSON = "json"
	formatYAML = "yaml"
)

// printFlags are kubectl's own flags for output, and ours.
type printFlags struct {
	kubectl *get.PrintFlags
	sortBy  string
	by      string
}

func newPrintFlags() *printFlags { return &printFlags{kubectl: get.NewGetPrintFlags()} }

func (f *printFlags) addFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVarP(f.kubectl.OutputFormat, "output", "o", "", fmt.Sprintf("Output format. One of: (%s)", strings.Join(f.formats(), ", ")))
	flags.BoolVar(f.kubectl.NoHeaders, "no-headers", false, "Print no headers in tables")
	f.kubectl.TemplateFlags.AddFlags(cmd)
	for _, rare := range []string{"template", "allow-missing-template-keys"} {
		flags.Lookup(rare).Hidden = true // as kubectl has them, for those who know them
	}
	flags.StringVar(&f.sortBy, "sort-by", "", "Sort by a field of -o json, such as .metadata.creationTimestamp, instead of by Helm's order")
	flags.StringVar(&f.by, "by", "", "Count instead of listing. One of: ("+strings.Join(countWords(), ", ")+")")
	mustComplete(
		cmd.RegisterFlagCompletionFunc("output", completeWords(f.formats())),
		cmd.RegisterFlagCompletionFunc("by", completeWords(countWords())),
	)
}

// formats are what --output takes, without kubectl's spellings of them that read
// a template from a file.
func (f *printFlags) formats() []string {
	common := []string{formatWide, formatTree, formatName, "json", "yaml"}
	for _, format := range f.kubectl.AllowedFormats() {
		if !slices.Contains(common, format) && !strings.Contains(format, "template") && !strings.HasSuffix(format, "-file") {
			common = append(common, format)
		}
	}
	return append(common, "go-template")
}

// printer prints findings in one format.
type printer struct {
	format  string
	sortBy  string
	by      render.CountBy
	objects printers.ResourcePrinter
}

func (f *printFlags) printer() (*printer, error) {
	p := &printer{format: *f.kubectl.OutputFormat, sortBy: f.sortBy}
	if p.format == "" && *f.kubectl.TemplateFlags.TemplateArgument != "" {
		p.format = "go-template"
	}
	if f.by != "" {
		by, ok := render.ParseCountBy(f.by)
		if !ok {
			return nil, choice{"--by", "something to count by", countWords()}.wrong(f.by)
		}
		if p.format == formatTree || p.format == formatName || p.format == formatWide {
			return nil, fmt.Errorf("--by counts: it does not go with --output %s", p.format)
		}
		if p.sortBy != "" {
			return nil, errors.New("--sort-by does not go with --by, which sorts by counts")
		}
		p.by = by
	}
	if p.format == formatTree {
		if p.sortBy != "" {
			return nil, errors.New("--sort-by does not go with --output tree, which shows Helm's order")
		}
		return p, nil
	}
	var err error
	if p.objects, err = f.kubectl.ToPrinter(); err != nil {
		if name, _, _ := strings.Cut(p.format, "="); !slices.Contains(f.kubectl.AllowedFormats(), name) {
			return nil, choice{"--output", "a format", f.formats()}.wrong(p.format)
		}
		return nil, fmt.Errorf("--output %q: %w", p.format, err)
	}
	if p.sortBy != "" {
		if p.sortBy, err = get.RelaxedJSONPathExpression(p.sortBy); err != nil {
			return nil, fmt.Errorf("--sort-by %q is not a field, such as .metadata.name: %w", f.sortBy, err)
		}
	}
	return p, nil
}

// forPeople tells whether the format is a table or tree, which show nothing when
// there is nothing.
func (p *printer) forPeople() bool {
	return p.format == "" || p.format == formatWide || p.format == formatTree
}

// print prints findings. An error of the writer is returned, as kubectl's own
// printers do not always do.
func (p *printer) print(w io.Writer, findings []verdict.Finding, now time.Time) error {
	findings, err := p.sorted(findings)
	if err != nil {
		return err
	}
	faithful := &faithfulWriter{w: w}
	out := bufio.NewWriterSize(faithful, writeAtOnce)
	err = errors.Join(p.printTo(out, findings, now, terminalWidth(w)), out.Flush())
	if faithful.err != nil {
		return faithful.err // which says what failed
	}
	return err
}

// writeAtOnce is how much is written at once: objects are printed one by one.
const writeAtOnce = 64 << 10

// faithfulWriter remembers the first error.
type faithfulWriter struct {
	w   io.Writer
	err error
}

// Write implements io.Writer.
func (f *faithfulWriter) Write(b []byte) (int, error) {
	n, err := f.w.Write(b)
	if err != nil && f.err == nil {
		f.err = fmt.Errorf("cannot write the output: %w", err)
	}
	return n, err
}

func (p *printer) printTo(w io.Writer, findings []verdict.Finding, now time.Time, width int) error {
	switch {
	case p.by != "":
		return p.printCounts(w, findings)
	case p.format == formatTree:
		return render.Tree(w, findings, now)
	case p.forPeople():
		return p.objects.PrintObj(render.Table(findings, render.TableOptions{
			Wide: p.format == formatWide, Now: now, Width: width,
		}), w)
	case p.format == formatName:
		for o := range render.Live(findings) {
			if err := p.objects.PrintObj(o, w); err != nil {
				return err
			}
		}
		return nil
	case p.format == formatJSON:
		return render.WriteJSON(w, findings)
	case p.format == formatYAML:
		return render.WriteYAML(w, findings)
	default:
		list, err := render.Unstructured(render.List(findings))
		if err != nil {
			return err
		}
		return p.objects.PrintObj(list, w)
	}
}

func (p *printer) printCounts(w io.Writer, findings []verdict.Finding) error {
	counts := render.Count(findings, p.by)
	if p.format == "" {
		return p.objects.PrintObj(counts.Table(), w)
	}
	list, err := render.Unstructured(counts)
	if err != nil {
		return err
	}
	return p.objects.PrintObj(list, w)
}

func countWords() []string {
	var words []string
	for _, by := range render.CountBys() {
		words = append(words, string(by))
	}
	return words
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

// printStructured prints a list as JSON or YAML.
func printStructured(w io.Writer, format string, list render.HookObjectList) error {
	var p printers.ResourcePrinter = &printers.JSONPrinter{}
	if format == "yaml" {
		p = &printers.YAMLPrinter{}
	}
	u, err := render.Unstructured(list)
	if err != nil {
		return err
	}
	out := &faithfulWriter{w: w}
	if err := p.PrintObj(u, out); err != nil {
		return err
	}
	return out.err
}
