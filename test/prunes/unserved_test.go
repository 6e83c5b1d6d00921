//go:build e2e

package prunes

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
)

// TestUnservedDefinition: what is in a resource definition of which no version is served
// cannot be listed, and would go with the definition, or its namespace, all the same.
func TestUnservedDefinition(t *testing.T) {
	p := newPlayer(4, "unserved")
	must(t, p.makeNamespace(t.Context()))
	group, room := "{{ .Release.Namespace }}.test", "{{ .Release.Namespace }}-room"
	once := hook("pre-install")
	must(t, p.leaves(t.Context(),
		manifest("CustomResourceDefinition", "widgets."+group, once, owned, first, defines("widgets", "Widget", group)),
		manifest("Namespace", room, once, owned)))
	const targets = "crd/widgets.unserved.test ns/unserved-room"
	prune := func() result {
		args := append([]string{"prune", "-n", p.Namespace, "--yes", "--stale-after=1s", "--min-age=0s", "--allow=holds-data", "-o", "json"},
			strings.Fields(targets)...)
		return plugin(t, args...)
	}
	widget := filepath.Join(t.TempDir(), "widget.json")
	must(t, os.WriteFile(widget, []byte(`{"apiVersion":"unserved.test/v1","kind":"Widget","metadata":{"name":"precious"}}`), 0o600))
	kubectl(t, p.Namespace, "apply", "-f", widget)
	served := func(want bool) {
		kubectl(t, "", "patch", "crd", "widgets.unserved.test", "--type=json", "-p", fmt.Sprintf(`[{"op":"replace","path":"/spec/versions/0/served","value":%v}]`, want))
		must(t, wait.PollUntilContextTimeout(t.Context(), 100*time.Millisecond, time.Minute, true, func(context.Context) (bool, error) {
			_, lists, err := stage.client.Discovery().ServerGroupsAndResources()
			known := slices.ContainsFunc(lists, func(l *metav1.APIResourceList) bool { return l.GroupVersion == "unserved.test/v1" })
			return known == want, err
		}))
	}
	served(false)
	defer kubectl(t, "", "delete", "crd", "widgets.unserved.test")
	prune().exits(t, 3).allAre(t, 0)
	if out := kubectl(t, "", "get", "ns", "unserved-room", "-o", "name"); !strings.Contains(out, "unserved-room") {
		t.Errorf("the namespace is gone: %s", out)
	}
	served(true)
	got := prune().exits(t, 0)
	got.allAre(t, 1, "deleted") // the namespace; the definition holds the widget
	kubectl(t, p.Namespace, "get", "widgets.unserved.test", "precious")
}
