package verdict

import (
	"slices"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// Block is what an object's being there does to the next run of a hook.
type Block struct {
	Event hook.Event
	How   BlockHow
}

// BlockHow is how a run is hindered.
type BlockHow string

// The ways, as seen with real Helm.
const (
	// BlockExists: Helm fails with "already exists". Helm 3, and Helm 4 on releases
	// whose apply method is client-side.
	BlockExists BlockHow = "exists"
	// BlockImmutable: Helm 4 applies a changed Job over a finished one, whose template
	// nobody can change.
	BlockImmutable BlockHow = "immutable"
	// BlockSilentlySkipped: Helm 4 applies an unchanged Job over a finished one: nothing
	// runs, and the hook counts as succeeded.
	BlockSilentlySkipped BlockHow = "silentlySkipped"
	// BlockFailed: Helm 4 applies an unchanged Job over one that has failed: nothing
	// runs, and the old failure counts again.
	BlockFailed BlockHow = "failed"
	// BlockTerminating: the object is being deleted, and held by a finalizer.
	BlockTerminating BlockHow = "terminating"
)

// Helm 4's apply methods: server-side apply, and what Helm 3 always does.
const (
	methodSSA = "ssa"
	methodCSA = "csa"
)

// blocksOf says how an object hinders the next run of the current record's hooks.
func blocksOf(f *Finding, views []view) []Block {
	var blocks []Block
	for i := range views {
		v := &views[i]
		for j := range v.claims {
			c := &v.claims[j]
			if !c.Current || v.state() != installed {
				continue
			}
			how := blocking(f, v, c)
			for _, event := range c.Hook.Events {
				if b := (Block{event, how}); how != "" && canCome(event, v.wasInstalled()) && !slices.Contains(blocks, b) {
					blocks = append(blocks, b)
				}
			}
		}
	}
	return blocks
}

func blocking(f *Finding, v *view, c *Claim) BlockHow {
	return blockingBy(c.Record.Body.ApplyMethod, f, v, c)
}

// blockingBy is what a run does that applies by a certain method.
func blockingBy(method string, f *Finding, v *view, c *Claim) BlockHow {
	switch {
	case generated(c.Hook, f.Object):
		return "" // each run makes another name
	case !f.Object.Deleting.IsZero():
		return BlockTerminating
	case replaced(c.Hook) && !neverDeleted(f.Object):
		return ""
	case method != methodSSA:
		return BlockExists
	case !f.runs() || outcomeOf(f.Object) == unfinished:
		return "" // applied over in place, or waited for
	}
	if made := windowOf(f.Object, v.claims); made != nil && made.Hook.Digest != c.Hook.Digest {
		return BlockImmutable
	}
	if outcomeOf(f.Object) == failed {
		return BlockFailed
	}
	return BlockSilentlySkipped
}

// deletedInPlace tells whether Helm 4 takes the object that is there for its hook's next
// run, and deletes it after that.
func deletedInPlace(f *Finding, v *view, c *Claim) bool {
	if c.Record.Body.ApplyMethod != methodSSA || neverDeleted(f.Object) || generated(c.Hook, f.Object) {
		return false
	}
	switch how := blocking(f, v, c); {
	case how == BlockFailed, how == BlockImmutable && outcomeOf(f.Object) == failed:
		return slices.Contains(c.Hook.DeletePolicies, hook.HookFailed)
	case how == "", how == BlockSilentlySkipped, how == BlockImmutable: // what has changed may be no more than the policy
		return slices.Contains(c.Hook.DeletePolicies, hook.HookSucceeded)
	default:
		return false
	}
}

// neverDeleted tells whether Helm deletes no hook of the object's kind, whatever its
// policy: with a definition would go all that it defines.
func neverDeleted(o *snapshot.Object) bool {
	return o.Kind == "CustomResourceDefinition" && snapshot.Group(o.APIVersion) == "apiextensions.k8s.io"
}

// generated tells whether the hook's objects get a new name at each run.
func generated(h *release.Hook, o *snapshot.Object) bool {
	return o.GenerateName != "" && !slices.ContainsFunc(h.Objects, func(r release.Ref) bool { return r.Name == o.Name })
}

// leaks tells whether an object that is still looked after will outlive its
// release: an uninstall deletes no hook object but those of its own hooks. What its
// author means to keep is no leak.
func leaks(f *Finding, views []view) bool {
	if f.Verdict != Tracked || !slices.Contains([]Reason{ReasonPartOfRelease, ReasonAwaitsNextRun}, f.Reason) {
		return false
	}
	for i := range views {
		if slices.ContainsFunc(views[i].will(), func(c *Claim) bool { return deletedAtUninstall(c.Hook) }) {
			return false
		}
	}
	return true
}

func deletedAtUninstall(h *release.Hook) bool {
	atDelete := slices.Contains(h.Events, hook.PreDelete) || slices.Contains(h.Events, hook.PostDelete)
	return atDelete && slices.Contains(h.DeletePolicies, hook.HookSucceeded)
}
