package cluster

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/live"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// listCost is how many listed objects cost as much as one request for a single
// one. It decides between both ways to read the states of Jobs and Pods.
const listCost = 20

// runner is a kind that runs, and how to read it in full.
type runner struct {
	client   rest.Interface
	group    string
	resource string
	object   func() fullObject
	run      func(fullObject) snapshot.Run
}

// fullObject is a Job or Pod.
type fullObject interface {
	runtime.Object
	metav1.Object
	Unmarshal(message []byte) error
}

// mostFull is how many full objects may be asked for at once: each takes the server
// several kilobytes.
const mostFull = 10_000

func (c *Client) runners() map[string]runner {
	return map[string]runner{
		"Job": {
			client: c.batch, group: batchv1.GroupName, resource: "jobs",
			object: func() fullObject { return &batchv1.Job{} },
			run: func(o fullObject) snapshot.Run {
				job, _ := o.(*batchv1.Job)
				return live.Job(job)
			},
		},
		"Pod": {
			client: c.core, resource: "pods",
			object: func() fullObject { return &corev1.Pod{} },
			run: func(o fullObject) snapshot.Run {
				pod, _ := o.(*corev1.Pod)
				return live.Pod(pod)
			},
		},
	}
}

// readRuns fills in the state of those objects that are Jobs or Pods. Totals
// says how many objects of a kind there are in all; without it each is asked for.
func (c *Client) readRuns(ctx context.Context, objects []snapshot.Object, namespace string, totals map[string]int) ([]snapshot.Gap, error) {
	perKind := make(map[string][]*snapshot.Object)
	for i := range objects {
		if o := &objects[i]; hook.Runs(snapshot.Group(o.APIVersion), o.Kind) {
			perKind[o.Kind] = append(perKind[o.Kind], o)
		}
	}
	var gaps []snapshot.Gap
	for kind, r := range c.runners() {
		if err := c.readRunsOf(ctx, r, perKind[kind], namespace, totals[kind]); err != nil {
			if fatal(ctx, err) {
				return nil, err
			}
			gaps = append(gaps, snapshot.Gap{
				What: "the state of " + r.resource, Namespace: namespace, Why: reason(err),
				Right: &snapshot.Right{Verb: "get", Group: r.group, Resource: r.resource},
			})
		}
	}
	slices.SortFunc(gaps, func(a, b snapshot.Gap) int { return strings.Compare(a.What, b.What) })
	return gaps, nil
}

// readRunsOf asks for few objects by name and lists many. Total is 0 where no list
// of all is allowed, or none is wanted. Who may list and not get has the lists.
func (c *Client) readRunsOf(ctx context.Context, r runner, wanted []*snapshot.Object, namespace string, total int) error {
	if total > 0 && len(wanted) > c.options.Concurrency && len(wanted)*listCost >= total {
		return c.listRuns(ctx, r, wanted, namespace)
	}
	refused, err := c.getRuns(ctx, r, wanted)
	perNamespace := make(map[string][]*snapshot.Object)
	for _, o := range refused {
		perNamespace[o.Namespace] = append(perNamespace[o.Namespace], o)
	}
	for ns, objects := range perNamespace {
		if failed := c.listRuns(ctx, r, objects, ns); failed != nil {
			err = failed
		}
	}
	return err
}

// getRuns asks for each object, and returns those that it may not get. What
// vanished meanwhile keeps no state; of what fails the others go on, and the
// first failure is returned.
func (c *Client) getRuns(ctx context.Context, r runner, wanted []*snapshot.Object) (refused []*snapshot.Object, err error) {
	failures := make([]error, len(wanted))
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(c.options.Concurrency)
	for i, o := range wanted {
		g.Go(func() error {
			full := r.object()
			err := r.client.Get().Namespace(o.Namespace).Resource(r.resource).Name(o.Name).Do(gctx).Into(full)
			switch {
			case err == nil:
				if full.GetUID() == types.UID(o.UID) {
					run := r.run(full)
					o.Run = &run
				}
			case fatal(gctx, err):
				return err
			case !apierrors.IsNotFound(err):
				failures[i] = err
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	for i, failure := range failures {
		switch {
		case apierrors.IsForbidden(failure):
			refused = append(refused, wanted[i])
		case err == nil:
			err = failure
		}
	}
	return refused, err
}

// listRuns lists all objects of the kind, and picks.
func (c *Client) listRuns(ctx context.Context, r runner, wanted []*snapshot.Object, namespace string) error {
	byUID := make(map[types.UID]*snapshot.Object, len(wanted))
	for _, o := range wanted {
		byUID[types.UID(o.UID)] = o
	}
	return c.list(ctx, listOf{
		client: r.client, path: at(snapshot.Kind{Group: r.group, Version: "v1", Resource: r.resource, Namespaced: true}, namespace),
		accept: protobuf + ",application/json", most: mostFull, reset: func() {},
		read: func(answer io.Reader) (metav1.ListMeta, bool, error) {
			return readFull(answer, r.object, func(full fullObject) {
				if o := byUID[full.GetUID()]; o != nil {
					run := r.run(full)
					o.Run = &run
				}
			})
		},
	})
}

// readFull reads a list of full objects, and returns the list's own metadata. Streamed
// tells that it was protobuf, and not JSON, which is held as a whole.
func readFull(answer io.Reader, object func() fullObject, each func(fullObject)) (head metav1.ListMeta, streamed bool, err error) {
	var w wire
	streamed, err = w.begin(answer)
	if err != nil {
		return head, streamed, err
	}
	if streamed {
		err = w.list(listParts{meta: head.Unmarshal, item: func(message []byte) error {
			o := object()
			if err := o.Unmarshal(message); err != nil {
				return err
			}
			each(o)
			return nil
		}})
		return head, true, err
	}
	var list struct {
		Metadata metav1.ListMeta   `json:"metadata"`
		Items    []json.RawMessage `json:"items"`
	}
	if err := json.NewDecoder(w.in).Decode(&list); err != nil {
		return head, false, fmt.Errorf("the server's answer is neither protobuf nor JSON: %w", err)
	}
	for _, item := range list.Items {
		o := object()
		if err := json.Unmarshal(item, o); err != nil {
			return head, false, err
		}
		each(o)
	}
	return list.Metadata, false, nil
}
