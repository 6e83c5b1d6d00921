// Command kubectl-helmhooks is a kubectl plugin that shows what Helm hooks left
// behind in a cluster.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"k8s.io/cli-runtime/pkg/genericiooptions"
	_ "k8s.io/client-go/plugin/pkg/client/auth" // cloud logins, as kubectl has them

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/cli"
)

func main() {
	collectEagerly()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	streams := genericiooptions.IOStreams{In: os.Stdin, Out: os.Stdout, ErrOut: os.Stderr}
	code := cli.Main(ctx, streams, build(), os.Args[1:])
	stop()
	os.Exit(code)
}
