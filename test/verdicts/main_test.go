//go:build e2e

package verdicts

import (
	"context"
	"os"
	"testing"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/story"
)

// stage is what all tests look at: a cluster on which the scenes were played, and
// what the plugin said of it. TestMain sets it, and the tests only read.
var stage struct {
	*story.Stage
	// shown is what ls showed without thresholds, by the names of judgings.
	shown map[judging]output
	// judged is what it said with those of the judging.
	judged map[judging]output
	// scoped is what it said of each scene's namespace alone, and saved what it said of
	// a snapshot, both at the late judging.
	scoped map[string]output
	saved  output
	// reader is what it said to who may only read, and tenants what it said to who may
	// only read one scene's namespace, by namespace; both at the late judging.
	reader  output
	tenants map[string]output
	// after is how what happened next went, by namespace; nil is well.
	after map[string]error
}

func TestMain(m *testing.M) {
	os.Exit(story.Perform("verdicts", m, func(ctx context.Context, s *story.Stage) error {
		stage.Stage = s
		return playAndJudge(ctx)
	}))
}
