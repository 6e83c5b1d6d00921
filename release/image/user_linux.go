package main

import (
	"os"
	"os/exec"
	"strconv"
	"syscall"
)

// asRoot makes a command run as root of a user namespace in which nobody else
// is, unless the user is root anyway. All files of the image are root's, so that
// needs no ranges of further users, and none of the programs that grant them,
// which buildah would look for.
func asRoot(cmd *exec.Cmd) {
	uid, gid := os.Geteuid(), os.Getegid()
	if uid == 0 {
		return
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: uid, Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: gid, Size: 1}},
	}
	// By these buildah knows that there is a namespace already, and whose.
	cmd.Env = append(cmd.Env, "_CONTAINERS_USERNS_CONFIGURED=done",
		"_CONTAINERS_ROOTLESS_UID="+strconv.Itoa(uid), "_CONTAINERS_ROOTLESS_GID="+strconv.Itoa(gid))
}
