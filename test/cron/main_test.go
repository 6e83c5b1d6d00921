//go:build e2e

package cron

import (
	"context"
	"os"
	"testing"

	"k8s.io/client-go/kubernetes"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/story"
)

// stage is the cluster that all tests share, one after the other.
var stage struct {
	*story.Stage
	client kubernetes.Interface
}

func TestMain(m *testing.M) {
	os.Exit(story.Perform("cron", m, func(ctx context.Context, s *story.Stage) error {
		stage.Stage = s
		stage.client = kubernetes.NewForConfigOrDie(s.Config())
		return play(ctx)
	}))
}
