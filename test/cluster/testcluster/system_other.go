//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package main

import (
	"context"
	"errors"
	"syscall"
)

func detached() *syscall.SysProcAttr { return nil }

func lock(context.Context, string) (unlock func(), err error) {
	return nil, errors.New("not supported on this system")
}
