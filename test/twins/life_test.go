//go:build e2e

package twins

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// life is what became of a script.
type life struct {
	// Ops counts Helm's commands, each run in both twins; Prunes those of the plugin.
	ops, prunes, killed int
	// failed counts commands that failed in both twins, by what Helm said.
	failed map[string]int
	// deleted counts what prune deleted, by reason and kind.
	deleted map[string]int
	// exits are how Helm's commands ended in both twins.
	exits [][2]bool
	// guards counts orphans that a guard left alone, and those that one did alone.
	guards map[string]int
	// unblocked says what the other twin failed on, and ends the life: from there on the
	// two are not alike any more.
	unblocked string
	// wentOn tells that the pruned twin did not fail then.
	wentOn bool
	// later counts references of who came when prune had deleted what they name.
	later int
	// faults ended the life at this operation.
	faults []fault
	at     int
}

// shows tells whether the life ended by that kind of fault.
func (l *life) shows(what string) bool {
	return slices.ContainsFunc(l.faults, func(f fault) bool { return f.What == what })
}

// pairs numbers the twins of this run.
var pairs atomic.Int64

// pair is the twins at work.
type pair struct {
	plain, pruned *twin
	// counted are the orphans whose guards have been.
	counted map[string]bool
	life
}

// live plays a script on a new pair of twins.
func live(ctx context.Context, s *script) (*life, error) {
	n := pairs.Add(1)
	p := &pair{counted: make(map[string]bool), life: life{
		deleted: make(map[string]int), failed: make(map[string]int), guards: make(map[string]int),
	}}
	var err error
	if p.plain, err = newTwin(ctx, fmt.Sprintf("twin-%d-a", n), s); err != nil {
		return nil, err
	}
	if p.pruned, err = newTwin(ctx, fmt.Sprintf("twin-%d-b", n), s); err != nil {
		return nil, err
	}
	for i := range s.Ops {
		p.at = i
		if err := p.do(ctx, &s.Ops[i]); err != nil {
			return nil, fmt.Errorf("operation %d, %s: %w", i, &s.Ops[i], err)
		}
		if p.faults != nil || p.unblocked != "" {
			break
		}
	}
	if p.faults == nil && p.unblocked == "" {
		if err := p.told(ctx, s); err != nil {
			return nil, err
		}
	}
	p.later = len(p.pruned.deeds.later)
	for _, t := range []*twin{p.plain, p.pruned} {
		if err := t.bury(ctx); err != nil {
			return nil, err
		}
	}
	return &p.life, nil
}

func (p *pair) do(ctx context.Context, o *op) error {
	if o.Do == doPrune {
		return p.prune(ctx, o.Flags)
	}
	list, before, faults, err := p.plain.listed(ctx)
	if err != nil || faults != nil {
		p.faults = faults
		return err
	}
	release := p.plain.release(o.Other)
	foreseen, err := p.plain.reconsidered(ctx, list, before)
	if err != nil {
		return err
	}
	back := revision(before.revisions(release), o.Back)
	outcomes, err := p.both(ctx, o, back)
	if err != nil {
		return err
	}
	p.ops++
	p.exits = append(p.exits, [2]bool{outcomes[0].ok, outcomes[1].ok})
	p.count(list)
	if outcomes[0].killed {
		p.killed++
	} else if !outcomes[0].ok {
		p.failed[o.Do+": "+complaint(outcomes[0].output)]++
	}
	if what := p.freed(outcomes[0].output); !outcomes[0].ok && what != "" {
		p.unblocked, p.wentOn = what, outcomes[1].ok
		return nil
	}
	if a, b := outcomes[0], outcomes[1]; a.ok != b.ok || a.killed != b.killed {
		if what := p.pruned.missed(o, b.output); a.ok && what != "" {
			p.unblocked = what
			return nil
		}
		p.faults = []fault{{"exit", fmt.Sprintf("without prune %+v\nwith prune %+v", a, b)}}
		return nil
	}
	inTheWay := p.pruned.deeds.inTheWay(o.Chart)
	after, err := p.settle(ctx)
	if outcomes[0].killed && inTheWay && p.faults != nil && !slices.ContainsFunc(p.faults, fault.harm) {
		// Its last write was not the same in both: one was about to fail.
		p.faults, p.unblocked = nil, "Helm was killed when it met what prune had deleted"
	}
	if onlyWaiting(p.faults) {
		p.faults, p.unblocked = nil, "a claim went that had waited for what prune has deleted"
	}
	if err != nil || p.faults != nil || p.unblocked != "" {
		return err
	}
	p.faults = foretold(o, back, release, foreseen, before, after)
	return nil
}

