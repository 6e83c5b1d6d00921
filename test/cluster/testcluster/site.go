package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster/internal/procid"
)

// A site is the directory in which the commands find what they know of the cluster.
type site struct {
	dir string
}

func (s site) stateFile() string { return filepath.Join(s.dir, "state.json") }
func (s site) logFile() string   { return filepath.Join(s.dir, "supervisor.log") }
func (s site) dataDir() string   { return filepath.Join(s.dir, "data") }

// A state describes a cluster that became ready.
type state struct {
	Supervisor procid.ID            `json:"supervisor"`
	Components map[string]procid.ID `json:"components"`
	Kubeconfig string               `json:"kubeconfig"`
	AuditLog   string               `json:"auditLog"`
}

// locked keeps commands from starting and stopping the same cluster at once.
func (s site) locked(ctx context.Context, do func() error) error {
	if err := os.MkdirAll(s.dir, 0o755); err != nil {
		return err
	}
	unlock, err := lock(ctx, filepath.Join(s.dir, "lock"))
	if err != nil {
		return fmt.Errorf("lock %s: %w", s.dir, err)
	}
	defer unlock()
	return do()
}

// load returns the state, and whether there is one.
func (s site) load() (state, bool, error) {
	data, err := os.ReadFile(s.stateFile())
	if errors.Is(err, fs.ErrNotExist) {
		return state{}, false, nil
	}
	if err != nil {
		return state{}, false, err
	}
	var st state
	if err := json.Unmarshal(data, &st); err != nil {
		return state{}, false, fmt.Errorf("%s: %w", s.stateFile(), err)
	}
	return st, true, nil
}

// save writes the state in one step: who finds it finds all of it.
func (s site) save(st state) error {
	data, err := json.MarshalIndent(st, "", "  ")
	if err != nil {
		return err
	}
	temp := s.stateFile() + ".new"
	if err := os.WriteFile(temp, append(data, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(temp, s.stateFile())
}

// clear removes what a cluster that no longer runs has left.
func (s site) clear() error {
	err := os.Remove(s.stateFile())
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return errors.Join(err, os.RemoveAll(s.dataDir()))
}
