package prune_test

import (
	"context"
	"errors"
	"io"
	"sync"
	"testing"
	"time"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/prune"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

type fakeDeleter struct {
	mu      sync.Mutex
	deleted []string
	refuse  map[string]error
	slow    map[string]time.Duration
}

func (d *fakeDeleter) Unchanged(context.Context, snapshot.ReleaseID, *snapshot.Snapshot) (bool, error) {
	return true, nil
}

func (d *fakeDeleter) Delete(_ context.Context, o *snapshot.Object) (bool, error) {
	time.Sleep(d.slow[o.UID])
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.refuse[o.UID]; err != nil {
		return false, err
	}
	d.deleted = append(d.deleted, o.UID)
	return false, nil
}

func (d *fakeDeleter) Holding(context.Context, snapshot.ObjectRef) ([]string, error) {
	return nil, prune.ErrGone
}

func finding(release, apiVersion, kind, name string) verdict.Finding {
	return verdict.Finding{
		Object: &snapshot.Object{APIVersion: apiVersion, Kind: kind, Namespace: "shop", Name: name, UID: name},
		Live:   true, Verdict: verdict.Orphan, Reason: verdict.ReasonReleaseGone,
		Release: &snapshot.ReleaseID{Driver: snapshot.Secrets, Namespace: "shop", Name: release},
	}
}

func act(t *testing.T, d *fakeDeleter, findings []verdict.Finding) *prune.Report {
	t.Helper()
	plan := prune.New(findings, func(*verdict.Finding) bool { return true })
	a := &prune.Actor{
		Judge: func(_ context.Context, planned map[string]bool) ([]verdict.Finding, *snapshot.Snapshot, error) {
			return findings, &snapshot.Snapshot{}, nil
		},
		Deleter: d, Concurrency: 4, Fresh: time.Minute, Now: time.Now,
	}
	r, err := a.Act(context.Background(), plan)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// P1: the Job cannot be deleted (it keeps changing, a webhook refuses, no rights), and
// what it uses goes all the same.
func TestReviewWhatAJobUsesGoesThoughTheJobStays(t *testing.T) {
	for _, why := range []error{prune.ErrChanged, errors.New("admission webhook denied the request")} {
		d := &fakeDeleter{refuse: map[string]error{"job": why}}
		r := act(t, d, []verdict.Finding{finding("blog", "batch/v1", "Job", "job"), finding("blog", "v1", "ServiceAccount", "sa")})
		for _, i := range r.Items {
			t.Log(i.Name, i.Outcome, i.Why)
		}
		if len(d.deleted) > 0 {
			t.Errorf("%v: deleted %v", why, d.deleted)
		}
	}
}

// P2: users and what they use of different releases go in any order.
func TestReviewOrderAcrossReleases(t *testing.T) {
	d := &fakeDeleter{slow: map[string]time.Duration{"job": 300 * time.Millisecond}}
	act(t, d, []verdict.Finding{finding("shop", "batch/v1", "Job", "job"), finding("blog", "v1", "ServiceAccount", "sa")})
	if d.deleted[0] != "job" {
		t.Errorf("deleted in this order: %v", d.deleted)
	}
}

// P3: an object that a second reading could not list is reported as gone.
func TestReviewUnreadIsNotGone(t *testing.T) {
	d := &fakeDeleter{}
	f := []verdict.Finding{finding("blog", "batch/v1", "Job", "job")}
	plan := prune.New(f, func(*verdict.Finding) bool { return true })
	a := &prune.Actor{
		Judge: func(context.Context, map[string]bool) ([]verdict.Finding, *snapshot.Snapshot, error) {
			return nil, &snapshot.Snapshot{Gaps: []snapshot.Gap{{What: "jobs.batch", Why: "timed out", Kind: &snapshot.Kind{Group: "batch", Kind: "Job"}}}}, nil
		},
		Deleter: d, Concurrency: 4, Fresh: time.Minute, Now: time.Now,
	}
	r, _ := a.Act(context.Background(), plan)
	if r.Items[0].Outcome == prune.Gone {
		t.Error("gone, though nobody could look")
	}
}

// P4: evidence that took long to gather is old when it comes.
func TestReviewEvidenceAgesWhileItIsGathered(t *testing.T) {
	now := time.Now()
	f := []verdict.Finding{finding("blog", "batch/v1", "Job", "job")}
	d := &fakeDeleter{}
	judged := 0
	a := &prune.Actor{
		Judge: func(context.Context, map[string]bool) ([]verdict.Finding, *snapshot.Snapshot, error) {
			judged++
			now = now.Add(4 * time.Minute) // objects were listed four minutes before the users
			return f, &snapshot.Snapshot{}, nil
		},
		Deleter: d, Concurrency: 4, Fresh: 30 * time.Second, Now: func() time.Time { return now },
	}
	_, _ = a.Act(context.Background(), prune.New(f, func(*verdict.Finding) bool { return true }))
	if judged == 1 && len(d.deleted) > 0 {
		t.Error("acted on evidence of four minutes ago, with Fresh = 30s")
	}
}

type logSource struct{}

func (logSource) Object(context.Context, snapshot.ObjectRef) ([]byte, error) {
	return []byte(`{"apiVersion":"batch/v1","kind":"Job","metadata":{"uid":"u","resourceVersion":"1","name":"j","namespace":"shop"}}`), nil
}

func (logSource) Logs(_ context.Context, _ snapshot.ObjectRef, open func(string) (io.WriteCloser, error)) error {
	pod := "platform-database-schema-migration-and-seed-data-job-v17-x7k2p"
	for _, c := range []string{"wait-for-database-primary", "wait-for-database-replica"} {
		w, err := open(pod + "." + c)
		if err != nil {
			return err
		}
		_, _ = io.WriteString(w, c)
		_ = w.Close()
	}
	return nil
}

// P5: logs of two containers end up in one file, and the first is lost.
func TestReviewLogsDoNotCollide(t *testing.T) {
	b, err := prune.NewBackup(t.TempDir(), logSource{}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	f := finding("blog", "batch/v1", "Job", "j")
	f.Object.UID, f.Object.ResourceVersion = "u", "1"
	if err := b.Save(context.Background(), &f); err != nil {
		t.Fatal(err)
	}
	dir := b.Dir
	_ = b.Close()
	entries, err := prune.Entries(dir)
	if err != nil {
		t.Fatal(err)
	}
	if l := entries[0].Logs; len(l) == 2 && l[0] == l[1] {
		t.Errorf("both logs are in %s", l[0])
	}
}
