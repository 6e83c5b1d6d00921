package cluster

import (
	"os/exec"
	"runtime"
)

// A spawner starts processes from one operating-system thread that lives as
// long as the cluster. On Linux the kernel kills a child with the death signal
// when the thread that forked it ends, and Go ends threads as it likes; a
// thread of our own ends with the cluster, or with the whole process.
type spawner struct {
	requests chan func()
}

func newSpawner() *spawner {
	s := &spawner{requests: make(chan func())}
	go func() {
		// Never unlocked, so the thread is not given to other goroutines.
		runtime.LockOSThread()
		for request := range s.requests {
			request()
		}
	}()
	return s
}

func (s *spawner) start(cmd *exec.Cmd) error {
	result := make(chan error)
	s.requests <- func() { result <- cmd.Start() }
	return <-result
}

// close ends the thread; all processes must have been stopped.
func (s *spawner) close() { close(s.requests) }
