package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster/internal/procid"
)

// superviseCommand is what `up` starts in the background; people do not need it.
const superviseCommand = "supervise"

// supervise runs the cluster until it is told to end or a component fails.
func supervise(ctx context.Context, s site) error {
	c, err := cluster.Start(ctx, cluster.Options{Dir: s.dataDir()})
	if err != nil {
		return err
	}
	st, err := describe(c)
	if err == nil {
		err = s.save(st)
	}
	if err == nil {
		err = c.Wait(ctx)
	}
	if errors.Is(err, context.Canceled) {
		err = nil // told to end
	}
	return errors.Join(err, c.Stop())
}

func describe(c *cluster.Cluster) (state, error) {
	st := state{Kubeconfig: c.Kubeconfig, AuditLog: c.AuditLog, Components: map[string]procid.ID{}}
	var err error
	if st.Supervisor, err = procid.Of(os.Getpid()); err != nil {
		return state{}, err
	}
	for _, p := range c.Processes() {
		if st.Components[p.Name], err = procid.Of(p.PID); err != nil {
			return state{}, fmt.Errorf("%s: %w", p.Name, err)
		}
	}
	return st, nil
}
