package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	utilnet "k8s.io/apimachinery/pkg/util/net"
	"k8s.io/apimachinery/pkg/util/wait"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/cluster"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/prune"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// hands do on a cluster what prune and restore ask for. Requests that fail for the
// moment are tried again.
type hands struct {
	client *cluster.Client
	kinds  []snapshot.Kind
	// dry has the server only try.
	dry bool
}

// maxLog is how much of one container's log is saved, in bytes.
const maxLog = 16 << 20

// patiently is how often, and how far apart, a request is tried. The time is bound
// by the context as well.
func patiently() wait.Backoff {
	return wait.Backoff{Duration: 200 * time.Millisecond, Factor: 2, Jitter: 0.2, Steps: 7, Cap: 10 * time.Second}
}

// passing tells whether a failure may pass: the server is overloaded or restarts, or
// the connection was cut. A delete that was carried out all the same does no harm
// when it is tried again, since it names the very object.
func passing(err error) bool {
	if apierrors.IsNotFound(err) || apierrors.IsConflict(err) || apierrors.IsForbidden(err) || apierrors.IsInvalid(err) {
		return false
	}
	return apierrors.IsTooManyRequests(err) || apierrors.IsInternalError(err) || apierrors.IsServerTimeout(err) ||
		apierrors.IsTimeout(err) || apierrors.IsServiceUnavailable(err) ||
		utilnet.IsConnectionReset(err) || utilnet.IsConnectionRefused(err) || utilnet.IsProbableEOF(err) || utilnet.IsTimeout(err)
}

// again tries a request until it succeeds, fails for good, or the context ends. The
// error is that of the last try.
func again(ctx context.Context, try func() error) error {
	for pause := patiently(); ; {
		err := try()
		if err == nil || !passing(err) || pause.Steps <= 1 {
			return err
		}
		select {
		case <-time.After(pause.Step()):
		case <-ctx.Done():
			return err
		}
	}
}

// kindOf finds the kind of an object.
func (h *hands) kindOf(ref snapshot.ObjectRef) (snapshot.Kind, error) {
	group := snapshot.Group(ref.APIVersion)
	i := slices.IndexFunc(h.kinds, func(k snapshot.Kind) bool { return k.Kind == ref.Kind && k.Group == group })
	if i < 0 {
		return snapshot.Kind{}, fmt.Errorf("the cluster has no kind %s of %s", ref.Kind, ref.APIVersion)
	}
	return h.kinds[i], nil
}

// known gives errors of the API server the meaning that prune knows.
func known(err error) error {
	switch {
	case err == nil:
		return nil
	case apierrors.IsNotFound(err):
		return prune.ErrGone
	case apierrors.IsConflict(err):
		return prune.ErrChanged
	default:
		return err
	}
}

// recordsOf are a release's records as they are now, where they could be read when it was
// judged: what could not was held against the object then.
func (h *hands) recordsOf(ctx context.Context, namespace, name string, s *snapshot.Snapshot) ([]snapshot.Record, error) {
	unread := make(map[snapshot.Driver]bool)
	for _, g := range s.Gaps {
		if g.Records != "" && g.Concerns(namespace) {
			unread[g.Records] = true
		}
	}
	var now []snapshot.Record
	err := again(ctx, func() error {
		var err error
		now, err = h.client.RecordsOf(ctx, namespace, name, unread)
		return err
	})
	return now, err
}

