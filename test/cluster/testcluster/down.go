package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"time"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster/internal/procid"
)

// downTimeout covers the graces that the cluster gives to its components.
const downTimeout = 30 * time.Second

// down stops the cluster and removes its data. Nothing to stop is no error.
func down(s site, out io.Writer) error {
	st, found, err := s.load()
	if err != nil {
		return err
	}
	running := found && st.Supervisor.Alive()
	if err := errors.Join(endAll(st), s.clear()); err != nil {
		return err
	}
	if running {
		fmt.Fprintln(out, "the test cluster is stopped")
	} else {
		fmt.Fprintln(out, "no test cluster is running")
	}
	return nil
}

// endAll ends the supervisor, which ends the components. Where the kernel does
// not end them with a supervisor that was killed, they are ended one by one.
func endAll(st state) error {
	errs := []error{end("supervisor", st.Supervisor)}
	for name, id := range st.Components {
		errs = append(errs, end(name, id))
	}
	return errors.Join(errs...)
}

// end asks the process to end, and kills it if it does not in time. It signals
// only the process that the identity names: the handle is opened before the
// identity is checked, and on Linux a handle never changes its process.
func end(name string, id procid.ID) error {
	if id.PID <= 0 {
		return nil
	}
	process, err := os.FindProcess(id.PID)
	if err != nil {
		return nil // the number is free, so the process is gone
	}
	defer process.Release()
	for _, signal := range []os.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		if !id.Alive() {
			return nil
		}
		if err := process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return fmt.Errorf("signal the %s (pid %d): %w", name, id.PID, err)
		}
		if id.WaitGone(downTimeout) {
			return nil
		}
	}
	return fmt.Errorf("the %s (pid %d) survived SIGKILL", name, id.PID)
}

func status(s site, out io.Writer) error {
	st, found, err := s.load()
	if err != nil {
		return err
	}
	if !found || !st.Supervisor.Alive() {
		fmt.Fprintln(out, "no test cluster is running")
		return nil
	}
	fmt.Fprintf(out, "running: supervisor pid %d\nkubeconfig: %s\naudit log: %s\n", st.Supervisor.PID, st.Kubeconfig, st.AuditLog)
	return nil
}
