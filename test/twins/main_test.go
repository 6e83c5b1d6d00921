//go:build e2e

package twins

import (
	"context"
	"os"
	"testing"

	"k8s.io/client-go/dynamic"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/story"
)

// stage is the cluster that all lives are lived on. TestMain sets it, and the tests only
// read.
var stage struct {
	*story.Stage
	client dynamic.Interface
}

func TestMain(m *testing.M) {
	os.Exit(story.Perform("twins", m, func(_ context.Context, s *story.Stage) error {
		stage.Stage = s
		stage.client = dynamic.NewForConfigOrDie(s.Config())
		return nil
	}))
}
