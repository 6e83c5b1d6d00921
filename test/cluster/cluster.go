// Package cluster runs a real Kubernetes control plane on this machine for
// tests and demos: etcd, the API server, the controller manager, the scheduler,
// and kwok as the kubelet of one fake node, on which hook Jobs and Pods
// complete, fail or hang as their labels say. Everything listens on 127.0.0.1.
package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

const (
	// OutcomeLabel on a pod that runs to completion (restartPolicy Never or
	// OnFailure) chooses what becomes of it; without it the pod succeeds.
	OutcomeLabel = "helmhooks.test/outcome"
	// OutcomeSucceed is the value for a pod whose containers exit with 0.
	OutcomeSucceed = "succeed"
	// OutcomeFail is the value for a pod whose containers exit with 1.
	OutcomeFail = "fail"
	// OutcomeHang is the value for a pod that stays Running.
	OutcomeHang = "hang"
	// SecondsLabel on a pod says how long it runs before it succeeds or fails.
	SecondsLabel = "helmhooks.test/seconds"

	// ContextName is the context in every kubeconfig of the cluster.
	ContextName = "helmhooks-test"
	// NodeName is the one node.
	NodeName = "helmhooks-test-node"
	// StorageClassName is the default StorageClass; its claims are bound at once.
	StorageClassName = "helmhooks-test"
)

// Options say how to start a cluster. The zero value is ready to use.
type Options struct {
	// BinDir holds the programs; empty means what DefaultBinDir returns.
	BinDir string
	// Dir receives data, logs and kubeconfigs and must be missing or empty.
	// Empty means a new temporary directory.
	Dir string
	// KeepDir leaves Dir in place when the cluster stops, to read its logs.
	KeepDir bool
	// EtcdQuotaBytes limits the database; 0 means 8 GiB.
	EtcdQuotaBytes int64
	// StartTimeout bounds Start; 0 means two minutes.
	StartTimeout time.Duration
}

func (o Options) withDefaults() (Options, error) {
	if o.BinDir == "" {
		dir, err := DefaultBinDir()
		if err != nil {
			return o, err
		}
		o.BinDir = dir
	}
	if o.EtcdQuotaBytes == 0 {
		o.EtcdQuotaBytes = 8 << 30
	}
	if o.StartTimeout == 0 {
		o.StartTimeout = 2 * time.Minute
	}
	return o, nil
}

// A Cluster is a running control plane.
type Cluster struct {
	// Kubeconfig is a file for an administrator.
	Kubeconfig string
	// AuditLog is a file with a line of JSON per finished request, at level Metadata.
	AuditLog string
	// Dir holds everything that the cluster writes.
	Dir string
	// BinDir holds the programs, also kubectl, helm3 and helm4.
	BinDir string

	opts      Options
	ca        *authority
	spawner   *spawner
	processes []*process
	etcdURL   string
	host      string // of the API server
	client    kubernetes.Interface

	stop    sync.Once
	stopErr error
}

// Start brings a cluster up and returns when it is ready for pods. The context
// bounds the start only; the cluster runs until Stop. On Linux it also ends when
// this process does, in whatever way.
func Start(ctx context.Context, opts Options) (*Cluster, error) {
	opts, err := opts.withDefaults()
	if err != nil {
		return nil, err
	}
	if err := checkPrograms(opts.BinDir); err != nil {
		return nil, err
	}
	dir, err := prepareDir(opts.Dir)
	if err != nil {
		return nil, err
	}
	c := &Cluster{
		Kubeconfig: filepath.Join(dir, "kubeconfig"),
		AuditLog:   filepath.Join(dir, "audit.log"),
		Dir:        dir,
		BinDir:     opts.BinDir,
		opts:       opts,
		spawner:    newSpawner(),
	}
	ctx, cancel := context.WithTimeout(ctx, opts.StartTimeout)
	defer cancel()
	if err := c.bringUp(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("start cluster: %w", err), c.Stop())
	}
	return c, nil
}

// bringUp starts the components in the order in which they need each other.
func (c *Cluster) bringUp(ctx context.Context) error {
	steps := []func(context.Context) error{
		c.createPKI,
		c.startEtcd,
		c.startAPIServer,
		c.writeAdminKubeconfig,
		c.startControllerManager,
		c.startScheduler,
		c.startKwok,
		c.createStorageClass,
		c.createNode,
		c.waitForNode,
		c.waitForServiceAccount,
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// prepareDir makes sure that the directory is the cluster's own: Stop removes it.
func prepareDir(dir string) (string, error) {
	if dir == "" {
		return os.MkdirTemp("", "helmhooks-cluster-")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	if len(entries) > 0 {
		return "", fmt.Errorf("directory %s is not empty", dir)
	}
	return dir, nil
}

// Config returns the administrator's client configuration. The caller may change it.
func (c *Cluster) Config() *rest.Config {
	return rest.CopyConfig(c.ca.admin.restConfig(c.host, c.ca.certPEM))
}

// Processes lists what the cluster runs.
func (c *Cluster) Processes() []Process {
	var list []Process
	for _, p := range c.processes {
		list = append(list, Process{Name: p.name, PID: p.cmd.Process.Pid})
	}
	return list
}

// Wait returns when the context ends, with its error, or when a component ends
// by itself, with an error that names it.
func (c *Cluster) Wait(ctx context.Context) error {
	ended := make(chan *process, len(c.processes))
	for _, p := range c.processes {
		go func() {
			select {
			case <-p.done:
				ended <- p
			case <-ctx.Done():
			}
		}()
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case p := <-ended:
		return p.failure(errors.New("ended unexpectedly"))
	}
}

// Stop ends all processes and removes the directory. It may be called again.
func (c *Cluster) Stop() error {
	c.stop.Do(func() {
		c.stopErr = c.stopProcesses()
		c.spawner.close()
		if !c.opts.KeepDir {
			c.stopErr = errors.Join(c.stopErr, os.RemoveAll(c.Dir))
		}
	})
	return c.stopErr
}
