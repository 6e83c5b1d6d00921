package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

const (
	pollInterval = 50 * time.Millisecond
	// stopGrace is how long a process may take to end by itself. The data is
	// thrown away, so there is nothing to lose after it.
	stopGrace = 5 * time.Second
)

// A Process is one running program of a cluster.
type Process struct {
	Name string
	PID  int
}

// process is a started program and its log.
type process struct {
	name string
	cmd  *exec.Cmd
	log  string

	done chan struct{} // closed when the program has ended
	err  error         // how it ended; read after done
}

// spawn starts a program of the cluster with its output in a log file.
func (c *Cluster) spawn(name string, args []string) (*process, error) {
	log := filepath.Join(c.Dir, name+".log")
	// Truncate: a retry must not find the message of the attempt before.
	out, err := os.Create(log)
	if err != nil {
		return nil, err
	}
	defer out.Close()

	cmd := exec.Command(filepath.Join(c.BinDir, name), args...)
	cmd.Dir = c.Dir
	// A home of its own, so that no configuration of the user's is picked up.
	cmd.Env = append(Env(), "HOME="+c.Dir)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = sysProcAttr()
	if err := c.spawner.start(cmd); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	p := &process{name: name, cmd: cmd, log: log, done: make(chan struct{})}
	go func() {
		p.err = cmd.Wait()
		close(p.done)
	}()
	return p, nil
}

// launch starts a component and returns when it is ready.
func (c *Cluster) launch(ctx context.Context, name string, args []string, ready func(context.Context) error) error {
	p, err := c.spawn(name, args)
	if err != nil {
		return err
	}
	if err := p.await(ctx, ready); err != nil {
		return errors.Join(err, stopAll([]*process{p}))
	}
	c.processes = append(c.processes, p)
	return nil
}

// await polls until ready returns nil. It gives up when the process ends.
func (p *process) await(ctx context.Context, ready func(context.Context) error) error {
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	for {
		err := ready(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-p.done:
			return p.failure(errors.New("ended before it was ready"))
		case <-ctx.Done():
			return p.failure(fmt.Errorf("%w: not ready: %w", ctx.Err(), err))
		case <-tick.C:
		}
	}
}

// failure names the component and quotes the end of its log.
func (p *process) failure(err error) error {
	select {
	case <-p.done:
		if p.err != nil {
			err = fmt.Errorf("%w: %w", err, p.err)
		}
	default:
	}
	return fmt.Errorf("%s: %w; last lines of its log:\n%s", p.name, err, logTail(p.log))
}

// find returns the process of a component that was launched.
func (c *Cluster) find(name string) *process {
	for _, p := range c.processes {
		if p.name == name {
			return p
		}
	}
	panic("cluster: " + name + " was not launched")
}

// stopProcesses ends the clients of the API server first, then the API server,
// then etcd: one that loses its server retries for a while instead of ending.
func (c *Cluster) stopProcesses() error {
	var clients, servers []*process
	for _, p := range c.processes {
		if p.name == etcd || p.name == apiServer {
			servers = append([]*process{p}, servers...)
		} else {
			clients = append(clients, p)
		}
	}
	err := stopAll(clients)
	for _, p := range servers {
		err = errors.Join(err, stopAll([]*process{p}))
	}
	return err
}

// stopAll asks the processes to end and kills those that do not in time.
func stopAll(processes []*process) error {
	for _, p := range processes {
		p.signal(syscall.SIGTERM)
	}
	deadline := time.After(stopGrace)
	var errs []error
	for _, p := range processes {
		select {
		case <-p.done:
			continue
		case <-deadline:
		}
		// The deadline fires once; from here on everybody is killed.
		deadline = closedTimer()
		p.signal(syscall.SIGKILL)
		select {
		case <-p.done:
		case <-time.After(stopGrace):
			errs = append(errs, fmt.Errorf("%s (pid %d) survived SIGKILL", p.name, p.cmd.Process.Pid))
		}
	}
	return errors.Join(errs...)
}

func closedTimer() <-chan time.Time {
	c := make(chan time.Time)
	close(c)
	return c
}

// signal reaches the process and what it may have started. A process that has
// ended is left alone: its number may belong to somebody else by now.
func (p *process) signal(sig syscall.Signal) {
	select {
	case <-p.done:
	default:
		signalGroup(p.cmd.Process, sig)
	}
}
