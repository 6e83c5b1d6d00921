package cluster

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// metadataServer answers with lists of metadata, as protobuf, and notes what it is asked.
type metadataServer struct {
	t *testing.T
	// total is how many objects there are; remaining is what is told of the rest.
	total     int
	remaining *int64
	// fault, if set, answers first. Seen is how many answers there were before.
	fault func(w http.ResponseWriter, r *http.Request, seen int, whole []byte) bool
	asked []string
	kind  string
}

func (s *metadataServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	ask := fmt.Sprintf("limit=%s continue=%s version=%s%s", q.Get("limit"), q.Get("continue"), q.Get("resourceVersionMatch"), q.Get("resourceVersion"))
	s.asked = append(s.asked, ask)
	first, _ := strconv.Atoi(q.Get("continue"))
	last := s.total
	if limit, err := strconv.Atoi(q.Get("limit")); err == nil && limit > 0 {
		last = min(last, first+limit)
	}
	list := &metav1.PartialObjectMetadataList{ListMeta: metav1.ListMeta{ResourceVersion: "7"}}
	if last < s.total {
		list.Continue, list.RemainingItemCount = strconv.Itoa(last), s.remaining
	}
	for i := first; i < last; i++ {
		list.Items = append(list.Items, metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprint("o", i)}})
	}
	whole := envelopedAs(s.t, s.kind, list)
	if s.fault != nil && s.fault(w, r, len(s.asked)-1, whole) {
		return
	}
	w.Header().Set("Content-Type", protobuf)
	_, _ = w.Write(whole)
}

// read lists what there is, and returns the names in order.
func (s *metadataServer) read(o Options) ([]string, *Client, error) {
	s.t.Helper()
	server := httptest.NewServer(s)
	s.t.Cleanup(server.Close)
	c, err := New(&rest.Config{Host: server.URL}, o)
	if err != nil {
		s.t.Fatal(err)
	}
	got, err := namesOf(s.t.Context(), c)
	return got, c, err
}

func namesOf(ctx context.Context, c *Client) (got []string, err error) {
	err = c.eachMetadata(ctx, metadataOf{kind: &snapshot.Kind{Version: "v1", Resource: "secrets", Kind: "Secret"}},
		func() { got = nil }, func(o *metadataItem) error { got = append(got, o.Name); return nil })
	return got, err
}

// old answers as a server does whose memory does not come as far as its storage.
func old(w http.ResponseWriter, r *http.Request, _ int, _ []byte) bool {
	if r.URL.Query().Get("resourceVersion") == "" {
		return false
	}
	status := failure(http.StatusGatewayTimeout, metav1.StatusReasonTimeout, "Too large resource version")
	status.Details = &metav1.StatusDetails{RetryAfterSeconds: 1, Causes: []metav1.StatusCause{{Type: metav1.CauseTypeResourceVersionTooLarge}}}
	w.Header().Set("Retry-After", "1") // as API servers do, for which client-go would ask ten times
	answer(w, http.StatusGatewayTimeout, status)
	return true
}

// cut answers with half of it, so many times, where the request has that parameter.
func cut(parameter string, times int) func(http.ResponseWriter, *http.Request, int, []byte) bool {
	return func(w http.ResponseWriter, r *http.Request, _ int, whole []byte) bool {
		if !r.URL.Query().Has(parameter) || times == 0 {
			return false
		}
		times--
		w.Header().Set("Content-Type", protobuf)
		_, _ = w.Write(whole[:len(whole)/2])
		return true
	}
}

func TestListsOfMetadata(t *testing.T) {
	const first, atOnce, second = "limit=3 continue= version=", "limit= continue= version=NotOlderThan7", "limit=3 continue=3 version="
	few, many := int64(2), int64(mostMetadata+1)
	for _, tt := range []struct {
		name   string
		server metadataServer
		paged  bool
		asked  []string
		fails  bool
	}{
		{"one page", metadataServer{total: 3}, false, []string{first}, false},
		{"nothing", metadataServer{total: 0}, false, []string{first}, false},
		{"more", metadataServer{total: 5, remaining: &few}, false, []string{first, atOnce}, false},
		{"more, nobody knows how many", metadataServer{total: 5}, false, []string{first, atOnce}, false},
		{"too many", metadataServer{total: 5, remaining: &many}, false, []string{first, second}, false},
		{"pages are wanted", metadataServer{total: 5}, true, []string{first, second}, false},
		{"memory that is behind", metadataServer{total: 5, fault: old}, false, []string{first, atOnce, first, second}, false},
		{"cut at once", metadataServer{total: 5, fault: cut("resourceVersion", 9)}, false, []string{first, atOnce, first, second}, false},
		{"the first page is cut", metadataServer{total: 3, fault: cut("limit", 1)}, false, []string{first, first}, false},
		{"a page is cut", metadataServer{total: 5, fault: cut("continue", 1)}, true, []string{first, second, first, second}, false},
		{"cut for ever", metadataServer{total: 2, fault: cut("limit", 99)}, false, []string{first, first, first, first}, true},
		{"another kind", metadataServer{total: 2, kind: "SecretList"}, false, []string{first}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := tt.server
			s.t = t
			if s.kind == "" {
				s.kind = metadataKind
			}
			began := time.Now()
			got, _, err := s.read(Options{Concurrency: 1, ChunkSize: 3, Paged: tt.paged})
			if diff := cmp.Diff(tt.asked, s.asked); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
			if (err != nil) != tt.fails {
				t.Fatalf("error %v, wanted one: %v", err, tt.fails)
			}
			var want []string
			for i := range s.total {
				want = append(want, fmt.Sprint("o", i))
			}
			if diff := cmp.Diff(want, got); diff != "" && !tt.fails {
				t.Errorf("objects (-want +got):\n%s", diff)
			}
			if took := time.Since(began); took > 20*time.Second {
				t.Errorf("it took %s: the server was asked again and again", took)
			}
		})
	}
}

// A server whose memory was found to be behind is not asked for it again.
func TestServersThatAreBehind(t *testing.T) {
	s := &metadataServer{t: t, total: 5, fault: old, kind: metadataKind}
	_, c, err := s.read(Options{Concurrency: 1, ChunkSize: 3})
	if err != nil {
		t.Fatal(err)
	}
	before := len(s.asked)
	if _, err := namesOf(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"limit=3 continue= version=", "limit=3 continue=3 version="}, s.asked[before:]); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

// Who gives up gets no list, not even a part of one.
func TestListsOfMetadataEnd(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var answers atomic.Int32
	s := &metadataServer{t: t, total: 5, kind: metadataKind, fault: func(w http.ResponseWriter, r *http.Request, _ int, _ []byte) bool {
		if answers.Add(1) == 2 {
			cancel()
			<-r.Context().Done()
		}
		return false
	}}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	c, err := New(&rest.Config{Host: server.URL}, Options{Concurrency: 1, ChunkSize: 3})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := namesOf(ctx, c); err == nil {
		t.Errorf("a list that was given up is %v", got)
	}
	if n := answers.Load(); n != 2 {
		t.Errorf("%d requests, want 2", n)
	}
}
