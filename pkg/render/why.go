package render

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// Why writes the releases, and the whole story of each hook object, for people.
func Why(w io.Writer, releases []ReleaseStory, findings []verdict.Finding, s *snapshot.Snapshot) error {
	var b strings.Builder
	for _, r := range releases {
		b.WriteString(r.Line + "\n")
	}
	for i := range findings {
		if b.Len() > 0 {
			b.WriteString("\n")
		}
		why(&b, &findings[i], s)
	}
	if len(findings) == 0 {
		b.WriteString("None of its hook objects is there.\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Explained makes the list that `why` prints in formats for programs.
func Explained(findings []verdict.Finding, s *snapshot.Snapshot) HookObjectList {
	list := List(findings)
	for i := range findings {
		list.Items[i].Explanation = Explain(&findings[i], s)
	}
	return list
}

func why(b *strings.Builder, f *verdict.Finding, s *snapshot.Snapshot) {
	facts := Explain(f, s)
	topic, fact := 0, 0
	for _, x := range facts {
		topic = max(topic, utf8.RuneCountInString(x.Topic))
		if x.Detail != "" {
			fact = max(fact, utf8.RuneCountInString(x.Fact))
		}
	}
	b.WriteString(Sentence(f) + "\n")
	last := ""
	for _, x := range facts {
		if x.Topic == last {
			x.Topic = ""
		} else {
			last = x.Topic
		}
		line := fmt.Sprintf("  %-*s  %-*s  %s", topic, x.Topic, fact, x.Fact, x.Detail)
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}

// Sentence is the verdict in one sentence.
func Sentence(f *verdict.Finding) string {
	name := f.Object.Name
	if f.Object.Namespace != "" {
		name = f.Object.Namespace + "/" + name
	}
	subject := Clean(f.Object.Kind + " " + name)
	if f.Verdict == "" {
		return fmt.Sprintf("%s is declared and not there.", subject)
	}
	word := string(f.Verdict)
	switch f.Verdict {
	case verdict.Orphan:
		word = "an orphan"
	case verdict.Managed:
		word = "looked after"
	}
	return fmt.Sprintf("%s is %s: %s (%s).", subject, word, because(f.Reason), f.Reason)
}

// because is a reason in words.
func because(r verdict.Reason) string {
	switch r {
	case verdict.ReasonTerminating:
		return "it is being deleted already"
	case verdict.ReasonControllerOwned:
		return "a controller owns it, and copied the annotation"
	case verdict.ReasonOrdinaryResource:
		return "it is an ordinary resource of a release"
	case verdict.ReasonNotAHook:
		return "Helm does not know its phase, and never made it as a hook"
	case verdict.ReasonOtherDeployer:
		return "another tool than Helm deployed it"
	case verdict.ReasonNotMadeByHelm:
		return "nothing proves that Helm made it"
	case verdict.ReasonReleaseBusy:
		return "a Helm command is at work on its release"
	case verdict.ReasonRunning:
		return "it has not finished"
	case verdict.ReasonHookStillRunning:
		return "a hook of its release has not finished"
	case verdict.ReasonPolicyMissed:
		return "its policy asked for its deletion, and Helm never came to it"
	case verdict.ReasonExpiresByTTL:
		return "Kubernetes deletes it within a day"
	case verdict.ReasonAuthorKeeps:
		return "its policy says that it stays"
	case verdict.ReasonPolicyUnknown:
		return "Helm does not know its delete policy, and so never deletes it"
	case verdict.ReasonPartOfRelease:
		return "it supports a release that lives"
	case verdict.ReasonNoDeletePolicy:
		return "it has finished, and has no delete policy"
	case verdict.ReasonNeverRunsAgain:
		return "it runs at install only, and the release is installed"
	case verdict.ReasonAwaitsNextRun:
		return "Helm deletes it at its next run"
	case verdict.ReasonKeptByOutcome:
		return "its policy did not match its outcome, and nothing else will remove it"
	case verdict.ReasonReleaseUninstalled:
		return "its release is uninstalled, and nothing deletes it while that stays so"
	case verdict.ReasonDropped:
		return "its release no longer declares it"
	case verdict.ReasonLiveWithoutRecord:
		return "its release has no record, but seems to live"
	case verdict.ReasonReleaseGone:
		return "its release is gone"
	case verdict.ReasonAmbiguous:
		return "only a release of that name elsewhere has records"
	case verdict.ReasonUnattributed:
		return "nothing tells whose it is"
	default:
		return "what could not be read might change the verdict"
	}
}
