package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/cluster"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/render"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// whyFlags are the flags of why as the user gave them.
type whyFlags struct {
	source        sourceFlags
	judge         judgeFlags
	output        string
	allNamespaces bool
}

// whyOptions are what they mean.
type whyOptions struct {
	target    target
	namespace string
	judge     verdict.Options
	structure string // json, yaml or empty
	gather    func(ctx context.Context, q cluster.Query) (evidence, error)
	streams   genericiooptions.IOStreams
}

// target is what is to be explained: an object or a release.
type target struct {
	kind, name string // of an object
	release    string
}

func newWhyCommand(config *connectFlags, streams genericiooptions.IOStreams) *cobra.Command {
	f := &whyFlags{source: sourceFlags{config: config}}
	cmd := &cobra.Command{
		Use:   "why KIND/NAME | RELEASE",
		Short: "Explain one hook object, or those of a release, with evidence",
		Long: strings.TrimSpace(`
Tell all that is known of a hook object: whose it is and how that is known, who made it, which
revisions declare it, what Helm will do with it at the next upgrade, rollback, test and uninstall,
the verdict, each guard that speaks against deleting it, and the command that would. What reasons
and guards there are, and what they rest on, is told in docs/verdicts.md of the plugin.

Of a RELEASE, its state and the same of each of its hook objects.`),
		Example: strings.Trim(`
  kubectl helmhooks why job/blog-hook -n shop

  # A release, and all that its hooks have left
  kubectl helmhooks why blog -n shop

  # From a snapshot; for programs
  kubectl helmhooks why job/blog-hook -n shop -f cluster.json
  kubectl helmhooks why job/blog-hook -n shop -o json
`, "\n"),
		Args: oneTarget,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := notEmpty(cmd, "filename"); err != nil {
				return err
			}
			o, err := f.options(args[0], streams)
			if err != nil {
				return err
			}
			return o.run(cmd.Context())
		},
	}
	f.source.addFlags(cmd)
	f.judge.addFlags(cmd)
	flags := cmd.Flags()
	flags.StringVarP(&f.output, "output", "o", "", "Output format. One of: (json, yaml)")
	flags.BoolVarP(&f.allNamespaces, "all-namespaces", "A", false, "Look for it in all namespaces")
	mustComplete(cmd.RegisterFlagCompletionFunc("output", completeWords([]string{"json", "yaml"})))
	cmd.ValidArgsFunction = completeTargets(config, &f.allNamespaces)
	return cmd
}

// String is the target as users write it.
func (t target) String() string {
	if t.release != "" {
		return t.release
	}
	return t.kind + "/" + t.name
}

func oneTarget(_ *cobra.Command, args []string) error {
	if len(args) != 1 {
		return errors.New("name one hook object as KIND/NAME, or one RELEASE (see kubectl helmhooks ls)")
	}
	return nil
}

func (f *whyFlags) options(arg string, streams genericiooptions.IOStreams) (*whyOptions, error) {
	o := &whyOptions{streams: streams, judge: f.judge.options()}
	o.judge.Thorough, o.judge.Foretell = true, true
	var err error
	if o.target, err = parseTarget(arg); err != nil {
		return nil, err
	}
	if o.structure = strings.ToLower(f.output); o.structure != "" && o.structure != "json" && o.structure != "yaml" {
		return nil, choice{"--output", "a format", []string{"json", "yaml"}}.wrong(f.output)
	}
	if !f.allNamespaces {
		if o.namespace, err = validNamespace(&f.source); err != nil {
			return nil, err
		}
	}
	o.gather = func(ctx context.Context, q cluster.Query) (evidence, error) {
		return f.source.gather(ctx, q, streams)
	}
	return o, nil
}

func parseTarget(arg string) (target, error) {
	kind, name, ok := strings.Cut(arg, "/")
	switch {
	case !ok && arg != "":
		return target{release: arg}, nil
	case kind == "" || name == "" || strings.Contains(name, "/"):
		return target{}, fmt.Errorf("%q is neither KIND/NAME nor a RELEASE", arg)
	default:
		return target{kind: kind, name: name}, nil
	}
}

