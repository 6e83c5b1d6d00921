//go:build unix

package cluster

import (
	"os"
	"syscall"
)

// signalGroup signals the group that the process leads. It fails only when the
// group is gone, which is what the caller wants.
func signalGroup(p *os.Process, sig syscall.Signal) { _ = syscall.Kill(-p.Pid, sig) }