// Unchanged implements prune.Deleter.
func (h *hands) Unchanged(ctx context.Context, id snapshot.ReleaseID, s *snapshot.Snapshot) (bool, error) {
	namespace := id.Namespace
	if s.RecordsEverywhere && !s.RecordsUnread() {
		namespace = ""
	}
	now, err := h.recordsOf(ctx, namespace, id.Name, s)
	if namespace == "" && apierrors.IsForbidden(err) { // they were read one namespace at a time
		namespace = id.Namespace
		now, err = h.recordsOf(ctx, namespace, id.Name, s)
	}
	if err != nil {
		return false, err
	}
	judged := make(map[snapshot.RecordID]string)
	for i := range s.Records {
		if r := &s.Records[i]; r.Release.Name == id.Name && (namespace == "" || r.Release.Namespace == namespace) {
			judged[r.RecordID] = r.ResourceVersion
		}
	}
	same := len(now) == len(judged) && !slices.ContainsFunc(now, func(r snapshot.Record) bool {
		version, ok := judged[r.RecordID]
		return !ok || version != r.ResourceVersion
	})
	return same, nil
}

// Delete implements prune.Deleter.
func (h *hands) Delete(ctx context.Context, o *snapshot.Object) (held bool, err error) {
	ref := o.Ref()
	k, err := h.kindOf(ref)
	if err != nil {
		return false, err
	}
	tries := 0
	err = again(ctx, func() error {
		tries++
		held, err = h.client.Delete(ctx, k, ref, o.ResourceVersion, h.dry)
		return err
	})
	if apierrors.IsConflict(err) && tries > 1 && h.going(ctx, k, ref) {
		return true, nil // the first try was carried out, and its answer lost
	}
	return held, known(err)
}

// going tells whether the very object is being deleted.
func (h *hands) going(ctx context.Context, k snapshot.Kind, ref snapshot.ObjectRef) bool {
	m, err := h.client.Metadata(ctx, k, ref.Namespace, ref.Name)
	return err == nil && string(m.UID) == ref.UID && m.DeletionTimestamp != nil
}

// Holding implements prune.Deleter.
func (h *hands) Holding(ctx context.Context, ref snapshot.ObjectRef) ([]string, error) {
	k, err := h.kindOf(ref)
	if err != nil {
		return nil, err
	}
	m, err := h.client.Metadata(ctx, k, ref.Namespace, ref.Name)
	if err != nil {
		return nil, known(err)
	}
	if string(m.UID) != ref.UID {
		return nil, prune.ErrGone
	}
	return m.Finalizers, nil
}

// Object implements prune.Source.
func (h *hands) Object(ctx context.Context, ref snapshot.ObjectRef) (object []byte, err error) {
	k, err := h.kindOf(ref)
	if err != nil {
		return nil, err
	}
	err = again(ctx, func() error {
		object, err = h.client.Get(ctx, k, ref.Namespace, ref.Name)
		return err
	})
	return object, known(err)
}

// Logs implements prune.Source. Of several logs the others are saved when one fails.
func (h *hands) Logs(ctx context.Context, ref snapshot.ObjectRef, open prune.OpenLog) error {
	logs, err := h.client.LogsOf(ctx, ref)
	if err != nil {
		return err
	}
	var failed error
	for _, l := range logs {
		w, err := open(l.Pod, l.Container)
		if err != nil {
			return err
		}
		if err := errors.Join(h.client.CopyLog(ctx, ref.Namespace, l, maxLog, w), w.Close()); err != nil {
			failed = fmt.Errorf("%s, container %s: %w", l.Pod, l.Container, err)
		}
	}
	return failed
}

// Exists implements prune.Maker.
func (h *hands) Exists(ctx context.Context, ref snapshot.ObjectRef) (bool, error) {
	k, err := h.kindOf(ref)
	if err != nil {
		return false, err
	}
	err = again(ctx, func() error {
		_, err := h.client.Metadata(ctx, k, ref.Namespace, ref.Name)
		return err
	})
	if apierrors.IsNotFound(err) {
		return false, nil
	}
	return err == nil, err
}

// Make implements prune.Maker.
func (h *hands) Make(ctx context.Context, ref snapshot.ObjectRef, object []byte, dry bool) error {
	k, err := h.kindOf(ref)
	if err != nil {
		return err
	}
	return h.client.Create(ctx, k, ref.Namespace, object, dry)
}
