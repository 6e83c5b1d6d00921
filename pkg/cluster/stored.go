package cluster

import (
	"context"
	"errors"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/live"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// storedKey tells apart the records of one batch.
type storedKey struct {
	namespace, name string
	revision        int
}

// storedRecord is a record as the API server holds it.
type storedRecord struct {
	status          release.Status
	resourceVersion string
	written         time.Time
	payload         []byte
}

// newStored takes from a stored object what a record needs of it.
func newStored(t *live.Traits, payload []byte) storedRecord {
	return storedRecord{status: t.Status(), resourceVersion: t.ResourceVersion, written: t.Written(), payload: payload}
}

// errGone tells that a record went away while the others were read.
var errGone = errors.New("not there any more")

// storedByName reads a single record.
func (c *Client) storedByName(ctx context.Context, r *snapshot.Record) (storedRecord, error) {
	get := c.core.Get().Namespace(r.Release.Namespace).Name(release.Key(r.Release.Name, r.Revision))
	var t live.Traits
	var payload []byte
	var err error
	if r.Release.Driver == snapshot.ConfigMaps {
		var m corev1.ConfigMap
		err = get.Resource("configmaps").Do(ctx).Into(&m)
		t, payload = live.TraitsOf(&m.ObjectMeta), []byte(m.Data[release.DataKey])
	} else {
		var s corev1.Secret
		err = get.Resource("secrets").Do(ctx).Into(&s)
		t, payload = live.TraitsOf(&s.ObjectMeta), s.Data[release.DataKey]
	}
	if apierrors.IsNotFound(err) {
		err = errGone
	}
	return newStored(&t, payload), err
}

// listBatch runs a batch's request, and shows each record as it arrives.
// The payload is only there for as long as it is shown.
func (c *Client) listBatch(ctx context.Context, b *batch, w *worker, each func(storedKey, *storedRecord)) (err error) {
	resource := "secrets"
	if b.driver == snapshot.ConfigMaps {
		resource = "configmaps"
	}
	options := metav1.ListOptions{LabelSelector: b.selector()}
	// "Not older than what we know" is answered from the server's watch cache;
	// without it old servers read every Secret there is from etcd, each time.
	if v := newestVersion(b.records); v != "" {
		options.ResourceVersion = v
		options.ResourceVersionMatch = metav1.ResourceVersionMatchNotOlderThan
	}
	answer, err := c.core.Get().
		NamespaceIfScoped(b.namespace, b.namespace != "").
		Resource(resource).
		VersionedParams(&options, metav1.ParameterCodec).
		Stream(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, answer.Close()) }()
	return w.list.read(answer, b.driver == snapshot.Secrets, func(p *payloadOf) {
		if name, revision, ok := release.ParseKey(p.Name); ok {
			st := newStored(&p.Traits, p.payload)
			each(storedKey{p.Namespace, name, revision}, &st)
		}
	})
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
