//go:build linux

package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// peakOf is the most memory that a process has had so far, in MiB, or 0 if it has ended.
// What wait(2) tells is no use: it counts what this process had when it forked.
func peakOf(pid int) float64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	kb, err := strconv.Atoi(fields[0])
	if err != nil {
		return 0
	}
	return float64(kb) / 1024
}

type ticks struct{ idle, all int }

// idle tells for how long the machine has had nothing to do, of what time.
func idle() (ticks, error) {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return ticks{}, err
	}
	line, _, _ := strings.Cut(string(text), "\n")
	var t ticks
	for i, field := range strings.Fields(line)[1:] {
		n, err := strconv.Atoi(field)
		if err != nil {
			return ticks{}, fmt.Errorf("/proc/stat: %w", err)
		}
		t.all += n
		if i == 3 || i == 4 { // idle, and waiting for disks
			t.idle += n
		}
	}
	return t, nil
}
