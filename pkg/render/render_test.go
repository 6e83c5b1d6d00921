package render_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/printers"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/render"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

func TestTable(t *testing.T) {
	findings := judged(t, world())
	golden(t, "table.txt", printed(t, render.Table(findings, render.TableOptions{Now: now}), false))
	golden(t, "table-wide.txt", printed(t, render.Table(findings, render.TableOptions{Now: now, Wide: true}), true))
	golden(t, "table-empty.txt", printed(t, render.Table(nil, render.TableOptions{Now: now}), false))
}

func TestList(t *testing.T) {
	list := render.List(judged(t, world()))
	text, err := json.MarshalIndent(list, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "list.json", append(text, '\n'))
}

// Programs may loop over every list without asking whether it is there.
func TestListsAreNeverNull(t *testing.T) {
	bare := verdict.Finding{Object: &snapshot.Object{Kind: "Job", Name: "a"}}
	for name, findings := range map[string][]verdict.Finding{"none": nil, "a bare one": {bare}} {
		list, err := render.Unstructured(render.List(findings))
		if err != nil {
			t.Fatal(err)
		}
		text, err := list.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(bytes.ReplaceAll(text, []byte(`"creationTimestamp":null`), nil), []byte("null")) {
			t.Errorf("%s: there is a null in %s", name, text)
		}
		if !bytes.Contains(text, []byte(`"items":[`)) {
			t.Errorf("%s: there are no items in %s", name, text)
		}
	}
}

func TestListRoundTrips(t *testing.T) {
	for name, snap := range map[string]*snapshot.Snapshot{"ordinary": world(), "hostile": hostileWorld("\x1b[31m\u009b\u202e\n\xff\u2028é")} {
		list := render.List(judged(t, snap))
		text, err := json.Marshal(list)
		if err != nil {
			t.Fatal(err)
		}
		var back render.HookObjectList
		d := json.NewDecoder(bytes.NewReader(text))
		d.DisallowUnknownFields()
		if err := d.Decode(&back); err != nil {
			t.Fatal(err)
		}
		times := cmp.Comparer(func(a, b metav1.Time) bool { return a.Equal(&b) })
		if diff := cmp.Diff(list, back, times, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: from JSON and back (-want +got):\n%s", name, diff)
		}
		// What kubectl's printers get is the same text.
		unstructured, err := render.Unstructured(list)
		if err != nil {
			t.Fatal(err)
		}
		printed, err := unstructured.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		var want, got any
		if err := json.Unmarshal(text, &want); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(printed, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: as kubectl prints it (-want +got):\n%s", name, diff)
		}
	}
}

func TestListForKubectl(t *testing.T) {
	var names bytes.Buffer
	for o := range render.Live(judged(t, world())) {
		if err := (&printers.NamePrinter{}).PrintObj(o, &names); err != nil {
			t.Fatal(err)
		}
	}
	golden(t, "names.txt", names.Bytes())
}

// Ordinary names fit an ordinary terminal without being shortened.
func TestNarrowTableFitsOrdinaryNames(t *testing.T) {
	snap := snapshot.Snapshot{RecordsEverywhere: true}
	for _, name := range []string{"guestbook-redis-backup-1", "guestbook-redis-backup-12", "guestbook-redis-restore", "guestbook-rollout"} {
		for _, kind := range []string{"Job", "PersistentVolumeClaim", "ServiceAccount"} {
			apiVersion := "v1"
			if kind == "Job" {
				apiVersion = "batch/v1"
			}
			o := object(apiVersion, kind, "default", name, ago(15*24*time.Hour), hooked("post-install,post-upgrade", "before-hook-creation,hook-succeeded"))
			o.Labels = map[string]string{"release": "guestbook"}
			o.Run = &snapshot.Run{Phase: snapshot.RunSucceeded, Finished: ago(time.Hour)}
			snap.Objects = append(snap.Objects, o)
		}
	}
	table := render.Table(judged(t, &snap), render.TableOptions{Now: now})
	text := string(printed(t, table, false))
	for line := range strings.Lines(text) {
		if n := utf8.RuneCountInString(strings.TrimRight(line, " \n")); n > 100 {
			t.Errorf("a line has %d columns, want at most 100:\n%s", n, line)
		}
	}
	if !strings.Contains(text, "pvc/guestbook-redis-backup-12 ") {
		t.Errorf("a name is not there in full:\n%s", text)
	}
	// 100 columns are enough, so nothing may be shortened to fit them.
	if fitted := printed(t, render.Table(judged(t, &snap), render.TableOptions{Now: now, Width: 100}), false); string(fitted) != text {
		t.Errorf("fitted into 100 columns:\n%s\nwant:\n%s", fitted, text)
	}
}

