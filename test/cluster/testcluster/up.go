package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
)

const pollInterval = 50 * time.Millisecond

// up starts a cluster unless one runs, and prints how to use it.
func up(ctx context.Context, s site, out io.Writer) error {
	st, found, err := s.load()
	if err != nil {
		return err
	}
	if !found || !st.Supervisor.Alive() {
		// Nothing is left to run: first end and remove what an old one left.
		if err := errors.Join(endAll(st), s.clear()); err != nil {
			return err
		}
		if st, err = startSupervisor(ctx, s); err != nil {
			return err
		}
	}
	fmt.Fprintf(out, "export KUBECONFIG=%s\n", st.Kubeconfig)
	fmt.Fprintln(out, "# stop it with: go run ./test/cluster/testcluster down")
	return nil
}

// startSupervisor starts the process that runs the cluster and waits until it
// says that the cluster is ready, or ends.
func startSupervisor(ctx context.Context, s site) (state, error) {
	self, err := os.Executable()
	if err != nil {
		return state{}, err
	}
	log, err := os.Create(s.logFile())
	if err != nil {
		return state{}, err
	}
	defer log.Close()
	cmd := exec.Command(self, superviseCommand)
	cmd.Env = cluster.Env()
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = detached()
	if err := cmd.Start(); err != nil {
		return state{}, fmt.Errorf("start the supervisor: %w", err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // how it ended is in its log
		close(ended)
	}()
	return awaitState(ctx, s, cmd.Process, ended)
}

func awaitState(ctx context.Context, s site, supervisor *os.Process, ended <-chan struct{}) (state, error) {
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	for {
		select {
		case <-ended:
			log, err := os.ReadFile(s.logFile())
			return state{}, errors.Join(fmt.Errorf("the cluster did not start:\n%s", log), err)
		case <-ctx.Done():
			err := supervisor.Signal(os.Interrupt)
			<-ended
			return state{}, errors.Join(ctx.Err(), err)
		case <-tick.C:
			if st, found, err := s.load(); err != nil || found {
				return st, err
			}
		}
	}
}
