//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"path/filepath"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/story"
)

// Namespaces of the stage, each with the Helm that played in it.
const (
	guestbook3, guestbook4 = "guestbook-h3", "guestbook-h4"
	everyhook3, everyhook4 = "everyhook-h3", "everyhook-h4"
	elsewhere3, elsewhere4 = "elsewhere-h3", "elsewhere-h4"
	configMaps             = "configmaps"
	dotted                 = "dotted"
	// shop has the releases blog and wiki, which help texts and docs name.
	shop = "shop"
)

// dottedRelease is a name that is taken apart wrongly at its first ".v".
const dottedRelease = "shop.v1.blue"

// play makes the stage: all stories at once, each in a namespace of its own.
func play(ctx context.Context) error {
	client := kubernetes.NewForConfigOrDie(stage.Cluster.Config())
	for _, ns := range append([]string{
		guestbook3, guestbook4, everyhook3, everyhook4, elsewhere3, elsewhere4, configMaps, dotted, shop,
	}, sceneNamespaces()...) {
		_, err := client.CoreV1().Namespaces().Create(ctx,
			&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: ns}}, metav1.CreateOptions{})
		if err != nil {
			return err
		}
	}
	minimal, err := story.Chart("minimal")
	if err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	for _, major := range []int{3, 4} {
		g.Go(func() error {
			return story.Guestbook(ctx, helm(major, fmt.Sprintf("guestbook-h%d", major)), "guestbook")
		})
		g.Go(func() error {
			// Helm 4 cannot apply an object that has no name yet.
			return story.Everyhook(ctx, helm(major, fmt.Sprintf("everyhook-h%d", major)), "everyhook",
				fmt.Sprintf("otherNamespace=elsewhere-h%d", major),
				fmt.Sprintf("crdGroup=h%d.helmhooks.test", major),
				fmt.Sprintf("generateName=%t", major == 3))
		})
		g.Go(func() error {
			return helm(major, dotted).Run(ctx, "install", fmt.Sprintf("%s.%d", dottedRelease, major), minimal)
		})
		g.Go(func() error {
			h := helm(major, configMaps)
			h.Env = []string{"HELM_DRIVER=configmap"}
			release := fmt.Sprintf("stored%d", major)
			return h.Steps(ctx, []string{"install", release, minimal}, []string{"upgrade", release, minimal})
		})
	}
	for _, release := range []string{"blog", "wiki"} {
		g.Go(func() error { return helm(4, shop).Run(ctx, "install", release, minimal) })
	}
	playScenes(ctx, g)
	return g.Wait()
}

func helm(major int, namespace string) story.Helm {
	c := stage.Cluster
	return story.NewHelm(major, c.BinDir, c.Kubeconfig, namespace, filepath.Join(c.Dir, "helm"))
}
