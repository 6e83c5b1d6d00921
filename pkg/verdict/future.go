package verdict

import (
	"slices"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
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
	Effect  Effect
	// Block is set instead of Effect where the object is in the way.
	Block BlockHow
	// Event is the one at which it happens, empty if nothing does.
	Event hook.Event
	// Deletes tells whether Helm deletes the object when the command has succeeded.
	Deletes bool
	// Revision is the one whose hooks a rollback runs; 0 for other commands.
	Revision int
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

// prospects says what each command that can still come will do with an object: a
// rollback by the hooks of the revision that it goes back to, all others by those of
// the current one.
func prospects(f *Finding, views []view) []Prospect {
	if f.Release == nil || f.Current == nil {
		return nil
	}
	i := slices.IndexFunc(views, func(v view) bool { return v.release != nil && *v.release == *f.Release })
	if i < 0 {
		return nil
	}
	v := &views[i]
	commands := v.commands()
	all := make([]Prospect, 0, len(commands))
	for _, c := range commands {
		p := Prospect{Command: c, Effect: EffectNone}
		for j := range v.claims {
			claim := &v.claims[j]
			rollback := c == CommandRollback && !claim.Current && claim.Record.Status != release.StatusFailed
			if claim.Current || rollback {
				if found, ok := prospect(f, v, claim, c); ok {
					p = found
					break
				}
			}
		}
		all = append(all, p)
	}
	return all
}

// prospect is what a command does by one declaration, and false if nothing.
func prospect(f *Finding, v *view, c *Claim, command Command) (Prospect, bool) {
	for _, event := range commandEvents(command) {
		if !slices.Contains(c.Hook.Events, event) {
			continue
		}
		p := Prospect{Command: command, Event: event, Effect: EffectReplace, Deletes: slices.Contains(c.Hook.DeletePolicies, hook.HookSucceeded)}
		if command == CommandRollback {
			p.Revision = c.Record.Revision
		}
		switch block := blocking(f, v, c); {
		case block != "":
			p.Block, p.Effect = block, EffectNone
		case generated(c.Hook, f.Object):
			p.Effect = EffectAnother
		case !replaced(c.Hook):
			p.Effect = EffectUpdate
		}
		return p, true
	}
	return Prospect{}, false
}
