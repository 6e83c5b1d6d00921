package cli

import (
	"context"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/cluster"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/dump"
)

// sourceFlags say where evidence comes from.
type sourceFlags struct {
	config *genericclioptions.ConfigFlags
	files  []string
}

func (f *sourceFlags) addFlags(cmd *cobra.Command) {
	cmd.Flags().StringSliceVarP(&f.files, "filename", "f", nil,
		"Read these files or directories instead of the cluster: what `kubectl helmhooks snapshot` wrote, or kubectl get -o json; - is standard input")
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
	client, err := connect(f.config)
	if err != nil {
		return nil, err
	}
	return client.Gather(ctx, q)
}

// connect makes a client from kubectl's flags.
func connect(config *genericclioptions.ConfigFlags) (*cluster.Client, error) {
	rest, err := config.ToRESTConfig()
	if err != nil {
		return nil, err
	}
	return cluster.New(rest, cluster.DefaultOptions())
}
