//go:build e2e

package prunes

import (
	"context"
	"fmt"
	"os"
	"testing"

	"golang.org/x/sync/errgroup"
	"k8s.io/client-go/kubernetes"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/story"
)

// stage is the cluster that all tests share. Those that compare everything on it run
// one after the other, before those that run side by side in namespaces of their own.
var stage struct {
	*story.Stage
	client kubernetes.Interface
}

func TestMain(m *testing.M) {
	os.Exit(story.Perform("prunes", m, func(ctx context.Context, s *story.Stage) error {
		stage.Stage = s
		stage.client = kubernetes.NewForConfigOrDie(s.Config())
		return nil
	}))
}

// playGuards plays what the guards are to look at, most of it waiting for pods.
func playGuards(ctx context.Context) error {
	g, playing := errgroup.WithContext(ctx)
	g.SetLimit(6)
	for _, c := range guardCases() {
		for _, major := range []int{3, 4} {
			g.Go(func() error {
				p := newPlayer(major, c.namespace(major))
				if err := p.makeNamespace(playing); err != nil {
					return err
				}
				if err := c.play(playing, p); err != nil {
					return fmt.Errorf("scene of guard %s: %w", p.Namespace, err)
				}
				return nil
			})
		}
	}
	return g.Wait()
}
