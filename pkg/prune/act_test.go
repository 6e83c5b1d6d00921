package prune

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

func planOf(w *world) *Plan {
	p := New(w.objects, all)
	p.Cluster, p.Time = "c", start
	return p
}

func TestActDeletesThePlan(t *testing.T) {
	w := &world{objects: []verdict.Finding{orphan("ServiceAccount", "a"), orphan("Job", "b"), orphan("Pod", "c"), orphan("ServiceAccount", "d")}}
	report, err := w.actor().Act(t.Context(), planOf(w))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]Outcome{"a": Deleted, "b": Deleted, "c": Deleted, "d": Deleted}
	if diff := cmp.Diff(want, outcomes(report)); diff != "" {
		t.Errorf("outcomes (-want +got):\n%s", diff)
	}
	first := w.deleted[:2]
	slices.Sort(first)
	if !slices.Equal(first, []string{"b", "c"}) {
		t.Errorf("deleted in the order %v, want Jobs and Pods first", w.deleted)
	}
	if w.judged != 1 {
		t.Errorf("judged %d times, want once just before", w.judged)
	}
}

// What was planned is deleted only as far as it is prunable when it is acted on, and
// nothing else ever is.
func TestActDeletesTheIntersection(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(w *world)
		want   map[string]Outcome
		left   []string
	}{
		{"nothing changed", func(*world) {}, map[string]Outcome{"a": Deleted, "b": Deleted}, nil},
		{"one is gone", func(w *world) { w.objects = w.objects[1:] }, map[string]Outcome{"a": Gone, "b": Deleted}, nil},
		{"one is guarded now", func(w *world) { w.objects[0] = refused(w.objects[0], verdict.GuardKeep) }, map[string]Outcome{"a": Kept, "b": Deleted}, []string{"a"}},
		{"one is tracked now", func(w *world) { w.objects[0].Verdict, w.objects[0].Reason = verdict.Tracked, verdict.ReasonReleaseBusy }, map[string]Outcome{"a": Kept, "b": Deleted}, []string{"a"}},
		{"one is unknown now", func(w *world) { w.objects[0].Verdict = verdict.Unknown }, map[string]Outcome{"a": Kept, "b": Deleted}, []string{"a"}},
		{"one is nobody's now", func(w *world) { w.objects[0].Release = nil }, map[string]Outcome{"a": Kept, "b": Deleted}, []string{"a"}},
		{"one was made again", func(w *world) { w.objects[0].Object.UID = "other" }, map[string]Outcome{"a": Gone, "b": Deleted}, []string{"a"}},
		{"another orphan came", func(w *world) { w.objects = append(w.objects, orphan("Job", "new")) }, map[string]Outcome{"a": Deleted, "b": Deleted}, []string{"new"}},
		{"one is only declared", func(w *world) { w.objects[0].Live = false }, map[string]Outcome{"a": Gone, "b": Deleted}, []string{"a"}},
	} {
		w := &world{objects: []verdict.Finding{orphan("Job", "a"), orphan("Job", "b")}}
		p := planOf(w)
		tt.change(w)
		report, err := w.actor().Act(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, outcomes(report)); diff != "" {
			t.Errorf("%s: outcomes (-want +got):\n%s", tt.name, diff)
		}
		var left []string
		for _, f := range w.objects {
			left = append(left, f.Object.Name)
		}
		if !slices.Equal(left, tt.left) {
			t.Errorf("%s: left are %v, want %v", tt.name, left, tt.left)
		}
	}
}

