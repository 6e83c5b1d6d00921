package cluster

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/util/flowcontrol"
)

// Client reads evidence. But for Delete and Create it changes nothing: the only
// other requests that are no reads ask the server about the user's own rights.
type Client struct {
	discovery     *discovery.DiscoveryClient
	metadata      metadata.Interface
	core          rest.Interface
	batch         rest.Interface
	authorization rest.Interface
	clock         *serverClock
	// lists reads metadata, packed on the way: names and labels come again and again.
	lists           rest.Interface
	metadataReaders sync.Pool
	// behind tells that the server's memory was found to be older than its storage.
	behind  atomic.Bool
	workers *workers
	options Options
	// rights holds what was asked about namespaces, by name.
	rights sync.Map
}

// Options bound what reading costs.
type Options struct {
	// Concurrency is how many requests may be under way at once.
	Concurrency int
	// ChunkSize is how many objects a page of a list holds; 0 is all.
	ChunkSize int64
	// Paged has lists of metadata read page by page to their end, and not at once after
	// the first page.
	Paged bool
	// QPS is how many requests may be sent in a second; 0 is any number.
	QPS float32
}

// DefaultOptions suit clusters of any size: API servers allow some hundred
// requests at once, and pages of 500 are what kubectl asks for.
func DefaultOptions() Options {
	return Options{Concurrency: 8, ChunkSize: 500}
}

const (
	protobuf = "application/vnd.kubernetes.protobuf"
	// unlimited: concurrency bounds the requests, and the server's own priority
	// and fairness the rest; client-go's default of 5 a second would cripple us.
	unlimited = -1
)

// New returns a Client for the server that config names. It sends no request.
func New(config *rest.Config, o Options) (*Client, error) {
	config = rest.CopyConfig(config)
	config.QPS = unlimited
	if o.QPS > 0 {
		config.QPS, config.RateLimiter = o.QPS, flowcontrol.NewTokenBucketRateLimiter(o.QPS, max(1, int(o.QPS))) // one for all clients
	}
	if config.UserAgent == "" {
		config.UserAgent = rest.DefaultKubernetesUserAgent()
	}
	config.WarningHandler = rest.NoWarnings{} // about kinds that nobody here asked for
	clock := &serverClock{}
	config.Wrap(clock.wrap)

	d, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return nil, fmt.Errorf("discovery client: %w", err)
	}
	meta, err := metadata.NewForConfig(config)
	if err != nil {
		return nil, fmt.Errorf("metadata client: %w", err)
	}
	lists, err := restClient(config, corev1.SchemeGroupVersion, "/api", corev1.AddToScheme)
	if err != nil {
		return nil, err
	}
	// Bodies are compressed by Helm already: packing them again only costs time.
	config = rest.CopyConfig(config)
	config.DisableCompression = true
	core, err := restClient(config, corev1.SchemeGroupVersion, "/api", corev1.AddToScheme)
	if err != nil {
		return nil, err
	}
	batch, err := restClient(config, batchv1.SchemeGroupVersion, "/apis", batchv1.AddToScheme)
	if err != nil {
		return nil, err
	}
	authorization, err := restClient(config, authorizationv1.SchemeGroupVersion, "/apis", authorizationv1.AddToScheme)
	if err != nil {
		return nil, err
	}
	return &Client{
		discovery: d, metadata: meta, core: core, batch: batch, authorization: authorization, clock: clock, lists: lists,
		workers: newWorkers(), options: o,
	}, nil
}

// restClient is a client for one group. A clientset would link every API there
// is, 15 MB of them.
func restClient(config *rest.Config, gv schema.GroupVersion, path string, add func(*runtime.Scheme) error) (rest.Interface, error) {
	scheme := runtime.NewScheme()
	if err := add(scheme); err != nil {
		return nil, fmt.Errorf("scheme of %s: %w", gv, err)
	}
	metav1.AddToGroupVersion(scheme, schema.GroupVersion{Version: "v1"})
	c := rest.CopyConfig(config)
	c.GroupVersion = &gv
	c.APIPath = path
	c.NegotiatedSerializer = serializer.NewCodecFactory(scheme).WithoutConversion()
	c.ContentType = protobuf
	c.AcceptContentTypes = protobuf + ",application/json"
	client, err := rest.RESTClientFor(c)
	if err != nil {
		return nil, fmt.Errorf("client for %s: %w", gv, err)
	}
	return client, nil
}

// serverClock remembers the time that the API server gave with its first answer,
// so that ages do not depend on this machine's clock.
type serverClock struct{ first atomic.Pointer[time.Time] }

func (c *serverClock) wrap(next http.RoundTripper) http.RoundTripper {
	return &clockedTransport{next: next, clock: c}
}

// clockedTransport tells the clock what time each answer gives.
type clockedTransport struct {
	next  http.RoundTripper
	clock *serverClock
}

// RoundTrip implements http.RoundTripper.
func (t *clockedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := t.next.RoundTrip(r)
	if err == nil && t.clock.first.Load() == nil {
		if now, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
			t.clock.first.CompareAndSwap(nil, &now)
		}
	}
	return resp, err
}

// WrappedRoundTripper lets client-go find the transport that can be cancelled.
func (t *clockedTransport) WrappedRoundTripper() http.RoundTripper { return t.next }

// now is the server's time, or this machine's when the server gave none.
func (c *serverClock) now() time.Time {
	if t := c.first.Load(); t != nil {
		return t.UTC()
	}
	return time.Now().UTC()
}
