package procid

import (
	"os"
	"os/exec"
	"testing"
	"time"
)

func TestAliveUntilKilled(t *testing.T) {
	cmd := exec.Command("sleep", "60")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	id, err := Of(cmd.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	if !id.Alive() {
		t.Error("a running process is not alive")
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	// Nobody has waited for the process, so its number still stands in the table.
	if !id.WaitGone(5 * time.Second) {
		t.Error("a killed process is alive")
	}
	_ = cmd.Wait()
}

func TestReusedNumberIsAnotherProcess(t *testing.T) {
	id, err := Of(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	id.Start += "0"
	if id.Alive() {
		t.Error("a process with the same number but another start is taken for it")
	}
}
