//go:build e2e

package e2e

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/render"
)

func TestGuestbookLeavesItsBackups(t *testing.T) {
	t.Parallel()
	for major, ns := range map[int]string{3: guestbook3, 4: guestbook4} {
		t.Run(fmt.Sprintf("helm%d", major), func(t *testing.T) {
			t.Parallel()
			type fact struct {
				ID, Release, Namespace, Driver, Attribution, Chart, State string
				Revision                                                  int
				Phases                                                    []string
				Weight                                                    int
				PolicySet                                                 bool
			}
			var got []fact
			for _, h := range list(t, "-n", ns) {
				got = append(got, fact{
					id(h), h.Release.Name, h.Release.Namespace, h.Release.Driver, h.Release.Attribution, h.Release.Chart,
					h.Status.State, h.Release.Revision, h.Hook.Phases, h.Hook.Weight, h.Hook.DeletePolicySet,
				})
			}
			backup := func(of, declaredBy int) fact {
				return fact{
					ID:      fmt.Sprintf("PersistentVolumeClaim/%s/guestbook-redis-backup-%d", ns, of),
					Release: "guestbook", Namespace: ns, Driver: "secret", Attribution: "record", Chart: "guestbook-1.3.0",
					State: "Present", Revision: declaredBy, Phases: []string{"pre-upgrade"},
				}
			}
			// Revision 4 is the rollback, which stores the hooks of revision 2 again.
			want := []fact{backup(1, 4), backup(2, 3)}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("hook objects left in %s (-want +got):\n%s", ns, diff)
			}
		})
	}
}

func TestGuestbookTable(t *testing.T) {
	t.Parallel()
	r := plugin(t, "ls", "-n", guestbook4).closed(t)
	if want := "2 hook objects: 1 orphan (0 could be pruned), 1 will leak at uninstall\n"; r.stderr != want {
		t.Errorf("ls closes with %s, want %s", r.stderr, want)
	}
	got := regexp.MustCompile(`   \d+(s|m\d*s?) +`).ReplaceAllString(r.stdout, "   AGE   ")
	want := `NAMESPACE      RELEASE     HOOK                           PHASE         POLICY   AGE   REASON
guestbook-h4   guestbook   pvc/guestbook-redis-backup-1   pre-upgrade   none     AGE   PartOfRelease
guestbook-h4   guestbook   pvc/guestbook-redis-backup-2   pre-upgrade   none     AGE   !Dropped
`
	// The header's column is as wide as the ages are.
	got = regexp.MustCompile(`AGE +REASON`).ReplaceAllString(got, "AGE   REASON")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ls (-want +got):\n%s", diff)
	}
}

func TestDottedReleaseNames(t *testing.T) {
	t.Parallel()
	for _, major := range []int{3, 4} {
		name := fmt.Sprintf("%s.%d", dottedRelease, major)
		items := list(t, "-n", dotted, name)
		want := fmt.Sprintf("Job/dotted/shop-v1-blue-%d-hook", major)
		if len(items) != 1 || id(items[0]) != want || items[0].Release.Name != name || items[0].Release.Revision != 1 {
			t.Errorf("ls %s: %+v; want %s of that release, revision 1", name, items, want)
		}
	}
}

func TestRecordsInConfigMaps(t *testing.T) {
	t.Parallel()
	for i, h := range list(t, "-n", configMaps) {
		want := render.Release{
			Name: fmt.Sprintf("stored%d", 3+i), Namespace: configMaps, Driver: "configmap",
			Attribution: "record", Revision: 2, Status: "deployed", Chart: h.Release.Chart,
		}
		if diff := cmp.Diff(want, *h.Release); diff != "" {
			t.Errorf("release of %s (-want +got):\n%s", id(h), diff)
		}
	}
	if n := len(list(t, "-n", configMaps)); n != 2 {
		t.Errorf("%d hook objects in %s, want one of each Helm", n, configMaps)
	}
}
