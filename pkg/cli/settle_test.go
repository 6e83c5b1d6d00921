package cli

import (
	"context"
	"errors"
	"testing"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// fakeEvidence has one object, and the record that declares it in another
// namespace; both must be asked for.
type fakeEvidence struct {
	snap      snapshot.Snapshot
	hidden    []snapshot.Record
	unread    bool // bodies become gaps
	fails     error
	asked     map[snapshot.RecordID]int
	recordsIn []string
}

func (f *fakeEvidence) Snapshot() *snapshot.Snapshot { return &f.snap }

func (f *fakeEvidence) ReadRecords(_ context.Context, namespace string) error {
	f.recordsIn = append(f.recordsIn, namespace)
	f.snap.Records = append(f.snap.Records, f.hidden...)
	f.snap.RecordsEverywhere = true
	return nil
}

func (f *fakeEvidence) ReadBodies(_ context.Context, ids []snapshot.RecordID) error {
	for _, id := range ids {
		f.asked[id]++
		for i := range f.snap.Records {
			if r := &f.snap.Records[i]; r.RecordID == id && !f.unread {
				r.Body = &release.Body{
					Name: id.Release.Name, Namespace: id.Release.Namespace, Revision: id.Revision,
					Hooks: []release.Hook{{
						Name: "migrate", Kind: "Job", Events: []hook.Event{hook.PreUpgrade},
						Objects: []release.Ref{{APIVersion: "batch/v1", Kind: "Job", Namespace: "data", Name: "migrate"}},
					}},
				}
			}
		}
		if f.unread {
			f.snap.Gaps = append(f.snap.Gaps, snapshot.Gap{What: "body", Why: "broken", Record: &id})
		}
	}
	return f.fails
}

func (f *fakeEvidence) ReadWitnesses(context.Context) error {
	f.snap.WitnessesEverywhere = true
	return f.fails
}

func (f *fakeEvidence) ReadHelmReleases(_ context.Context, names []snapshot.FluxName) error {
	for _, n := range names {
		f.snap.HelmReleases = append(f.snap.HelmReleases, snapshot.HelmRelease{Namespace: n.Namespace, Name: n.Name, Missing: true})
	}
	return f.fails
}
func (f *fakeEvidence) ReadManifests(context.Context, []snapshot.RecordID) error { return f.fails }

func (f *fakeEvidence) SearchRecords(ctx context.Context, ids []snapshot.RecordID, of []snapshot.ObjectRef) error {
	f.snap.Seek(of)
	return f.ReadBodies(ctx, ids)
}

func (f *fakeEvidence) ReadRuns(context.Context, []snapshot.DeclaredRun) error { return f.fails }

func (f *fakeEvidence) ReadUsers(context.Context, []snapshot.ObjectRef) error { return f.fails }

func newFakeEvidence() *fakeEvidence {
	record := snapshot.Record{
		RecordID: snapshot.RecordID{
			Release:  snapshot.ReleaseID{Driver: snapshot.Secrets, Namespace: "shop", Name: "blog"},
			Revision: 3,
		},
		Status: release.StatusDeployed,
	}
	return &fakeEvidence{
		snap: snapshot.Snapshot{Namespace: "data", Objects: []snapshot.Object{{
			APIVersion: "batch/v1", Kind: "Job", Namespace: "data", Name: "migrate", UID: "1",
			Annotations: map[string]string{hook.Annotation: "pre-upgrade"}, Author: "helm",
		}}},
		hidden: []snapshot.Record{record},
		asked:  make(map[snapshot.RecordID]int),
	}
}

func TestSettleFillsWhatIsLacking(t *testing.T) {
	e := newFakeEvidence()
	findings, err := settle(t.Context(), e, verdict.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(findings) != 1 || findings[0].Attribution != verdict.ByRecord || findings[0].Release.Namespace != "shop" {
		t.Errorf("findings: %+v, want the Job attributed to shop/blog by its record", findings)
	}
	if len(e.recordsIn) != 1 || e.recordsIn[0] != "" {
		t.Errorf("records were read in %q, want once in all namespaces", e.recordsIn)
	}
}

func TestSettleEndsWhenEvidenceCannotBeRead(t *testing.T) {
	e := newFakeEvidence()
	e.unread = true
	findings, err := settle(t.Context(), e, verdict.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if findings[0].Attribution != verdict.ByNothing {
		t.Errorf("without the record the Job is attributed by %q, want nothing", findings[0].Attribution)
	}
	if len(e.asked) == 0 {
		t.Error("the record was not asked for")
	}
	for id, n := range e.asked {
		if n != 1 {
			t.Errorf("%v was asked for %d times", id, n)
		}
	}
}

func TestSettleStopsAtAnError(t *testing.T) {
	e := newFakeEvidence()
	e.fails = errors.New("connection lost")
	if _, err := settle(t.Context(), e, verdict.Options{}); !errors.Is(err, e.fails) {
		t.Errorf("settle returns %v, want %v", err, e.fails)
	}
}

func (f *fakeEvidence) ReadDependents(context.Context) error { return f.fails }
