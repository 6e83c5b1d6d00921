package cli

import (
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

func TestSortBy(t *testing.T) {
	finding := func(name string, weight, age int, labels map[string]string, phases ...hook.Event) verdict.Finding {
		return verdict.Finding{
			Object: &snapshot.Object{
				Kind: "Job", APIVersion: "batch/v1", Name: name, Labels: labels,
				Created: time.Date(2026, 1, 12, 12, 0, 0, 0, time.UTC).Add(-time.Duration(age) * time.Hour),
			},
			Declared: hook.Declaration{Weight: weight, Events: phases}, Annotated: weight > 0, Live: true,
		}
	}
	findings := []verdict.Finding{
		finding("b", 10, 1, map[string]string{"app": "z"}, hook.Test),
		finding("a", 9, 3, nil, hook.PreInstall, hook.Test),
		finding("d", -1, 2, map[string]string{"app": "a"}),
		finding("c", 100, 2, nil, hook.PostInstall),
	}
	for field, want := range map[string]string{
		".metadata.name":              "a b c d",
		"{.metadata.name}":            "a b c d",
		".hook.weight":                "d a b c",
		".metadata.creationTimestamp": "a d c b",
		".hook.annotated":             "d b a c",
		".metadata.labels.app":        "d b a c", // who lacks it comes last, in Helm's order
		".hook.phases[0]":             "c a b d",
		".release.name":               "error: no hook object has this field",
		".hook.phases":                "error: holds several values",
		".metadata.labels":            "error: holds several values",
		"{.metadata":                  "error: is not a field",
	} {
		f := newPrintFlags()
		f.sortBy = field
		p, err := f.printer()
		var sorted []verdict.Finding
		if err == nil {
			sorted, err = p.sorted(slices.Clone(findings))
		}
		if problem, ok := strings.CutPrefix(want, "error: "); ok {
			if err == nil || !strings.Contains(err.Error(), problem) {
				t.Errorf("--sort-by %s: %v, want an error that says %q", field, err, problem)
			}
			continue
		}
		var got []string
		for _, f := range sorted {
			got = append(got, f.Object.Name)
		}
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("--sort-by %s: %s (%v), want %s", field, strings.Join(got, " "), err, want)
		}
	}
}

func TestEmptyFlagsAreRefused(t *testing.T) {
	for _, args := range [][]string{
		{"ls", "-f", ""}, {"ls", "--kind="}, {"ls", "--status="}, {"ls", "--phase="}, {"ls", "--policy="}, {"snapshot", "-f", ""},
	} {
		streams, _, out, errOut := genericiooptions.NewTestIOStreams()
		code := Main(t.Context(), streams, Build{}, args)
		if code != ExitFailed || out.String() != "" || !strings.HasSuffix(errOut.String(), " is empty\n") {
			t.Errorf("%q: code %d, stderr %q", args, code, errOut.String())
		}
	}
}
