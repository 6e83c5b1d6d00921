package cluster

import (
	"context"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
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
	object   func() runtime.Object
	list     func() runtime.Object
	run      func(runtime.Object) snapshot.Run
}

func (c *Client) runners() map[string]runner {
	return map[string]runner{
		"Job": {
			client: c.batch, group: batchv1.GroupName, resource: "jobs",
			object: func() runtime.Object { return &batchv1.Job{} },
			list:   func() runtime.Object { return &batchv1.JobList{} },
			run: func(o runtime.Object) snapshot.Run {
				job, _ := o.(*batchv1.Job)
				return live.Job(job)
			},
		},
		"Pod": {
			client: c.core, resource: "pods",
			object: func() runtime.Object { return &corev1.Pod{} },
			list:   func() runtime.Object { return &corev1.PodList{} },
			run: func(o runtime.Object) snapshot.Run {
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
				if m, err := meta.Accessor(full); err == nil && m.GetUID() == types.UID(o.UID) {
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
	page := func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) {
		list := r.list()
		err := r.client.Get().NamespaceIfScoped(namespace, namespace != "").Resource(r.resource).
			VersionedParams(&o, metav1.ParameterCodec).Do(ctx).Into(list)
		return list, err
	}
	return c.eachItem(ctx, page, metav1.ListOptions{}, nil, func(full runtime.Object) error {
		m, err := meta.Accessor(full)
		if err != nil {
			return err
		}
		if o := byUID[m.GetUID()]; o != nil {
			run := r.run(full)
			o.Run = &run
		}
		return nil
	})
}
