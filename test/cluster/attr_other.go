//go:build !unix

package cluster

import (
	"os"
	"syscall"
)

func sysProcAttr() *syscall.SysProcAttr { return nil }

// signalGroup knows only the process itself here, and only how to kill it.
func signalGroup(p *os.Process, _ syscall.Signal) { _ = p.Kill() }