// run explains. Objects of kinds without a namespace are looked at with the evidence
// of all namespaces, as kubectl itself ignores -n for them.
func (o *whyOptions) run(ctx context.Context) error {
	p := newProgress(o.streams.ErrOut)
	defer p.end()
	q := cluster.Query{Namespace: o.namespace, Progress: p.step}
	if o.target.release != "" {
		o.judge.Releases = []verdict.ReleaseName{{Namespace: o.namespace, Name: o.target.release}}
		q.Elsewhere = func(id snapshot.ReleaseID) bool { return o.judge.Releases[0].Names(id) }
	}
	e, err := o.gather(ctx, q)
	if err != nil {
		return err
	}
	kinds, err := o.kinds(e.Snapshot())
	if err != nil {
		return err
	}
	if q.Namespace != "" && slices.ContainsFunc(kinds, func(k snapshot.Kind) bool { return !k.Namespaced }) {
		o.namespace, q.Namespace = "", ""
		if e, err = o.gather(ctx, q); err != nil {
			return err
		}
	}
	meant := func(f *verdict.Finding) bool { return o.means(f, kinds) }
	findings, err := settle(ctx, e, o.judge)
	if err != nil {
		return err
	}
	p.end()
	findings = slices.DeleteFunc(findings, func(f verdict.Finding) bool { return !meant(&f) })
	return o.print(findings, e.Snapshot())
}

// kinds are those that the target's may be.
func (o *whyOptions) kinds(s *snapshot.Snapshot) ([]snapshot.Kind, error) {
	if o.target.kind == "" {
		return nil, nil
	}
	kinds, err := snapshot.ResolveKinds(s.Kinds, []string{o.target.kind})
	return kinds, wrongTarget(err)
}

// wrongTarget explains that KIND of KIND/NAME is none.
func wrongTarget(err error) error {
	var unknown *snapshot.UnknownKindError
	if !errors.As(err, &unknown) {
		return err
	}
	hint := "kubectl api-resources lists them; a release of another namespace is named by -n"
	if near := nearest(unknown.Name, unknown.Known); near != "" {
		hint = fmt.Sprintf("did you mean %s?", near)
	}
	return fmt.Errorf("%q is not a kind that is known here: %s", unknown.Name, hint)
}

func (o *whyOptions) means(f *verdict.Finding, kinds []snapshot.Kind) bool {
	if o.target.release != "" {
		return verdict.Scope{Namespace: o.namespace, Releases: o.judge.Releases}.Includes(f)
	}
	return f.Object.Name == o.target.name && (o.namespace == "" || f.Object.Namespace == "" || f.Object.Namespace == o.namespace) &&
		slices.ContainsFunc(kinds, func(k snapshot.Kind) bool {
			return k.Kind == f.Object.Kind && k.Group == snapshot.Group(f.Object.APIVersion)
		})
}

func (o *whyOptions) print(findings []verdict.Finding, s *snapshot.Snapshot) error {
	if err := render.Gaps(o.streams.ErrOut, s.Gaps); err != nil {
		return err
	}
	var releases []render.ReleaseStory
	if o.target.release != "" {
		releases = render.ReleaseStories(s, o.judge.Releases[0])
	}
	if len(findings) == 0 && len(releases) == 0 {
		return o.nothing(s)
	}
	if o.structure != "" {
		return printStructured(o.streams.Out, o.structure, render.Explained(findings, s))
	}
	out := &faithfulWriter{w: o.streams.Out}
	if err := render.Why(out, releases, findings, s); err != nil {
		return err
	}
	return out.err
}

// nothing explains that there is nothing to explain.
func (o *whyOptions) nothing(s *snapshot.Snapshot) error {
	where := "in any namespace"
	if o.namespace != "" {
		where = fmt.Sprintf("in namespace %q; -n chooses another, -A looks in all", o.namespace)
	}
	switch {
	case o.target.release != "":
		return unknownReleases(o.judge.Releases, o.namespace, s.RecordsUnread())
	case len(s.Gaps) > 0:
		return fmt.Errorf("no hook object %s/%s among what could be read %s", o.target.kind, o.target.name, where)
	default:
		return fmt.Errorf("no hook object %s/%s %s", o.target.kind, o.target.name, where)
	}
}
