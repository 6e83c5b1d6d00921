//go:build e2e

package twins

import (
	"context"
	"slices"
	"time"
)

// shrink cuts a script that shows a fault down to what it takes to show it, for as long
// as there is time.
func shrink(ctx context.Context, s *script, found *life, until time.Time) (*script, error) {
	what := found.faults[0].What
	best := s.with(s.Ops[:found.at+1])
	try := func(ops []op) (bool, error) {
		if time.Now().After(until) {
			return false, nil
		}
		l, err := live(ctx, s.with(ops))
		if err != nil {
			return false, err
		}
		if l.shows(what) {
			best = s.with(ops[:l.at+1])
		}
		return l.shows(what), nil
	}
	for size := max(1, len(best.Ops)/2); ; size /= 2 {
		for i := 0; i < len(best.Ops); {
			shows, err := try(slices.Delete(slices.Clone(best.Ops), i, min(i+size, len(best.Ops))))
			if err != nil {
				return best, err
			}
			if !shows {
				i += size
			}
		}
		if size <= 1 {
			break
		}
	}
	for _, cut := range cuts(best) {
		if _, err := try(cut(best.Ops)); err != nil {
			return best, err
		}
	}
	return best, nil
}

// cuts are ways to make operations simpler: without one of the objects, without what
// commands are told besides, and without second releases and kills.
func cuts(s *script) []func([]op) []op {
	var all []func([]op) []op
	seen := make(map[string]bool)
	for i := range s.Ops {
		for j := range s.Ops[i].Chart {
			x := s.Ops[i].Chart[j]
			if key := x.Kind + "/" + x.In + "/" + x.Name; !seen[key] {
				seen[key] = true
				all = append(all, each(func(o *op) {
					o.Chart = slices.DeleteFunc(slices.Clone(o.Chart), func(y item) bool { return y.is(&x) })
				}))
			}
		}
	}
	for i := range s.Ops {
		all = append(all, func(ops []op) []op {
			ops = slices.Clone(ops)
			if i < len(ops) {
				ops[i].Flags, ops[i].Kill = nil, nil
			}
			return ops
		})
	}
	return all
}

func each(change func(*op)) func([]op) []op {
	return func(ops []op) []op {
		ops = slices.Clone(ops)
		for i := range ops {
			change(&ops[i])
		}
		return ops
	}
}
