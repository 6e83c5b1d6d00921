//go:build e2e

package twins

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
	"sigs.k8s.io/yaml"
)

// What is played unless SEED and OPS say otherwise: enough to notice, and minutes.
const (
	firstSeed = 1
	someOps   = 60
	// lifetime is how many operations a life has.
	lifetime = 14
	// abreast is how many lives go on at the same time.
	abreast = 8
)

// totals are what came of all lives.
type totals struct {
	mu sync.Mutex
	life
	lives, ended, once int
	unblockedBy        map[string]int
	broken             []string
}

// TestLives plays random lives. SEED is the first one's, and OPS how many commands of
// Helm are run in both twins at least. What fails is played again, and cut down.
func TestLives(t *testing.T) {
	seed, ops := number(t, "SEED", firstSeed), number(t, "OPS", someOps)
	all := &totals{life: life{deleted: make(map[string]int), failed: make(map[string]int), guards: make(map[string]int)}, unblockedBy: make(map[string]int)}
	began := time.Now()
	enough := make(chan os.Signal, 1) // after it, lives that have begun are finished
	signal.Notify(enough, os.Interrupt)
	defer signal.Stop(enough)
	g, ctx := errgroup.WithContext(t.Context())
	for range abreast {
		g.Go(func() error {
			for {
				next, ok := all.next(seed, ops)
				if !ok || len(enough) > 0 {
					return nil
				}
				if err := all.play(ctx, t, write(next, lifetime)); err != nil {
					return err
				}
			}
		})
	}
	err := g.Wait()
	t.Logf("%s in %s", all, time.Since(began).Round(time.Second))
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range all.broken {
		t.Error(b)
	}
	if len(all.deleted) == 0 {
		t.Error("prune deleted nothing: nothing was tested")
	}
}

// TestFound plays what once showed a fault.
func TestFound(t *testing.T) {
	files, err := filepath.Glob("testdata/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if file := os.Getenv("SCRIPT"); file != "" {
		files = []string{file}
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			s, err := readScript(file)
			if err != nil {
				t.Fatal(err)
			}
			l, err := live(t.Context(), s)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range l.faults {
				t.Errorf("operation %d, %s: %s", l.at, &s.Ops[l.at], f)
			}
		})
	}
}

func number(t *testing.T, name string, otherwise int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// next is the seed of the next life, if there is to be one.
func (a *totals) next(seed, ops int) (uint64, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.ops >= ops {
		return 0, false
	}
	a.lives++
	return uint64(seed + a.lives - 1), true
}

// play plays a life and, if it shows a fault, tells of it.
func (a *totals) play(ctx context.Context, t *testing.T, s *script) error {
	l, err := live(ctx, s)
	if err != nil {
		return fmt.Errorf("seed %d: %w", s.Seed, err)
	}
	a.add(t, l)
	if l.faults == nil {
		return nil
	}
	first := l.faults[0]
	t.Logf("seed %d, operation %d, %s: %s", s.Seed, l.at, &s.Ops[l.at], first)
	again, err := live(ctx, s)
	if err != nil {
		return err
	}
	if !again.shows(first.What) {
		// Timing, on a machine under load: what prune does comes again.
		t.Logf("seed %d: it did not come again", s.Seed)
		a.mu.Lock()
		defer a.mu.Unlock()
		a.once++
		return nil
	}
	small, err := shrink(ctx, s, again, time.Now().Add(shrinking(t)))
	if err != nil {
		return err
	}
	return a.breaks(again, small)
}

// shrinking is how long a script may be shrunk.
func shrinking(t *testing.T) time.Duration {
	return time.Duration(number(t, "SHRINK", 120)) * time.Second
}

func (a *totals) breaks(l *life, small *script) error {
	small.Found = l.faults[0].String()
	file := filepath.Join(os.TempDir(), fmt.Sprintf("twins-%d.yaml", small.Seed))
	shell, err := small.save(file)
	if err != nil {
		return err
	}
	text, err := yaml.Marshal(small)
	if err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.broken = append(a.broken, fmt.Sprintf("seed %d: %s\nmake soak SCRIPT=%s plays it again:\n%s\nFor people, beside it:\n%s", small.Seed, small.Found, file, text, shell))
	return nil
}

func (a *totals) add(t *testing.T, l *life) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if before := a.ops / 100; (a.ops+l.ops)/100 > before {
		t.Logf("%d operations", a.ops+l.ops)
	}
	a.ops += l.ops
	a.prunes += l.prunes
	a.killed += l.killed
	a.later += l.later
	for what, n := range l.failed {
		a.failed[what] += n
	}
	for what, n := range l.deleted {
		a.deleted[what] += n
	}
	for what, n := range l.guards {
		a.guards[what] += n
	}
	if l.unblocked != "" {
		a.unblockedBy[l.unblocked]++
	}
	if l.wentOn {
		a.ended++
	}
}

func (a *totals) String() string {
	deleted := 0
	for _, n := range a.deleted {
		deleted += n
	}
	s := fmt.Sprintf("%d operations in %d lives, each in both twins (%d killed); %d prunes deleted %d objects; %d lives in which only the pruned twin went on; %d references of who came later; %d faults that did not come again",
		a.ops, a.lives, a.killed, a.prunes, deleted, a.ended, a.later, a.once)
	for _, counts := range []map[string]int{a.deleted, a.guards, a.unblockedBy, a.failed} {
		for _, what := range slices.Sorted(maps.Keys(counts)) {
			s += fmt.Sprintf("\n  %4d %s", counts[what], what)
		}
	}
	return s
}
