package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) > 0 && args[0] == floorCommand {
		return floor(ctx, args[1:])
	}
	if len(args) > 0 && args[0] == reportCommand {
		return report(args[1:])
	}
	s, err := parse(args)
	if err != nil {
		return err
	}
	return s.run(ctx)
}

// setup is what to measure.
type setup struct {
	name     string
	sizes    []int // releases, ascending
	load     load
	rounds   int
	patience time.Duration
	heavy    string // what to measure of that which takes minutes
	out      string
	bin      string
	hold     bool
	progress *os.File
}

func parse(args []string) (*setup, error) {
	s := &setup{progress: os.Stderr}
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	sizes := f.String("releases", "100,300,1000", "numbers of releases at which to measure, ascending")
	f.StringVar(&s.name, "name", "all-live", "name of this run in the results")
	f.IntVar(&s.load.revisions, "revisions", 10, "records of each release")
	f.IntVar(&s.load.size, "size", 84_000, "bytes of a record as stored")
	f.IntVar(&s.load.huge, "huge", 100, "one release in so many has a current record at the limit of 1 MiB; 0 is none")
	f.IntVar(&s.load.live, "live", 1, "one release in so many has live hook objects")
	f.IntVar(&s.load.orphaned, "orphaned", 10, "one release with live hooks in so many has an orphan; 0 is none")
	f.IntVar(&s.load.objects, "objects", 60, "ordinary objects of each release")
	f.IntVar(&s.rounds, "rounds", 5, "how often each command runs")
	f.DurationVar(&s.patience, "settle", 5*time.Minute, "how long to wait for the machine to come to rest")
	f.StringVar(&s.heavy, "heavy", heavyAll, "at the last size measure also helm list, helm get hooks and kubectl get secrets (all), helm list (lists), or none")
	f.BoolVar(&s.hold, "hold", false, "keep the cluster until interrupted, to look closer")
	f.StringVar(&s.bin, "bin", "", "the plugin's binary")
	f.StringVar(&s.out, "out", "", "the directory of results, such as docs/performance")
	if err := f.Parse(args); err != nil {
		return nil, err
	}
	for text := range strings.SplitSeq(*sizes, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("-releases %q is no list of numbers", *sizes)
		}
		s.sizes = append(s.sizes, n)
	}
	if !slices.IsSorted(s.sizes) {
		return nil, fmt.Errorf("-releases %s does not ascend", *sizes)
	}
	if !slices.Contains([]string{heavyAll, heavyLists, heavyNone}, s.heavy) {
		return nil, fmt.Errorf("-heavy %q is neither all nor lists nor none", s.heavy)
	}
	if s.bin == "" || s.out == "" {
		return nil, errors.New("-bin and -out are needed")
	}
	var err error
	s.bin, err = filepath.Abs(s.bin)
	return s, err
}

// run fills a cluster step by step, and measures at each size.
func (s *setup) run(ctx context.Context) (err error) {
	c, err := cluster.Start(ctx, cluster.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Stop()) }()
	filler, err := newFiller(c, s.load)
	if err != nil {
		return err
	}
	results := &results{Name: s.name, Load: s.load.describe()}
	done := 0
	for i, n := range s.sizes {
		s.say("filling: %d releases", n)
		if err := filler.fill(ctx, done, n); err != nil {
			return err
		}
		done = n
		if err := settle(ctx, s.patience); err != nil {
			return err
		}
		last := i == len(s.sizes)-1
		m := &measuring{setup: s, cluster: c, releases: n, heavy: heavyNone}
		if last {
			m.heavy = s.heavy
		}
		at, err := m.all(ctx)
		if err != nil {
			return err
		}
		results.Sizes = append(results.Sizes, *at)
		if err := results.write(s.out); err != nil {
			return err
		}
	}
	if s.hold {
		s.say("the cluster stays until this program is interrupted: export KUBECONFIG=%s", c.Kubeconfig)
		<-ctx.Done()
	}
	return nil
}

func (s *setup) say(format string, args ...any) { fmt.Fprintf(s.progress, format+"\n", args...) }
