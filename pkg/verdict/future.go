package verdict

import (
	"slices"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// Command is a Helm command that runs hooks.
type Command string

// The commands, in the order in which people meet them.
const (
	CommandInstall   Command = "install"
	CommandUpgrade   Command = "upgrade"
	CommandRollback  Command = "rollback"
	CommandTest      Command = "test"
	CommandUninstall Command = "uninstall"
)

// Effect is what a command will do with an object.
type Effect string

// The effects.
const (
	// EffectNone: the command does not touch it.
	EffectNone Effect = "none"
	// EffectReplace: Helm deletes it, and makes it anew.
	EffectReplace Effect = "replace"
	// EffectUpdate: Helm 4 applies the hook over it in place.
	EffectUpdate Effect = "update"
	// EffectAnother: Helm makes another one, of another name.
	EffectAnother Effect = "another"
)

// Prospect is what a command of Helm will do with an object.
type Prospect struct {
	Command Command
	// Release is the one that the command is for, if it is another than the object's.
	Release *snapshot.ReleaseID
	Effect  Effect
	// Block is set instead of Effect where the object is in the way.
	Block BlockHow
	// Event is the one at which it happens, empty if nothing does.
	Event hook.Event
	// Deletes tells whether Helm deletes the object when the command has succeeded.
	Deletes bool
	// Revisions are those whose hooks a rollback runs, if it goes back to one of them;
	// newest first, and none for other commands.
	Revisions []int
	// Helm is the major version of the Helm that does it, if the other one does not.
	Helm int
}

func (p *Prospect) same(o *Prospect) bool {
	return p.Effect == o.Effect && p.Block == o.Block && p.Event == o.Event && p.Deletes == o.Deletes
}

// commandEvents are the events that a command runs.
func commandEvents(c Command) []hook.Event {
	switch c {
	case CommandInstall:
		return []hook.Event{hook.PreInstall, hook.PostInstall}
	case CommandUpgrade:
		return []hook.Event{hook.PreUpgrade, hook.PostUpgrade}
	case CommandRollback:
		return []hook.Event{hook.PreRollback, hook.PostRollback}
	case CommandUninstall:
		return []hook.Event{hook.PreDelete, hook.PostDelete}
	default:
		return []hook.Event{hook.Test}
	}
}

// commands are those of Helm that run hooks of the release, as it is. Of one that is
// uninstalled, with its history kept, an install may follow as well as a rollback, and tests
// run; an upgrade or another uninstall does not run its hooks.
func (v *view) commands() []Command {
	switch {
	case v.state() == noRecord:
		return nil
	case v.state() == uninstalled:
		return []Command{CommandInstall, CommandRollback, CommandTest}
	case v.established():
		return []Command{CommandUpgrade, CommandRollback, CommandTest, CommandUninstall}
	default:
		return []Command{CommandInstall, CommandUpgrade, CommandRollback, CommandTest, CommandUninstall}
	}
}

// prospects says what each command that can still come will do with an object: those for
// its release and, where others declare it, too, what those for them do.
func prospects(f *Finding, views []view) []Prospect {
	if f.Release == nil || f.Current == nil {
		return nil
	}
	var all []Prospect
	for i := range views {
		v := &views[i]
		switch {
		case v.release == nil:
		case *v.release == *f.Release:
			all = append(all, v.prospects(f)...)
		default:
			for _, p := range v.prospects(f) {
				if p.Event != "" {
					p.Release = v.release
					all = append(all, p)
				}
			}
		}
	}
	return all
}

// prospects says what commands for one release do: a rollback by the hooks of the revision
// that it goes back to, all others by those of the current one.
func (v *view) prospects(f *Finding) []Prospect {
	var all []Prospect
	for _, c := range v.commands() {
		found := []Prospect{}
		if c == CommandRollback {
			found = rollbacks(f, v)
		}
		for j := 0; j < len(v.claims) && c != CommandRollback && len(found) == 0; j++ {
			if v.claims[j].Current {
				found = next(f, v, &v.claims[j], c)
			}
		}
		if len(found) == 0 {
			found = append(found, Prospect{Command: c, Effect: EffectNone})
		}
		all = append(all, found...)
	}
	return all
}

// next is what a command does by a declaration of the current record.
func next(f *Finding, v *view, c *Claim, command Command) []Prospect {
	if command == CommandInstall && v.state() == uninstalled {
		return installs(f, v, c)
	}
	return prospect(f, v, c, command, c.Record.Body.ApplyMethod)
}

// rollbacks are what a rollback does, to any revision that declares the object: also to one
// that failed.
func rollbacks(f *Finding, v *view) []Prospect {
	var all []Prospect
	for i := range v.claims {
		c := &v.claims[i]
		for _, p := range prospect(f, v, c, CommandRollback, c.Record.Body.ApplyMethod) {
			same := slices.IndexFunc(all, func(o Prospect) bool { return o.same(&p) })
			if same < 0 {
				same = len(all)
				all = append(all, p)
			}
			if !slices.Contains(all[same].Revisions, c.Record.Revision) {
				all[same].Revisions = append(all[same].Revisions, c.Record.Revision)
			}
		}
	}
	return all
}

// installs are what a new install of the same chart does. How it applies does not depend
// on how the release was applied before, but on who installs.
func installs(f *Finding, v *view, c *Claim) []Prospect {
	three, four := prospect(f, v, c, CommandInstall, methodCSA), prospect(f, v, c, CommandInstall, methodSSA)
	if slices.EqualFunc(three, four, func(a, b Prospect) bool { return a.same(&b) }) {
		return three
	}
	for i := range three {
		three[i].Helm = 3
	}
	for i := range four {
		four[i].Helm = 4
	}
	return append(three, four...)
}

// prospect is what a command does by one declaration, if anything.
func prospect(f *Finding, v *view, c *Claim, command Command, method string) []Prospect {
	for _, event := range commandEvents(command) {
		if !slices.Contains(c.Hook.Events, event) {
			continue
		}
		p := Prospect{Command: command, Event: event, Effect: EffectReplace, Deletes: slices.Contains(c.Hook.DeletePolicies, hook.HookSucceeded)}
		switch block := blockingBy(method, f, v, c); {
		case block != "":
			p.Block, p.Effect = block, EffectNone
		case generated(c.Hook, f.Object):
			p.Effect = EffectAnother
		case !replaced(c.Hook):
			p.Effect = EffectUpdate
		}
		return []Prospect{p}
	}
	return nil
}
