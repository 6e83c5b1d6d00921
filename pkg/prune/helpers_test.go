package prune

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

var start = time.Date(2026, 1, 12, 12, 0, 0, 0, time.UTC)

// blog is a release.
func blog() *snapshot.ReleaseID {
	return &snapshot.ReleaseID{Driver: snapshot.Secrets, Namespace: "shop", Name: "blog"}
}

// orphan is a finding that may be pruned.
func orphan(kind, name string) verdict.Finding {
	versions := map[string]string{"Job": "batch/v1", "Pod": "v1", "ServiceAccount": "v1", "PersistentVolumeClaim": "v1"}
	return verdict.Finding{
		Object: &snapshot.Object{
			APIVersion: versions[kind], Kind: kind, Namespace: "shop", Name: name,
			UID: "uid-" + name, ResourceVersion: "7", Created: start.Add(-time.Hour),
		},
		Live: true, Verdict: verdict.Orphan, Reason: verdict.ReasonReleaseGone, Release: blog(),
	}
}

func refused(f verdict.Finding, g verdict.Guard) verdict.Finding {
	f.Refusals = append(f.Refusals, verdict.Refusal{Guard: g, Why: "a reason"})
	return f
}

func all(*verdict.Finding) bool { return true }

// world is a cluster: what is there, and what was asked of it.
type world struct {
	mu      sync.Mutex
	objects []verdict.Finding
	// deleted are names in order.
	deleted []string
	judged  int
	// onJudge, onDelete and onSave happen just before.
	onJudge  func(n int)
	onDelete func(name string) error
	onSave   func(name string) error
	same     func() (bool, error)
	held     map[string][]string // finalizers, by name
	atOnce   int
	most     int
}

func (w *world) Judge(_ context.Context, planned map[string]bool) ([]verdict.Finding, *snapshot.Snapshot, error) {
	w.mu.Lock()
	w.judged++
	n := w.judged
	w.mu.Unlock()
	if w.onJudge != nil {
		w.onJudge(n)
	}
	if planned == nil {
		return nil, nil, errors.New("acting must say what is planned")
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	findings := slices.Clone(w.objects)
	for i := range findings {
		o := *findings[i].Object
		findings[i].Object = &o // as a new gathering gives new objects
	}
	return findings, &snapshot.Snapshot{}, nil
}

func (w *world) Unchanged(context.Context, snapshot.ReleaseID, *snapshot.Snapshot) (bool, error) {
	if w.same == nil {
		return true, nil
	}
	return w.same()
}

func (w *world) Delete(ctx context.Context, o *snapshot.Object) (bool, error) {
	w.enter()
	defer w.leave()
	if err := ctx.Err(); err != nil {
		return false, err
	}
	if w.onDelete != nil {
		if err := w.onDelete(o.Name); err != nil {
			return false, err
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	i := slices.IndexFunc(w.objects, func(f verdict.Finding) bool { return f.Object.Name == o.Name })
	switch {
	case i < 0:
		return false, ErrGone
	case w.objects[i].Object.UID != o.UID || w.objects[i].Object.ResourceVersion != o.ResourceVersion:
		return false, ErrChanged
	}
	w.objects = slices.Delete(w.objects, i, i+1)
	w.deleted = append(w.deleted, o.Name)
	return w.held[o.Name] != nil, nil
}

func (w *world) enter() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.atOnce++
	w.most = max(w.most, w.atOnce)
}

func (w *world) leave() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.atOnce--
}

func (w *world) Holding(_ context.Context, ref snapshot.ObjectRef) ([]string, error) {
	if f, ok := w.held[ref.Name]; ok {
		return f, nil
	}
	return nil, ErrGone
}

func (w *world) Save(_ context.Context, f *verdict.Finding) error {
	if w.onSave != nil {
		return w.onSave(f.Object.Name)
	}
	return nil
}

// Object implements Source: the object as the server would show it.
func (w *world) Object(_ context.Context, ref snapshot.ObjectRef) ([]byte, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, f := range w.objects {
		if o := f.Object; o.Name == ref.Name {
			return json.Marshal(map[string]any{
				"apiVersion": o.APIVersion, "kind": o.Kind, "status": map[string]any{"x": 1},
				"metadata": map[string]any{
					"name": o.Name, "namespace": o.Namespace, "uid": o.UID, "resourceVersion": o.ResourceVersion,
					"managedFields": []any{}, "labels": map[string]any{"app": "blog"},
				},
			})
		}
	}
	return nil, ErrGone
}

// Logs implements Source.
func (w *world) Logs(_ context.Context, ref snapshot.ObjectRef, open OpenLog) error {
	out, err := open("../../pod", "of "+ref.Name)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "log of %s\n", ref.Name)
	return errors.Join(out.Close(), errors.New("the second container's log is gone"))
}

func (w *world) actor() *Actor {
	return &Actor{Judge: w.Judge, Deleter: w, Concurrency: 4, Fresh: time.Minute, Now: time.Now, Wait: true}
}

func outcomes(r *Report) map[string]Outcome {
	out := make(map[string]Outcome)
	for _, i := range r.Items {
		out[i.Name] = i.Outcome
	}
	return out
}
