package cluster

import (
	"context"
	"errors"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/live"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// storedKey tells apart the records of one batch, which share their revision.
type storedKey struct{ namespace, name string }

// storedRecord is a record as the API server holds it.
type storedRecord struct {
	status          release.Status
	uid             string
	resourceVersion string
	written         time.Time
	payload         []byte
}

// newStored takes from a stored object what a record needs of it.
func newStored(m metav1.Object, payload []byte) storedRecord {
	return storedRecord{
		status:          release.Status(m.GetLabels()[release.LabelStatus]),
		uid:             string(m.GetUID()),
		resourceVersion: m.GetResourceVersion(),
		written:         live.Written(m),
		payload:         payload,
	}
}

// stored runs a batch's request.
func (c *Client) stored(ctx context.Context, b *batch) (map[storedKey]storedRecord, error) {
	out := make(map[storedKey]storedRecord)
	add := func(m metav1.Object, payload []byte) {
		if name, revision, ok := release.ParseKey(m.GetName()); ok && revision == b.revision {
			out[storedKey{m.GetNamespace(), name}] = newStored(m, payload)
		}
	}
	if b.driver == snapshot.ConfigMaps {
		var list corev1.ConfigMapList
		err := c.listBatch(ctx, b, "configmaps", &list)
		for i := range list.Items {
			add(&list.Items[i].ObjectMeta, []byte(list.Items[i].Data[release.DataKey]))
		}
		return out, err
	}
	var list corev1.SecretList
	err := c.listBatch(ctx, b, "secrets", &list)
	for i := range list.Items {
		add(&list.Items[i].ObjectMeta, list.Items[i].Data[release.DataKey])
	}
	return out, err
}

// errGone tells that a record went away while the others were read.
var errGone = errors.New("not there any more")

// storedByName reads a single record.
func (c *Client) storedByName(ctx context.Context, r *snapshot.Record) (storedRecord, error) {
	get := c.core.Get().Namespace(r.Release.Namespace).Name(release.Key(r.Release.Name, r.Revision))
	var st storedRecord
	var err error
	if r.Release.Driver == snapshot.ConfigMaps {
		var m corev1.ConfigMap
		err = get.Resource("configmaps").Do(ctx).Into(&m)
		st = newStored(&m, []byte(m.Data[release.DataKey]))
	} else {
		var s corev1.Secret
		err = get.Resource("secrets").Do(ctx).Into(&s)
		st = newStored(&s, s.Data[release.DataKey])
	}
	if apierrors.IsNotFound(err) {
		err = errGone
	}
	return st, err
}

func (c *Client) listBatch(ctx context.Context, b *batch, resource string, into runtime.Object) error {
	options := metav1.ListOptions{LabelSelector: b.selector()}
	// "Not older than what we know" is answered from the server's watch cache;
	// without it old servers read every Secret there is from etcd, each time.
	if v := newestVersion(b.records); v != "" {
		options.ResourceVersion = v
		options.ResourceVersionMatch = metav1.ResourceVersionMatchNotOlderThan
	}
	return c.core.Get().
		NamespaceIfScoped(b.namespace, b.namespace != "").
		Resource(resource).
		VersionedParams(&options, metav1.ParameterCodec).
		Do(ctx).
		Into(into)
}

// newestVersion is the highest resourceVersion of the records, or "" if one
// cannot be compared.
func newestVersion(records []*snapshot.Record) string {
	var newest uint64
	for _, r := range records {
		v, err := strconv.ParseUint(r.ResourceVersion, 10, 64)
		if err != nil {
			return ""
		}
		newest = max(newest, v)
	}
	return strconv.FormatUint(newest, 10)
}
