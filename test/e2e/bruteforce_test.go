//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
)

// bruteForce is scan for tests.
func bruteForce(t *testing.T) map[string]unstructured.Unstructured {
	t.Helper()
	found, err := scan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// scan finds all objects with a hook annotation, by UID, in a way of its own:
// every version of every listable kind, whole objects, one list each.
func scan(ctx context.Context) (map[string]unstructured.Unstructured, error) {
	config := stage.Cluster.Config()
	config.QPS = -1
	config.WarningHandler = rest.NoWarnings{}
	_, lists, err := discovery.NewDiscoveryClientForConfigOrDie(config).ServerGroupsAndResources()
	if err != nil {
		return nil, err
	}
	client := dynamic.NewForConfigOrDie(config)
	found := make(map[string]unstructured.Unstructured)
	for _, list := range lists {
		gv, err := schema.ParseGroupVersion(list.GroupVersion)
		if err != nil {
			return nil, err
		}
		for _, r := range list.APIResources {
			if !slices.Contains(r.Verbs, "list") || strings.Contains(r.Name, "/") {
				continue
			}
			objects, err := client.Resource(gv.WithResource(r.Name)).List(ctx, metav1.ListOptions{})
			if err != nil {
				return nil, fmt.Errorf("list %s in %s: %w", r.Name, gv, err)
			}
			for _, o := range objects.Items {
				if _, ok := o.GetAnnotations()["helm.sh/hook"]; ok {
					found[string(o.GetUID())] = o
				}
			}
		}
	}
	return found, nil
}

func TestLiveSetEqualsBruteForce(t *testing.T) {
	t.Parallel()
	items := list(t, "-A")
	found := bruteForce(t)
	if len(found) < 60 {
		t.Fatalf("the brute-force scan found only %d hook objects: the charts have more", len(found))
	}
	var want, got []string
	for _, o := range found {
		want = append(want, strings.Join([]string{o.GetKind(), o.GetNamespace(), o.GetName(), string(o.GetUID())}, "/"))
	}
	for _, h := range items {
		if h.Hook.Annotated {
			got = append(got, id(h)+"/"+h.Metadata.UID)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("annotated live objects (-brute force +ls):\n%s", diff)
	}
	for _, h := range items {
		o, ok := found[h.Metadata.UID]
		if !ok {
			continue
		}
		_, set := o.GetAnnotations()["helm.sh/hook-delete-policy"]
		if h.Hook.DeletePolicySet != set {
			t.Errorf("%s: a delete policy is set: %v, ls says %v", id(h), set, h.Hook.DeletePolicySet)
		}
		if !h.Metadata.CreationTimestamp.Equal(new(o.GetCreationTimestamp())) {
			t.Errorf("%s: created %s, ls says %s", id(h), o.GetCreationTimestamp(), h.Metadata.CreationTimestamp)
		}
	}
}
