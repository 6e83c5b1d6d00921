//go:build e2e

package requests

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// recorder stands in front of the API server and gives each request a number, under which
// the server writes it into its audit log. What the log does not tell is what was to be
// shown: metadata, or whole objects. The recorder remembers that.
type recorder struct {
	kubeconfig, prefix string

	mu      sync.Mutex
	accepts map[string]string // by audit ID
}

func newRecorder(t *testing.T, prefix string) *recorder {
	t.Helper()
	server := stage.Cluster.Config()
	target, err := url.Parse(server.Host)
	if err != nil {
		t.Fatal(err)
	}
	transport, err := rest.TransportFor(server)
	if err != nil {
		t.Fatal(err)
	}
	r := &recorder{kubeconfig: filepath.Join(t.TempDir(), "kubeconfig"), prefix: prefix, accepts: make(map[string]string)}
	forward := httputil.NewSingleHostReverseProxy(target)
	forward.Transport = transport
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r.mu.Lock()
		id := fmt.Sprintf("%s-%d", prefix, len(r.accepts))
		r.accepts[id] = req.Header.Get("Accept")
		r.mu.Unlock()
		req.Header.Set("Audit-Id", id)
		forward.ServeHTTP(w, req)
	}))
	t.Cleanup(s.Close)
	c := clientcmdapi.NewConfig()
	c.Clusters["x"] = &clientcmdapi.Cluster{Server: s.URL}
	c.AuthInfos["x"] = &clientcmdapi.AuthInfo{}
	c.Contexts["x"] = &clientcmdapi.Context{Cluster: "x", AuthInfo: "x"}
	c.CurrentContext = "x"
	if err := clientcmd.WriteToFile(*c, r.kubeconfig); err != nil {
		t.Fatal(err)
	}
	return r
}

// request is a line of the API server's audit log, and what was to be shown.
type request struct {
	AuditID, Verb, UserAgent, RequestURI string
	ObjectRef                            *struct{ Resource, Subresource, Name string }
	ResponseStatus                       struct{ Code int }

	accept string
}

// requests are those of the recorder, as the audit log has them: all of them, and each once.
func (r *recorder) requests(t *testing.T) []request {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	var found []request
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if found = r.logged(t); len(found) >= len(r.accepts) {
			break
		}
	}
	if len(found) != len(r.accepts) {
		t.Fatalf("%d requests were sent, and %d are in the audit log", len(r.accepts), len(found))
	}
	return found
}

func (r *recorder) logged(t *testing.T) []request {
	t.Helper()
	data, err := os.ReadFile(stage.Cluster.AuditLog)
	if err != nil {
		t.Fatal(err)
	}
	var found []request
	for line := range bytes.Lines(data) {
		if !bytes.HasSuffix(line, []byte("\n")) || !bytes.Contains(line, []byte(r.prefix)) {
			continue
		}
		var q request
		if err := json.Unmarshal(line, &q); err != nil {
			t.Fatal(err)
		}
		var ours bool
		if q.accept, ours = r.accepts[q.AuditID]; ours {
			found = append(found, q)
		}
	}
	return found
}

// kind is what a request asks for, in the words of the table in docs/performance.md.
type kind string

const (
	discovery kind = "discovery"
	rights    kind = "rights"
	metadata  kind = "metadata"
	bodies    kind = "bodies"
	whole     kind = "in full"
	single    kind = "single"
	deletion  kind = "deletes"
	other     kind = "other"
)

func kinds() []kind {
	return []kind{discovery, rights, metadata, bodies, whole, single, deletion, other}
}

func (q *request) kind() kind {
	switch {
	case q.ObjectRef == nil:
		return discovery
	case q.Verb == "create" && strings.HasPrefix(q.ObjectRef.Resource, "selfsubject"):
		return rights
	case q.Verb == "delete":
		return deletion
	case q.Verb == "get":
		return single
	case q.Verb != "list":
		return other
	case strings.Contains(q.accept, "as=PartialObjectMetadataList"):
		return metadata
	case q.ofRecords():
		return bodies
	default:
		return whole
	}
}

// ofRecords tells whether nothing but Helm's records was asked for.
func (q *request) ofRecords() bool {
	u, err := url.Parse(q.RequestURI)
	if err != nil {
		return false
	}
	stored := q.ObjectRef.Resource == "secrets" || q.ObjectRef.Resource == "configmaps"
	return stored && strings.HasPrefix(u.Query().Get("labelSelector"), "owner=helm,")
}
