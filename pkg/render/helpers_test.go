package render_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/printers"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares with a file in testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got; -update accepts it):\n%s", path, diff)
	}
}

// printed is a table as kubectl's printer prints it.
func printed(t *testing.T, table *metav1.Table, wide bool) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := printers.NewTablePrinter(printers.PrintOptions{Wide: wide}).PrintObj(table, &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var now = time.Date(2026, 1, 12, 12, 0, 0, 0, time.UTC)

func ago(d time.Duration) time.Time { return now.Add(-d) }

func object(apiVersion, kind, namespace, name string, created time.Time, annotations map[string]string) snapshot.Object {
	return snapshot.Object{
		APIVersion: apiVersion, Kind: kind, Namespace: namespace, Name: name,
		UID: "uid-" + kind + "-" + name, Created: created, Author: "helm", Annotations: annotations,
	}
}

func hooked(events, policy string) map[string]string {
	a := map[string]string{hook.Annotation: events}
	if policy != "none" {
		a[hook.DeletePolicyAnnotation] = policy
	}
	return a
}

// world is a cluster with a bit of everything that tables show.
func world() *snapshot.Snapshot {
	const day = 24 * time.Hour
	guestbook := snapshot.ReleaseID{Driver: snapshot.Secrets, Namespace: "default", Name: "guestbook"}
	declares := func(refs ...release.Ref) release.Hook {
		return release.Hook{Objects: refs, Declared: hook.Declaration{Events: []hook.Event{hook.PreInstall}}}
	}
	ref := func(apiVersion, kind, name string) release.Ref {
		return release.Ref{APIVersion: apiVersion, Kind: kind, Name: name}
	}
	record := func(revision int, status release.Status, hooks ...release.Hook) snapshot.Record {
		return snapshot.Record{
			RecordID: snapshot.RecordID{Release: guestbook, Revision: revision}, Status: status,
			Body: &release.Body{
				Name: "guestbook", Namespace: "default", Revision: revision, Status: status,
				Chart: release.Chart{Name: "guestbook", Version: "0.2.0"}, Hooks: hooks,
			},
		}
	}
	backup := object("batch/v1", "Job", "default", "guestbook-redis-backup-1", ago(3*day), hooked("pre-upgrade", "before-hook-creation"))
	backup.Run = &snapshot.Run{Phase: snapshot.RunSucceeded, Finished: ago(3*day - time.Hour)}
	backup.Labels = map[string]string{"app": "guestbook"}
	claim := object("v1", "PersistentVolumeClaim", "default", "guestbook-redis-backup-1", ago(3*day), hooked("pre-upgrade,pre-rollback", "none"))
	claim.Annotations[hook.WeightAnnotation] = "-1"
	claim.Annotations[hook.ResourcePolicyAnnotation] = "keep"
	restore := object("batch/v1", "Job", "default", "guestbook-redis-restore", ago(90*time.Second), hooked("post-rollback", "hook-succeeded,hook-failed"))
	restore.Run = &snapshot.Run{Phase: snapshot.RunRunning}
	role := object("rbac.authorization.k8s.io/v1", "ClusterRole", "", "guestbook-rollout", ago(3*day), hooked("post-upgrade", "never"))
	account := object("v1", "ServiceAccount", "default", "guestbook-rollout", ago(3*day), nil)
	test := object("v1", "Pod", "shop", "blog-test", ago(5*time.Minute), hooked("test", "hook-succeeded"))
	test.Labels = map[string]string{"app.kubernetes.io/instance": "blog"}
	test.Deleting = ago(time.Minute)
	test.Run = &snapshot.Run{Phase: snapshot.RunFailed, Finished: ago(2 * time.Minute)}
	stray := object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "", "crontabs.example.com", time.Time{}, hooked("crd-install", "none"))
	stray.Annotations[hook.IgnoredWeightAnnotation] = "-5"
	unread := object("batch/v1", "Job", "shop", "nobody", ago(400*day), hooked("post-delete,test", ""))
	unread.Annotations["meta.helm.sh/release-name"], unread.Annotations["meta.helm.sh/release-namespace"] = "wiki", "desk"
	gone := object("batch/v1", "Job", "shop", "blog-warm", ago(41*day), hooked("post-install", "none"))
	gone.Labels = map[string]string{"app.kubernetes.io/instance": "blog"}
	gone.Run = &snapshot.Run{Phase: snapshot.RunSucceeded, Finished: ago(41 * day)}
	data := object("v1", "Secret", "shop", "blog-seed", ago(41*day), hooked("pre-install", "none"))
	data.Labels = gone.Labels
	legacy := object("batch/v1", "Job", "shop", "legacy-migrate", ago(800*day), hooked("post-upgrade", "none"))
	legacy.Run = gone.Run
	s := &snapshot.Snapshot{
		Time: now,
		Records: []snapshot.Record{
			record(2, release.StatusDeployed,
				declares(ref("batch/v1", "Job", "guestbook-redis-restore")), declares(ref("v1", "ServiceAccount", "guestbook-rollout")),
				declares(ref("batch/v1", "Job", "guestbook-gone")),
				declares(ref("rbac.authorization.k8s.io/v1", "ClusterRole", "guestbook-rollout"))),
			record(1, release.StatusSuperseded, declares(ref("batch/v1", "Job", "guestbook-redis-backup-1")),
				declares(ref("v1", "PersistentVolumeClaim", "guestbook-redis-backup-1"))),
		},
		Objects: []snapshot.Object{backup, claim, restore, role, account, test, stray, unread, gone, data, legacy},
	}
	complete(s)
	return s
}

// complete says of all evidence that it has been read.
func complete(s *snapshot.Snapshot) {
	s.RecordsEverywhere, s.WitnessesEverywhere = true, true
	for i := range s.Records {
		s.Records[i].ManifestRead = true
	}
	for i := range s.Objects {
		s.Objects[i].UsersRead = true
	}
}

func judged(t *testing.T, s *snapshot.Snapshot) []verdict.Finding {
	t.Helper()
	complete(s)
	findings, lacks := verdict.Judge(s, verdict.Options{Foretell: true})
	if !lacks.None() {
		t.Fatalf("the snapshot lacks %+v", lacks)
	}
	return findings
}
