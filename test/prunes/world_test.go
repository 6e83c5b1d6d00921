//go:build e2e

package prunes

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/metadata"
)

// thing is an object of whatever kind.
type thing struct {
	kind, namespace, name string
	owners                []string
}

func (x thing) String() string { return x.kind + " " + x.namespace + "/" + x.name }

// world is every object that can be listed, by UID. Events and Leases come and go by
// themselves.
type world map[string]thing

func readWorld(ctx context.Context) (world, error) {
	d, err := discovery.NewDiscoveryClientForConfig(stage.Config())
	if err != nil {
		return nil, err
	}
	client, err := metadata.NewForConfig(stage.Config())
	if err != nil {
		return nil, err
	}
	lists, err := d.ServerPreferredResources()
	if err != nil {
		return nil, err
	}
	w := make(world)
	var mu sync.Mutex
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(8)
	for _, l := range lists {
		gv, err := schema.ParseGroupVersion(l.GroupVersion)
		if err != nil {
			return nil, err
		}
		for _, r := range l.APIResources {
			if r.Kind == "Event" || r.Kind == "Lease" || !slices.Contains(r.Verbs, "list") || strings.Contains(r.Name, "/") {
				continue
			}
			g.Go(func() error {
				found, err := client.Resource(gv.WithResource(r.Name)).List(ctx, metav1.ListOptions{})
				if err != nil {
					return err
				}
				mu.Lock()
				defer mu.Unlock()
				for _, o := range found.Items {
					x := thing{kind: r.Kind, namespace: o.Namespace, name: o.Name}
					for _, owner := range o.OwnerReferences {
						x.owners = append(x.owners, string(owner.UID))
					}
					w[string(o.UID)] = x
				}
				return nil
			})
		}
	}
	return w, g.Wait()
}

// settled is the world once it stands still: controllers may be at work on what was
// done last.
func settled(t *testing.T) world {
	t.Helper()
	last, err := readWorld(t.Context())
	must(t, err)
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); {
		time.Sleep(150 * time.Millisecond)
		next, err := readWorld(t.Context())
		must(t, err)
		if maps.EqualFunc(last, next, func(a, b thing) bool { return a.String() == b.String() }) {
			return next
		}
		last = next
	}
	t.Fatal("the cluster does not settle")
	return nil
}

// lost are the objects of a world that another does not have, but for those that went
// with others of them: what they owned, what was in a namespace, what a definition
// defined and by what it was served, the volume of a claim, and a Service's address.
func (w world) lost(now world) []string {
	gone := make(map[string]thing)
	for uid, x := range w {
		if _, ok := now[uid]; !ok {
			gone[uid] = x
		}
	}
	var names []string
	for _, x := range gone {
		cascaded := slices.ContainsFunc(x.owners, func(owner string) bool { _, ok := gone[owner]; return ok })
		for uid, by := range gone {
			switch by.kind {
			case "Namespace":
				cascaded = cascaded || x.namespace == by.name
			case "CustomResourceDefinition": // its name is plural.group, and the kind is told by the plural
				_, group, _ := strings.Cut(by.name, ".")
				cascaded = cascaded || strings.HasPrefix(by.name, strings.ToLower(x.kind)+"s.") ||
					x.kind == "APIService" && x.name == "v1."+group
			case "Service":
				cascaded = cascaded || x.kind == "IPAddress"
			case "PersistentVolumeClaim":
				cascaded = cascaded || x.kind == "PersistentVolume" && strings.HasSuffix(x.name, uid)
			}
		}
		if !cascaded {
			names = append(names, x.String())
		}
	}
	slices.Sort(names)
	return names
}

// compare holds that from one world to the next exactly these objects went, and none
// came.
func compare(t *testing.T, before, after world, want ...string) {
	t.Helper()
	slices.Sort(want)
	if got := before.lost(after); !slices.Equal(got, want) {
		t.Errorf("these objects are gone:\n  %s\nwant:\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
	for uid, x := range after {
		if _, ok := before[uid]; !ok {
			t.Errorf("%s has come", x)
		}
	}
}