// An object or release that changes between judging and deleting is judged again,
// and left alone when it never stands still.
func TestActJudgesWhatChangedAgain(t *testing.T) {
	once := func() func() (bool, error) {
		var n atomic.Int32
		return func() (bool, error) { return n.Add(1) > 1, nil }
	}
	w := &world{objects: []verdict.Finding{orphan("Job", "a")}, same: once()}
	report, err := w.actor().Act(t.Context(), planOf(w))
	if err != nil || report.Items[0].Outcome != Deleted || w.judged != 2 {
		t.Errorf("changed once: %v, %+v, judged %d times, want deleted after two", err, report.Items[0], w.judged)
	}

	w = &world{objects: []verdict.Finding{orphan("Job", "a")}, same: func() (bool, error) { return false, nil }}
	report, err = w.actor().Act(t.Context(), planOf(w))
	if err != nil || report.Items[0].Outcome != Changed || len(w.deleted) != 0 || w.judged != rounds {
		t.Errorf("always changing: %v, %+v, deleted %v, judged %d times", err, report.Items[0], w.deleted, w.judged)
	}

	w = &world{objects: []verdict.Finding{orphan("Job", "a"), orphan("Job", "b")}}
	w.onJudge = func(n int) { // written to just after it was judged for the first time
		if n == 2 {
			w.onDelete = nil
		}
	}
	w.onDelete = func(name string) error {
		if name == "a" {
			return fmt.Errorf("the server: %w", ErrChanged)
		}
		return nil
	}
	report, err = w.actor().Act(t.Context(), planOf(w))
	if err != nil || report.Count(Deleted) != 2 || w.judged != 2 {
		t.Errorf("an object changed once: %v, %+v, judged %d times", err, outcomes(report), w.judged)
	}
}

func TestActGoesOnAfterFailures(t *testing.T) {
	w := &world{objects: []verdict.Finding{orphan("Job", "a"), orphan("Job", "b"), orphan("ServiceAccount", "c"), orphan("Job", "unsaved")}}
	w.onDelete = func(name string) error {
		if name == "a" {
			return errors.New("admission webhook says no")
		}
		return nil
	}
	w.onSave = func(name string) error {
		if name == "unsaved" {
			return errors.New("disk full")
		}
		return nil
	}
	a := w.actor()
	a.Saver = w
	report, err := a.Act(t.Context(), planOf(w))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]Outcome{"a": Failed, "b": Deleted, "c": Deleted, "unsaved": Failed}
	if diff := cmp.Diff(want, outcomes(report)); diff != "" {
		t.Errorf("outcomes (-want +got):\n%s", diff)
	}
	if slices.Contains(w.deleted, "unsaved") {
		t.Error("what could not be saved was deleted")
	}
	for _, i := range report.Items {
		if i.Outcome == Failed && i.Why == "" {
			t.Errorf("%s failed, and nothing says why", i.Name)
		}
	}
}

// Interrupted, it finishes what it has begun and begins nothing else.
func TestActStops(t *testing.T) {
	w := &world{}
	for i := range 100 {
		w.objects = append(w.objects, orphan("Job", fmt.Sprintf("j%02d", i)))
	}
	ctx, cancel := context.WithCancel(t.Context())
	var n atomic.Int32
	w.onDelete = func(string) error {
		if n.Add(1) >= 10 { // not just the tenth, which may be slower than all others
			cancel()
		}
		return nil
	}
	report, err := w.actor().Act(ctx, planOf(w))
	if err != nil {
		t.Fatal(err)
	}
	deleted, rest := report.Count(Deleted), report.Count(NotReached)
	if deleted != len(w.deleted) || deleted < 10 || deleted > 13 || deleted+rest != 100 {
		t.Errorf("%d reported deleted, %d were, %d were not reached", deleted, len(w.deleted), rest)
	}
}

func TestActBoundsWhatIsUnderWay(t *testing.T) {
	w := &world{}
	for i := range 60 {
		f := orphan("Job", fmt.Sprintf("j%02d", i))
		f.Release = &snapshot.ReleaseID{Driver: snapshot.Secrets, Namespace: "shop", Name: fmt.Sprintf("r%d", i%7)}
		w.objects = append(w.objects, f)
	}
	w.onDelete = func(string) error { time.Sleep(time.Millisecond); return nil }
	report, err := w.actor().Act(t.Context(), planOf(w))
	if err != nil || report.Count(Deleted) != 60 {
		t.Fatalf("%v, %d deleted", err, report.Count(Deleted))
	}
	if w.most > 4 || w.most < 2 {
		t.Errorf("%d were under way at once, want up to 4", w.most)
	}
}