func TestTableFitsTheTerminal(t *testing.T) {
	snap := snapshot.Snapshot{RecordsEverywhere: true}
	for i := range 5 {
		o := object("batch/v1", "Job", "a-namespace-of-a-team-with-a-long-name", fmt.Sprintf("a-release-of-a-long-name-too-database-migration-for-version-%d", i),
			ago(time.Hour), hooked("pre-upgrade", "before-hook-creation"))
		o.Labels = map[string]string{"release": "a-release-of-a-long-name-too"}
		snap.Objects = append(snap.Objects, o)
	}
	findings := judged(t, &snap)
	width := func(table *metav1.Table, wide bool) int {
		most := 0
		for line := range strings.Lines(string(printed(t, table, wide))) {
			most = max(most, utf8.RuneCountInString(strings.TrimRight(line, " \n")))
		}
		return most
	}
	full := width(render.Table(findings, render.TableOptions{Now: now}), false)
	for _, columns := range []int{100, 120, 160, full - 1, full, full + 1} {
		if got := width(render.Table(findings, render.TableOptions{Now: now, Width: columns}), false); got > columns {
			t.Errorf("the table for %d columns has %d", columns, got)
		}
	}
	if got := width(render.Table(findings, render.TableOptions{Now: now, Width: full}), false); got != full {
		t.Errorf("the table has %d columns where %d fit, and all are needed", got, full)
	}
	wide := width(render.Table(findings, render.TableOptions{Now: now, Wide: true}), true)
	if got := width(render.Table(findings, render.TableOptions{Now: now, Wide: true, Width: 80}), true); got != wide {
		t.Errorf("the wide table is shortened to %d of %d columns", got, wide)
	}
}

func TestShortKinds(t *testing.T) {
	for kind, want := range map[string]string{
		"ConfigMap": "cm", "CronJob": "cj", "CustomResourceDefinition": "crd", "DaemonSet": "ds", "Deployment": "deploy",
		"HorizontalPodAutoscaler": "hpa", "Ingress": "ing", "Namespace": "ns", "NetworkPolicy": "netpol", "PersistentVolume": "pv",
		"PersistentVolumeClaim": "pvc", "PodDisruptionBudget": "pdb", "PriorityClass": "pc", "ReplicaSet": "rs", "Service": "svc",
		"ServiceAccount": "sa", "StatefulSet": "sts", "StorageClass": "sc", "Job": "job", "Pod": "pod", "ClusterRoleBinding": "clusterrolebinding",
	} {
		o := object("v1", kind, "n", "x", now, nil)
		o.APIVersion = "" // as of a manifest that could not be read
		table := render.Table([]verdict.Finding{{Object: &o}}, render.TableOptions{Now: now})
		if got := table.Rows[0].Cells[2]; got != want+"/x" {
			t.Errorf("%s is shown as %v, want %s/x", kind, got, want)
		}
	}
}

func TestAges(t *testing.T) {
	for _, tt := range []struct {
		created, now time.Time
		want         string
	}{
		{ago(90 * time.Second), now, "90s"},
		{ago(3 * 24 * time.Hour), now, "3d"},
		{now.Add(time.Minute), now, "0s"}, // by clocks that differ
		{time.Time{}, now, "-"},
		{now, time.Time{}, "-"},
	} {
		o := object("v1", "Pod", "n", "x", tt.created, nil)
		table := render.Table([]verdict.Finding{{Object: &o}}, render.TableOptions{Now: tt.now})
		if got := table.Rows[0].Cells[5]; got != tt.want {
			t.Errorf("created %v, now %v: age %v, want %s", tt.created, tt.now, got, tt.want)
		}
	}
}
