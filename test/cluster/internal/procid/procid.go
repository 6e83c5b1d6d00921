// Package procid names processes so that a number that the system has given to
// somebody else is not taken for the process it once meant.
package procid

import "time"

// An ID is a process: its number and when it started, in whatever unit the
// system counts.
type ID struct {
	PID   int    `json:"pid"`
	Start string `json:"start"`
}

// Of returns the identity of the running process with the number.
func Of(pid int) (ID, error) {
	start, err := startOf(pid)
	return ID{PID: pid, Start: start}, err
}

// Alive tells whether the process still runs. One that has ended and waits for
// its parent to notice does not.
func (id ID) Alive() bool {
	now, err := Of(id.PID)
	return err == nil && now == id
}

// WaitGone waits until the process is gone, and tells whether it is.
func (id ID) WaitGone(timeout time.Duration) bool {
	for deadline := time.Now().Add(timeout); id.Alive(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			return false
		}
	}
	return true
}
