package cli

import (
	"fmt"

	"github.com/spf13/pflag"
	"k8s.io/cli-runtime/pkg/genericclioptions"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/cluster"
)

// connectFlags are kubectl's, and those that bound what reading costs the server. The
// defaults of these suit clusters of any size, so they are hidden.
type connectFlags struct {
	*genericclioptions.ConfigFlags
	reading cluster.Options
}

func newConnectFlags() *connectFlags {
	f := &connectFlags{ConfigFlags: genericclioptions.NewConfigFlags(true), reading: cluster.DefaultOptions()}
	f.CacheDir = nil // nothing is cached on disk, so there is no folder to choose
	return f
}

// AddFlags adds the flags to a command's.
func (f *connectFlags) AddFlags(flags *pflag.FlagSet) {
	f.ConfigFlags.AddFlags(flags)
	flags.Int64Var(&f.reading.ChunkSize, "chunk-size", f.reading.ChunkSize, "Read lists in pages of so many objects, to the end; 0 is all")
	flags.IntVar(&f.reading.Concurrency, "concurrency", f.reading.Concurrency, "How many requests may be under way at once")
	flags.Float32Var(&f.reading.QPS, "qps", f.reading.QPS, "How many requests may be sent in a second; 0 is any number")
	for _, name := range []string{"chunk-size", "concurrency", "qps"} {
		flags.Lookup(name).Hidden = true
	}
}

// connect makes a client. Who chooses the size of pages wants pages.
func (f *connectFlags) connect() (*cluster.Client, error) {
	switch {
	case f.reading.ChunkSize < 0:
		return nil, fmt.Errorf("--chunk-size %d is negative", f.reading.ChunkSize)
	case f.reading.Concurrency < 1:
		return nil, fmt.Errorf("--concurrency %d is less than 1", f.reading.Concurrency)
	case f.reading.QPS < 0:
		return nil, fmt.Errorf("--qps %v is negative", f.reading.QPS)
	}
	f.reading.Paged = f.reading.ChunkSize != cluster.DefaultOptions().ChunkSize
	rest, err := f.ToRESTConfig()
	if err != nil {
		return nil, err
	}
	return cluster.New(rest, f.reading)
}
