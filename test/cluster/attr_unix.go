//go:build unix && !linux

package cluster

import "syscall"

// sysProcAttr puts a process in a group of its own. There is no death signal
// here: what a killed test leaves must be ended by hand.
func sysProcAttr() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
