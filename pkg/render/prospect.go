package render

import (
	"fmt"
	"strings"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// prospects tells what Helm will do with the object.
func (t *story) prospects() {
	topic := "Helm will"
	var idle []string
	for i := range t.f.Prospects {
		p := &t.f.Prospects[i]
		if p.Event == "" {
			idle = append(idle, string(p.Command))
			continue
		}
		t.add(topic, "at "+commandOf(p), effectOf(p))
		topic = ""
	}
	switch {
	case t.f.Release == nil: // who knows
	case topic != "":
		if len(idle) == 0 {
			idle = []string{"upgrade", "rollback", "test", "uninstall"}
		}
		last := len(idle) - 1
		t.add(topic, "do nothing", fmt.Sprintf("no %s or %s reaches it", strings.Join(idle[:last], ", "), idle[last]))
	case len(idle) > 0:
		t.add(topic, "leave it", "at "+strings.Join(idle, ", "))
	}
}

func commandOf(p *verdict.Prospect) string {
	command := string(p.Command)
	if r := p.Release; r != nil {
		command += fmt.Sprintf(" of %s/%s", r.Namespace, r.Name)
	}
	switch {
	case len(p.Revisions) > 0:
		return fmt.Sprintf("%s to %s", command, revisions(p.Revisions))
	case p.Helm > 0:
		return fmt.Sprintf("%s by Helm %d", command, p.Helm)
	default:
		return command
	}
}

// revisions lists revisions that come newest first, those that follow each other as a range.
func revisions(all []int) string {
	var parts []string
	for len(all) > 0 {
		n := 1
		for n < len(all) && all[n] == all[n-1]-1 {
			n++
		}
		if n > 2 {
			parts = append(parts, fmt.Sprintf("%d-%d", all[n-1], all[0]))
		} else {
			n = 1
			parts = append(parts, fmt.Sprint(all[0]))
		}
		all = all[n:]
	}
	return strings.Join(parts, ", ")
}

// effectOf says what happens, as real Helm has shown it.
func effectOf(p *verdict.Prospect) string {
	var text string
	switch {
	case p.Block == verdict.BlockExists:
		return fmt.Sprintf("fail at %s: it already exists", p.Event)
	case p.Block == verdict.BlockImmutable:
		return fmt.Sprintf("fail at %s: the template of a Job that is there cannot be changed", p.Event)
	case p.Block == verdict.BlockSilentlySkipped:
		return fmt.Sprintf("NOT RUN %s: the finished Job is there unchanged, and counts as succeeded", p.Event)
	case p.Block == verdict.BlockFailed:
		return fmt.Sprintf("fail at %s: the failed Job is there unchanged, and counts again", p.Event)
	case p.Block == verdict.BlockTerminating:
		return fmt.Sprintf("fail or wait at %s: it is being deleted, and a finalizer holds it", p.Event)
	case p.Effect == verdict.EffectUpdate:
		text = "apply the hook over it"
	case p.Effect == verdict.EffectAnother:
		return fmt.Sprintf("make another one beside it (%s)", p.Event)
	default:
		text = "delete it and make it anew"
	}
	text += fmt.Sprintf(" (%s)", p.Event)
	if p.Deletes {
		text += ", and delete it once that has succeeded"
	}
	return text
}

// orphan tells why an orphan is left alone, if it is, and how to delete it.
func (t *story) orphan() {
	f := t.f
	if g := f.Evidence.Hidden; g != nil {
		t.add("hidden", g.What, g.Why+": it could change the verdict")
	}
	if f.Verdict != verdict.Orphan {
		return
	}
	topic := "prune"
	for _, r := range f.Refusals {
		verb := "refuses"
		if r.Lifted {
			verb = "would refuse"
		}
		t.add(topic, verb, fmt.Sprintf("guard %s: %s", r.Guard, r.Why))
		topic = ""
	}
	if len(f.Refusals) == 0 {
		t.add(topic, "would delete it", "an orphan, and no guard speaks for it")
	}
	t.add("to delete", deleteCommand(f), "")
}

// deleteCommand is the command that deletes an orphan, or says that none of ours
// does.
func deleteCommand(f *verdict.Finding) string {
	command := "kubectl helmhooks prune " + Name(f.Object.Ref())
	var allow []string
	for _, r := range f.Refusals {
		switch {
		case r.Guard == verdict.GuardTooYoung:
			command += " --min-age=0"
		case !r.Guard.Liftable():
			return fmt.Sprintf("no prune does: nobody can lift the guard %s", r.Guard)
		default:
			allow = append(allow, string(r.Guard))
		}
	}
	if len(allow) > 0 {
		command += " --allow=" + strings.Join(allow, ",")
	}
	return command
}
