//go:build e2e

package e2e

import (
	"context"
	"os"
	"testing"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/story"
)

// stage is what all tests look at: a cluster on which the charts were played.
// TestMain sets it, and the tests only read.
var stage struct {
	*story.Stage
	// lifecycles are what each Helm's whole life of a release looked like.
	lifecycles [5][]act
}

func TestMain(m *testing.M) {
	os.Exit(story.Perform("e2e", m, func(ctx context.Context, s *story.Stage) error {
		stage.Stage = s
		return play(ctx)
	}))
}
