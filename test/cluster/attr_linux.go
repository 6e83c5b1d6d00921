package cluster

import "syscall"

// sysProcAttr puts a process in a group of its own, so that a Ctrl-C in the
// terminal reaches only us, and has the kernel kill it when we are gone.
func sysProcAttr() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
