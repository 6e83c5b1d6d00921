package cluster

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
)

// portAttempts is how often a component may find its port taken.
const portAttempts = 5

// launchOnPort launches a component that listens on a port. Between our looking
// for a free port and its listening somebody else may take it: then it ends
// with a message that is well known, and gets another port.
func (c *Cluster) launchOnPort(
	ctx context.Context,
	name string,
	args func(port int) []string,
	ready func(ctx context.Context, port int) error,
) (int, error) {
	for attempt := 1; ; attempt++ {
		port, err := freePort()
		if err != nil {
			return 0, fmt.Errorf("find a port for %s: %w", name, err)
		}
		err = c.launch(ctx, name, args(port), func(ctx context.Context) error { return ready(ctx, port) })
		if err == nil {
			return port, nil
		}
		if attempt == portAttempts || ctx.Err() != nil || !c.portWasTaken(name) {
			return 0, err
		}
	}
}

func (c *Cluster) portWasTaken(name string) bool {
	log, err := os.ReadFile(filepath.Join(c.Dir, name+".log"))
	return err == nil && bytes.Contains(log, []byte("address already in use"))
}

func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}
