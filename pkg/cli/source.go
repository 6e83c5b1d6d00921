package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/cluster"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/dump"
)

// sourceFlags say where evidence comes from.
type sourceFlags struct {
	config *connectFlags
	files  []string
}

func (f *sourceFlags) addFlags(cmd *cobra.Command) {
	cmd.Flags().StringSliceVarP(&f.files, "filename", "f", nil,
		"Read `FILES` or directories instead of the cluster: what \"snapshot\" wrote, or kubectl get -o json; - is standard input")
}

// notEmpty refuses flags that are given and empty, as an unset variable of a script
// makes them: they would widen what was asked for.
func notEmpty(cmd *cobra.Command, flags ...string) error {
	for _, name := range flags {
		f := cmd.Flags().Lookup(name)
		if list, ok := f.Value.(interface{ GetSlice() []string }); ok && f.Changed && len(list.GetSlice()) == 0 {
			return fmt.Errorf("--%s is empty", name)
		}
	}
	return nil
}

// fromFiles tells whether evidence comes from files.
func (f *sourceFlags) fromFiles() bool { return len(f.files) > 0 }

// namespace is the one that the user asked for or, of a cluster, that kubectl
// would take. Of files it is all if none was asked for.
func (f *sourceFlags) namespace() (string, error) {
	if f.fromFiles() {
		if n := f.config.Namespace; n != nil {
			return *n, nil
		}
		return "", nil
	}
	namespace, _, err := f.config.ToRawKubeConfigLoader().Namespace()
	return namespace, err
}

// gather reads what the query asks for, as far as files can answer it.
func (f *sourceFlags) gather(ctx context.Context, q cluster.Query, streams genericiooptions.IOStreams) (evidence, error) {
	if f.fromFiles() {
		return dump.Open(ctx, f.files, streams.In, dump.Options{Namespace: q.Namespace})
	}
	client, err := f.config.connect()
	if err != nil {
		return nil, err
	}
	return client.Gather(ctx, q)
}