// count counts the guards that leave orphans alone, whatever their age.
func (p *pair) count(list map[string]judged) {
	for uid := range list {
		j := list[uid]
		var guards []string
		for _, g := range j.Verdict.Guards {
			if g.Guard != "too-young" {
				guards = append(guards, g.Guard)
			}
		}
		if j.Verdict.Verdict != "orphan" || p.counted[uid+fmt.Sprint(guards)] {
			continue
		}
		p.counted[uid+fmt.Sprint(guards)] = true
		for _, g := range guards {
			p.guards["guard "+g]++
		}
		if len(guards) == 1 {
			p.guards["guard "+guards[0]+" alone"]++
		}
	}
}

// revision is the one to roll back to.
func revision(stored []int, back int) int {
	if len(stored) == 0 {
		return 1
	}
	return stored[len(stored)-1-back%len(stored)]
}

// both runs a command in both twins at the same time.
func (p *pair) both(ctx context.Context, o *op, revision int) (outcomes [2]outcome, err error) {
	g, ctx := errgroup.WithContext(ctx)
	for i, t := range []*twin{p.plain, p.pruned} {
		g.Go(func() (err error) {
			outcomes[i], err = t.helm(ctx, o, revision)
			return err
		})
	}
	return outcomes, g.Wait()
}

// freed says which object that prune has deleted hindered Helm in the other twin, or "".
func (p *pair) freed(output string) string {
	const conflicts = "conflict occurred while applying object"
	for _, how := range []string{"already exists", "field is immutable", "exists and cannot be imported", conflicts} {
		if !strings.Contains(output, how) {
			continue
		}
		gone := maps.Clone(p.pruned.deeds.gone)
		for key := range p.pruned.deeds.ever {
			if gone[key] == "" && how == conflicts { // by one Helm it was made anew since, and not by two
				gone[key] = "deleted before"
			}
		}
		// Those of the kind that Helm names go first: several may bear the name.
		of := func(key string) bool {
			return strings.Contains(strings.ToLower(output), strings.ToLower(strings.SplitN(key, "/", 2)[0]))
		}
		for _, key := range slices.SortedFunc(maps.Keys(gone), func(a, b string) int {
			if of(a) != of(b) {
				return map[bool]int{true: -1, false: 1}[of(a)]
			}
			return strings.Compare(a, b)
		}) {
			reason := gone[key]
			name := strings.ReplaceAll(key[strings.LastIndexByte(key, '/')+1:], "NS", p.plain.namespace)
			kind := strings.SplitN(key, "/", 2)[0]
			// Mostly Helm does not say where it is.
			conflict := strings.Contains(output, "/"+name+" ") && strings.Contains(output, "Kind="+kind+":")
			if strings.Contains(output, `"`+name+`"`) || conflict {
				return fmt.Sprintf("%s, which was %s: %s", kind, reason, how)
			}
		}
	}
	return ""
}

func (p *pair) prune(ctx context.Context, flags []string) error {
	if err := p.pruned.rest(ctx); err != nil {
		return err
	}
	before, err := p.pruned.look(ctx)
	if err != nil {
		return err
	}
	named, err := before.named()
	if err != nil {
		return err
	}
	deleted, err := p.pruned.prune(ctx, flags, named)
	if err != nil {
		return err
	}
	p.prunes++
	for _, d := range deleted {
		p.deleted[d.Reason+" "+d.Kind]++
	}
	_, err = p.settle(ctx)
	return err
}

// settled is how long controllers may take to finish what was begun.
const settled = 20 * time.Second

// settle compares the twins until they are alike, or time is up.
func (p *pair) settle(ctx context.Context) (*world, error) {
	pause := 40 * time.Millisecond
	for end := time.Now().Add(settled); ; {
		plain, err := p.plain.look(ctx)
		if err != nil {
			return nil, err
		}
		pruned, err := p.pruned.look(ctx)
		if err != nil {
			return nil, err
		}
		maps.DeleteFunc(p.pruned.deeds.gone, func(key, _ string) bool { return pruned.things[key] != nil && !pruned.things[key].deleting() })
		p.faults = compare(plain, pruned)
		if p.faults == nil || time.Now().After(end) {
			return plain, nil
		}
		time.Sleep(pause)
		pause = min(2*pause, 500*time.Millisecond)
	}
}

// complaint is what hindered Helm, roughly.
func complaint(output string) string {
	for _, what := range []string{
		"already exists", "field is immutable", "another operation", "timed out", "deadline exceeded", "BackoffLimitExceeded",
		"still in use", "not found", "no deployed releases", "cannot be imported", "already deleted", "forbidden", "conflict", "failed",
	} {
		if strings.Contains(output, what) {
			return what
		}
	}
	return "other"
}
