package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
)

// measuring is the measurement at one size.
type measuring struct {
	setup    *setup
	cluster  *cluster.Cluster
	releases int
	heavy    string
}

// all measures every command, round by round: what disturbs one round disturbs all alike.
func (m *measuring) all(ctx context.Context) (*size, error) {
	dir, err := os.MkdirTemp("", "helmhooks-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	requests := filepath.Join(dir, "requests.json")
	at := &size{Releases: m.releases, Records: m.releases * m.setup.load.revisions}
	if at.Requests, err = m.record(ctx, dir, requests); err != nil {
		return nil, err
	}
	subjects, err := m.subjects(requests)
	if err != nil {
		return nil, err
	}
	samples := make([][]sample, len(subjects))
	for round := range m.setup.rounds {
		for i, s := range subjects {
			if s.heavy && round > 0 {
				continue
			}
			got, err := m.once(ctx, dir, s)
			if err != nil {
				return nil, err
			}
			m.setup.say("%6d releases  round %d  %-46s %8.3f s %7.1f MiB", m.releases, round+1, s.name, got.Seconds, got.MiB)
			samples[i] = append(samples[i], got)
		}
	}
	for i, s := range subjects {
		at.Commands = append(at.Commands, summary(s.name, len(s.steps), samples[i]))
	}
	return at, nil
}

// once runs a command's processes, and adds up their time.
func (m *measuring) once(ctx context.Context, dir string, s subject) (sample, error) {
	var sum sample
	for _, args := range s.steps {
		got, _, err := m.process(ctx, dir, m.cluster.Kubeconfig, args)
		if err != nil {
			return sum, fmt.Errorf("%s: %w", strings.Join(args, " "), err)
		}
		sum.Seconds += got.Seconds
		sum.CPU += got.CPU
		sum.MiB = max(sum.MiB, got.MiB)
	}
	return sum, nil
}

// process runs a program to its end, and returns what it wrote on stderr, too.
func (m *measuring) process(ctx context.Context, dir, kubeconfig string, args []string) (sample, string, error) {
	var stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Env = append(slices.DeleteFunc(cluster.Env(), func(v string) bool { return strings.HasPrefix(v, "HELM_") }),
		"KUBECONFIG="+kubeconfig, "HOME="+dir)
	cmd.Stdout, cmd.Stderr = io.Discard, &stderr
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return sample{}, "", err
	}
	watched := watch(cmd.Process.Pid)
	err := cmd.Wait()
	took := time.Since(began)
	most := watched()
	if err != nil {
		return sample{}, "", errors.Join(err, errors.New(strings.TrimSpace(stderr.String())))
	}
	return sample{
		Seconds: took.Seconds(), CPU: (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds(), MiB: most,
	}, stderr.String(), nil
}

// watch looks at a process's memory until the returned function is called, which tells
// the most that it had.
func watch(pid int) func() float64 {
	done, result := make(chan struct{}), make(chan float64)
	go func() {
		most := 0.0
		for {
			most = max(most, peakOf(pid))
			select {
			case <-done:
				result <- most
				return
			case <-time.After(2 * time.Millisecond):
			}
		}
	}()
	return func() float64 {
		close(done)
		return <-result
	}
}

// record runs ls -A through a proxy that notes what it asks for.
func (m *measuring) record(ctx context.Context, dir, path string) (int, error) {
	p, err := newRecorder(m.cluster.Config(), dir)
	if err != nil {
		return 0, err
	}
	defer p.close()
	if _, _, err := m.process(ctx, dir, p.kubeconfig, []string{m.setup.bin, "ls", "-A"}); err != nil {
		return 0, err
	}
	return p.write(path)
}

// settle waits until the controllers have come to rest: until the machine has been idle,
// but for a tenth, for a while.
func settle(ctx context.Context, patience time.Duration) error {
	const window = 3 * time.Second
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		before, err := idle()
		if err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(window):
		}
		after, err := idle()
		if err != nil {
			return err
		}
		if share := float64(after.idle-before.idle) / float64(after.all-before.all); share > 0.9 {
			return nil
		}
	}
	fmt.Fprintln(os.Stderr, "the machine has not come to rest: expect wide spreads")
	return nil
}

func executable() (string, error) {
	path, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("cannot find this program again: %w", err)
	}
	return path, nil
}
