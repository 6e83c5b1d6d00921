//go:build e2e

package requests

import (
	"context"
	"flag"
	"os"
	"testing"

	"k8s.io/client-go/kubernetes"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/story"
)

var update = flag.Bool("update", false, "write the table in docs/performance.md anew")

// stage has a cluster that nobody else uses: `ls -A` asks for all that is on it.
var stage struct {
	*story.Stage
	client kubernetes.Interface
}

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(story.Perform("requests", m, func(_ context.Context, s *story.Stage) error {
		stage.Stage = s
		stage.client = kubernetes.NewForConfigOrDie(s.Config())
		return nil
	}))
}
