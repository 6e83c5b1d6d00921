//go:build e2e

package verdicts

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/story"
)

// scene is a piece of a release's life, and what is to be said of what it leaves.
type scene struct {
	// name is part of the namespace's, and of the release's: a release of the same
	// name anywhere else would be evidence.
	name string
	// helms are the major versions that play it, each in a namespace of its own.
	helms []int
	// late scenes spoil the evidence for others, and are played when those have
	// been judged.
	late bool
	play []step
	// want holds the verdicts by judging, and those by object: kind/name,
	// kind/namespace/name, or kind//name for objects without a namespace. {ns} is
	// the scene's namespace.
	want map[judging]wants
	// after is what happens next, by Helm's major version, when all has been judged:
	// it shows that what blocks really does, and that what does not does not.
	after map[int][]step
}

type wants map[string]want

// want is what is to be said of one object.
type want struct {
	// absent is for what ls must not show; nothing else is said of it.
	absent bool
	// reason implies the verdict.
	reason string
	// guards are all that refuse, in alphabetical order with spaces between.
	guards string
	// blocks are phase:how with spaces between, by Helm's major version.
	blocks by
	// leaks is set where an uninstall will leave a part of the release. What awaits its
	// next run leaks too.
	leaks bool
	// status is what the object looks like; if empty, it is Succeeded for Jobs and
	// Pods, and Present for others.
	status string
	// attribution is how its release is known; if empty, by a record.
	attribution string
}

type by map[int]string

// either is for what does not depend on the version of Helm.
func either(blocks string) by { return by{3: blocks, 4: blocks} }

// What attributes an object where no record does. A name is a guess, and nothing
// at all is no better.
const (
	byLabel    = "instance-label"
	byOwner    = "ownership-annotation"
	byFlux     = "flux-label"
	byNoRecord = "name or nothing"
)

func both() []int { return []int{3, 4} }

// stale is for scenes that are judged as most are: as if Helm had gone long ago.
func stale(w wants) map[judging]wants { return map[judging]wants{whenStale: w} }

// gone are the verdicts on what a release left that has no record any more.
func gone(w want) want {
	w.reason, w.attribution = "ReleaseGone", byLabel
	return w
}

// scenes are those whose names contain what SCENES says: all, unless somebody works
// on one.
func scenes() []scene {
	return slices.DeleteFunc(allScenes(), func(s scene) bool { return !strings.Contains(s.name, os.Getenv("SCENES")) })
}

// allScenes are those of all files.
func allScenes() []scene {
	return slices.Concat(
		killedScenes(), testScenes(), failedScenes(), droppedScenes(), goneScenes(), recordlessScenes(),
		policyScenes(), shapeScenes(), partScenes(), sharedScenes(), deployerScenes(), fluxScenes(), guardScenes(), blockScenes(), lateScenes(),
	)
}

// hand plays one scene with one Helm.
type hand struct {
	story.Helm
	release string
	// dir is the scene's own, for values and charts.
	dir string
	// life ends with the tests, and with it who is left waiting for a hook.
	life context.Context
}

func namespaceOf(s scene, major int) string { return fmt.Sprintf("%s-h%d", s.name, major) }

// atOnce is how many scenes are played at a time: mostly they wait for pods.
const atOnce = 8

// playScenes plays the late ones, or all others.
func playScenes(ctx context.Context, late bool) error {
	return eachHand(ctx, func(ctx context.Context, s scene, h *hand) error {
		if s.late != late {
			return nil
		}
		if err := h.perform(ctx, s.play); err != nil {
			return fmt.Errorf("scene %s: %w", h.Namespace, err)
		}
		return nil
	})
}

// playAfter plays what happens next, and returns what went otherwise, by namespace.
func playAfter(ctx context.Context) (map[string]error, error) {
	var mu sync.Mutex
	ended := make(map[string]error)
	err := eachHand(ctx, func(ctx context.Context, s scene, h *hand) error {
		steps := s.after[h.Major]
		if len(steps) == 0 {
			return nil
		}
		err := h.take(ctx, steps)
		mu.Lock()
		defer mu.Unlock()
		ended[h.Namespace] = err
		return nil
	})
	return ended, err
}

func eachHand(ctx context.Context, do func(ctx context.Context, s scene, h *hand) error) error {
	g, playing := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for _, s := range scenes() {
		for _, major := range s.helms {
			namespace := namespaceOf(s, major)
			h := &hand{
				Helm: story.NewHelm(major, stage.Cluster.BinDir, stage.Cluster.Kubeconfig, namespace,
					filepath.Join(stage.Cluster.Dir, "helm")),
				release: namespace,
				dir:     filepath.Join(stage.Dir, namespace),
				life:    ctx,
			}
			g.Go(func() error { return do(playing, s, h) })
		}
	}
	return g.Wait()
}
