package cli

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// selectFlags choose hook objects, as the user gave them.
type selectFlags struct {
	phases, policies, kinds, statuses []string
	verdicts, reasons                 []string
	orphans                           bool
	selector                          string
	olderThan, newerThan              age
}

func (f *selectFlags) addFlags(cmd *cobra.Command, config *connectFlags) {
	flags := cmd.Flags()
	flags.StringSliceVar(&f.phases, "phase", nil, "Only hooks of these phases: "+strings.Join(phaseWords(), ", "))
	flags.StringSliceVar(&f.policies, "policy", nil,
		"Only hooks with these delete policies: BHC, HS, HF or their full words, none, unknown (to Helm)")
	flags.StringSliceVar(&f.kinds, "kind", nil, "Only objects of these kinds, named as for kubectl: job, pvc, rolebindings.rbac.authorization.k8s.io")
	flags.StringSliceVar(&f.statuses, "status", nil, "Only objects in these states: "+strings.Join(statusWords(), ", "))
	flags.StringSliceVar(&f.verdicts, "verdict", nil, "Only objects with these verdicts: "+strings.Join(words(verdict.Verdicts()), ", "))
	flags.StringSliceVar(&f.reasons, "reason", nil, "Only objects with these reasons, such as NoDeletePolicy,Dropped")
	flags.BoolVar(&f.orphans, "orphans", false, "Only orphans: as --verdict orphan")
	flags.StringVarP(&f.selector, "selector", "l", "", "Only objects whose labels match, such as app=blog,tier!=test")
	flags.Var(&f.olderThan, "older-than", "Only what ended or, if it does not run, was created longer ago than this: 12h, 41d, 2y")
	flags.Var(&f.newerThan, "newer-than", "Only what ended or, if it does not run, was created less long ago than this")
	mustComplete(
		cmd.RegisterFlagCompletionFunc("phase", completeList(fixed(phaseWords()))),
		cmd.RegisterFlagCompletionFunc("policy", completeList(fixed(policyWords()))),
		cmd.RegisterFlagCompletionFunc("status", completeList(fixed(statusWords()))),
		cmd.RegisterFlagCompletionFunc("verdict", completeList(fixed(words(verdict.Verdicts())))),
		cmd.RegisterFlagCompletionFunc("reason", completeList(fixed(words(verdict.Reasons())))),
		cmd.RegisterFlagCompletionFunc("kind", completeList(kindWords(config))),
	)
}

// selection is what the flags mean.
type selection struct {
	filter verdict.Filter
	// kinds by name; only evidence knows which kinds there are.
	kinds []string
}

func (f *selectFlags) selection() (*selection, error) {
	s := &selection{kinds: f.kinds}
	s.filter.OlderThan, s.filter.NewerThan = time.Duration(f.olderThan), time.Duration(f.newerThan)
	if s.filter.OlderThan > 0 && s.filter.NewerThan > 0 && s.filter.OlderThan >= s.filter.NewerThan {
		return nil, errors.New("--older-than and --newer-than leave nothing between them")
	}
	for _, value := range f.phases {
		e, ok := hook.ParseEvent(value)
		if !ok {
			return nil, choice{"--phase", "a hook phase", phaseWords()}.wrong(value)
		}
		s.filter.Phases = append(s.filter.Phases, e)
	}
	for _, value := range f.policies {
		m, ok := policyMatch(value)
		if !ok {
			return nil, choice{"--policy", "a delete policy", policyWords()}.wrong(value)
		}
		s.filter.Policies = append(s.filter.Policies, m)
	}
	for _, value := range f.statuses {
		st, ok := oneOf(value, verdict.Statuses())
		if !ok {
			return nil, choice{"--status", "a status", statusWords()}.wrong(value)
		}
		s.filter.Statuses = append(s.filter.Statuses, st)
	}
	for _, value := range f.verdicts {
		v, ok := oneOf(value, verdict.Verdicts())
		if !ok {
			return nil, choice{"--verdict", "a verdict", words(verdict.Verdicts())}.wrong(value)
		}
		s.filter.Verdicts = append(s.filter.Verdicts, v)
	}
	if f.orphans {
		if len(f.verdicts) > 0 {
			return nil, errors.New("--orphans and --verdict exclude each other")
		}
		s.filter.Verdicts = []verdict.Verdict{verdict.Orphan}
	}
	for _, value := range f.reasons {
		r, ok := oneOf(strings.TrimLeft(value, "!?"), verdict.Reasons()) // as tables show them
		if !ok {
			return nil, choice{"--reason", "a reason", words(verdict.Reasons())}.wrong(value)
		}
		s.filter.Reasons = append(s.filter.Reasons, r)
	}
	for _, value := range f.kinds {
		if value == "" {
			return nil, errors.New(`--kind "" is not a kind`)
		}
	}
	if f.selector != "" {
		selector, err := labels.Parse(f.selector)
		if err != nil {
			return nil, fmt.Errorf("--selector %q is not a label selector: %w", f.selector, err)
		}
		s.filter.Labels = func(l map[string]string) bool { return selector.Matches(labels.Set(l)) }
	}
	return s, nil
}

// apply returns those of the findings that were chosen.
func (s *selection) apply(findings []verdict.Finding, snap *snapshot.Snapshot) ([]verdict.Finding, error) {
	filter, err := s.resolved(snap)
	if err != nil {
		return nil, err
	}
	return verdict.Only(findings, filter.Includes), nil
}

// resolved is the filter, with the kinds that there are.
func (s *selection) resolved(snap *snapshot.Snapshot) (*verdict.Filter, error) {
	filter := s.filter
	filter.Now = snap.Time
	var err error
	if filter.Kinds, err = snapshot.ResolveKinds(snap.Kinds, s.kinds); err != nil {
		return nil, wrongKind(err)
	}
	return &filter, nil
}

// wrongKind guesses which kind was meant.
func wrongKind(err error) error {
	var unknown *snapshot.UnknownKindError
	if !errors.As(err, &unknown) {
		return err
	}
	hint := ""
	if near := nearest(unknown.Name, unknown.Known); near != "" {
		hint = fmt.Sprintf("; did you mean %s?", near)
	}
	return fmt.Errorf("--kind %q is not a kind that is known here%s (kubectl api-resources lists them)", unknown.Name, hint)
}

func phaseWords() []string {
	var words []string
	for _, e := range hook.Events() {
		words = append(words, string(e))
	}
	return words
}

func policyWords() []string {
	var words []string
	for _, p := range hook.DeletePolicies() {
		words = append(words, p.Code(), string(p))
	}
	return append(words, string(verdict.PolicyNone), string(verdict.PolicyUnknown))
}

func policyMatch(value string) (verdict.PolicyMatch, bool) {
	for _, p := range hook.DeletePolicies() {
		if strings.EqualFold(value, p.Code()) || strings.EqualFold(value, string(p)) {
			return verdict.PolicyMatch(p), true
		}
	}
	m := verdict.PolicyMatch(strings.ToLower(value))
	return m, m == verdict.PolicyNone || m == verdict.PolicyUnknown
}

func statusWords() []string { return words(verdict.Statuses()) }

// words are values as users write them.
func words[T ~string](values []T) []string {
	out := make([]string, 0, len(values))
	for _, v := range values {
		out = append(out, string(v))
	}
	return out
}

// oneOf finds a value in any case.
func oneOf[T ~string](word string, values []T) (T, bool) {
	for _, v := range values {
		if strings.EqualFold(word, string(v)) {
			return v, true
		}
	}
	return "", false
}
