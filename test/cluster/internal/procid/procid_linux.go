package procid

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

// startOf reads the start in clock ticks since boot, and the boot, so that an
// identity in a file means nothing after a restart of the machine.
func startOf(pid int) (string, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return "", err
	}
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return "", err
	}
	// The program's name stands in parentheses and may hold some itself.
	text := string(stat)
	fields := strings.Fields(text[strings.LastIndexByte(text, ')')+1:])
	const state, start = 0, 19
	if len(fields) <= start {
		return "", fmt.Errorf("process %d: short stat", pid)
	}
	if fields[state] == "Z" || fields[state] == "X" {
		return "", errors.New("the process has ended")
	}
	return strings.TrimSpace(string(boot)) + "/" + fields[start], nil
}