// Evidence that has grown old is gathered again.
func TestActRefreshesOldEvidence(t *testing.T) {
	w := &world{}
	for i := range 6 {
		f := orphan("Job", fmt.Sprint("j", i))
		f.Release = &snapshot.ReleaseID{Driver: snapshot.Secrets, Namespace: "shop", Name: fmt.Sprint("r", i)}
		w.objects = append(w.objects, f)
	}
	var clock atomic.Int64
	a := w.actor()
	a.Concurrency, a.Fresh = 1, 3*time.Second
	a.Now = func() time.Time { return start.Add(time.Duration(clock.Load())) }
	w.onDelete = func(string) error { clock.Add(int64(2 * time.Second)); return nil }
	report, err := a.Act(t.Context(), planOf(w))
	if err != nil || report.Count(Deleted) != 6 {
		t.Fatalf("%v, %v", err, outcomes(report))
	}
	if w.judged != 3 {
		t.Errorf("judged %d times for 12 seconds of deleting, want 3 times", w.judged)
	}
}

func TestActWaitsAndNamesFinalizers(t *testing.T) {
	w := &world{objects: []verdict.Finding{orphan("Job", "a"), orphan("Job", "b")}, held: map[string][]string{"a": {"example.com/hold"}}}
	ctx, cancel := context.WithTimeout(t.Context(), 400*time.Millisecond)
	defer cancel()
	report, err := w.actor().Act(ctx, planOf(w))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]Outcome{"a": Held, "b": Deleted}, outcomes(report)); diff != "" {
		t.Errorf("outcomes (-want +got):\n%s", diff)
	}
	if !strings.Contains(report.Items[0].Why, "example.com/hold") {
		t.Errorf("%q does not name the finalizer", report.Items[0].Why)
	}
}

// While a user is still there, what it may use stays until it was judged again.
func TestActKeepsWhatIsStillUsed(t *testing.T) {
	w := &world{objects: []verdict.Finding{orphan("ServiceAccount", "used"), orphan("Job", "user")}}
	w.onDelete = func(name string) error {
		if name == "user" {
			return errors.New("admission webhook says no")
		}
		return nil
	}
	w.onJudge = func(n int) {
		if n == 2 { // as the judge does when the user is no longer planned to go
			w.objects[0] = refused(w.objects[0], verdict.GuardReferenced)
		}
	}
	report, err := w.actor().Act(t.Context(), planOf(w))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]Outcome{"user": Failed, "used": Kept}, outcomes(report)); diff != "" {
		t.Errorf("outcomes (-want +got):\n%s", diff)
	}
}

// Users of one release go before what they use of another.
func TestActOrdersOverReleases(t *testing.T) {
	other := orphan("Job", "slow")
	other.Release = &snapshot.ReleaseID{Driver: snapshot.Secrets, Namespace: "shop", Name: "wiki"}
	w := &world{objects: []verdict.Finding{orphan("ServiceAccount", "quick"), other}}
	w.onDelete = func(name string) error {
		if name == "slow" {
			time.Sleep(50 * time.Millisecond)
		}
		return nil
	}
	if _, err := w.actor().Act(t.Context(), planOf(w)); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(w.deleted, []string{"slow", "quick"}) {
		t.Errorf("deleted in the order %v", w.deleted)
	}
}

// What could not be listed again is not said to be gone.
func TestActDoesNotTakeUnreadForGone(t *testing.T) {
	w := &world{objects: []verdict.Finding{orphan("Job", "a"), orphan("ServiceAccount", "b")}}
	a := w.actor()
	a.Judge = func(context.Context, map[string]bool) ([]verdict.Finding, *snapshot.Snapshot, error) {
		return nil, &snapshot.Snapshot{Gaps: []snapshot.Gap{{
			What: "jobs.batch", Why: "timed out", Kind: &snapshot.Kind{Group: "batch", Version: "v1", Kind: "Job", Namespaced: true},
		}}}, nil
	}
	report, err := a.Act(t.Context(), planOf(w))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]Outcome{"a": Failed, "b": Gone}, outcomes(report)); diff != "" {
		t.Errorf("outcomes (-want +got):\n%s", diff)
	}
}

func TestActReturnsWhatJudgingSays(t *testing.T) {
	w := &world{objects: []verdict.Finding{orphan("Job", "a")}}
	a := w.actor()
	broken := errors.New("the server is away")
	a.Judge = func(context.Context, map[string]bool) ([]verdict.Finding, *snapshot.Snapshot, error) {
		return nil, nil, broken
	}
	report, err := a.Act(t.Context(), planOf(w))
	if !errors.Is(err, broken) || report.Count(NotReached) != 1 {
		t.Errorf("%v, %v", err, outcomes(report))
	}
}
