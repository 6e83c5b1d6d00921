//go:build e2e

package prunes

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
)

// proxy stands in front of the API server. It writes down all requests, and whoever
// uses it may interfere.
type proxy struct {
	kubeconfig string
	mu         sync.Mutex
	calls      []call
}

// call is a request and how it was answered; 0 is not, or by nobody.
type call struct {
	method, path string
	query        url.Values
	body         string
	status       int
}

// interference may answer a request, or do what it likes before and after next does.
type interference func(w http.ResponseWriter, r *http.Request, next http.Handler)

// front starts a proxy that reaches the server as the administrator.
func front(t testing.TB, interfere interference) *proxy {
	t.Helper()
	server := stage.Cluster.Config()
	target, err := url.Parse(server.Host)
	must(t, err)
	transport, err := rest.TransportFor(server)
	must(t, err)
	forward := httputil.NewSingleHostReverseProxy(target)
	forward.Transport = transport
	forward.FlushInterval = -1
	forward.ErrorHandler = func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) }

	p := &proxy{kubeconfig: filepath.Join(t.TempDir(), "kubeconfig")}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		p.mu.Lock()
		n := len(p.calls)
		p.calls = append(p.calls, call{method: r.Method, path: r.URL.Path, query: r.URL.Query(), body: string(body)})
		p.mu.Unlock()
		watched := &statusWriter{ResponseWriter: w}
		defer func() {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.calls[n].status = watched.status
		}()
		if interfere == nil {
			forward.ServeHTTP(watched, r)
			return
		}
		interfere(watched, r, forward)
	}))
	t.Cleanup(s.CloseClientConnections) // those that are being held back
	t.Cleanup(s.Close)
	c := clientcmdapi.NewConfig()
	c.Clusters["x"] = &clientcmdapi.Cluster{Server: s.URL}
	c.AuthInfos["x"] = &clientcmdapi.AuthInfo{}
	c.Contexts["x"] = &clientcmdapi.Context{Cluster: "x", AuthInfo: "x"}
	c.CurrentContext = "x"
	must(t, clientcmd.WriteToFile(*c, p.kubeconfig))
	return p
}

// statusWriter remembers the status of an answer.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets the connection be taken over.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// made are the calls that a condition holds for.
func (p *proxy) made(which func(c *call) bool) []call {
	p.mu.Lock()
	defer p.mu.Unlock()
	var found []call
	for i := range p.calls {
		if which(&p.calls[i]) {
			found = append(found, p.calls[i])
		}
	}
	return found
}

func deletes(c *call) bool { return c.method == http.MethodDelete }

// proper holds that every deletion names a version of an object, and lets what it owns
// go in the background.
func (p *proxy) proper(t *testing.T) {
	t.Helper()
	for _, c := range p.made(deletes) {
		var o struct {
			PropagationPolicy string
			Preconditions     struct{ UID, ResourceVersion string }
		}
		must(t, json.Unmarshal([]byte(c.body), &o))
		if o.PropagationPolicy != "Background" || o.Preconditions.UID == "" || o.Preconditions.ResourceVersion == "" {
			t.Errorf("DELETE %s with %s", c.path, c.body)
		}
	}
}

// status answers as an API server does that refuses.
func status(w http.ResponseWriter, code int, reason string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	body, err := json.Marshal(map[string]any{
		"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": reason, "message": "as the test wants it", "code": code,
	})
	if err == nil {
		_, _ = w.Write(body) // whoever asked may have gone
	}
}

// cut ends the connection without an answer.
func cut(w http.ResponseWriter) {
	if c, _, err := http.NewResponseController(w).Hijack(); err == nil {
		c.Close()
	}
}

// gate holds back the first request that a condition holds for, and all that come
// meanwhile, until it is opened.
type gate struct {
	which           func(r *http.Request) bool
	once            sync.Once
	reached, opened chan struct{}
}

func newGate(which func(r *http.Request) bool) *gate {
	return &gate{which: which, reached: make(chan struct{}), opened: make(chan struct{})}
}

func (g *gate) interfere(w http.ResponseWriter, r *http.Request, next http.Handler) {
	if g.which(r) {
		g.once.Do(func() { close(g.reached) })
		select {
		case <-g.opened:
		case <-r.Context().Done():
			return
		}
	}
	next.ServeHTTP(w, r)
}

// pass runs the plugin up to the gate, does something, and lets it go on.
func (g *gate) pass(t *testing.T, p *proxy, meanwhile func(), args ...string) result {
	t.Helper()
	s := start(t, p.kubeconfig, args...)
	select {
	case <-g.reached:
	case <-time.After(time.Minute):
		must(t, s.cmd.Process.Kill())
		t.Fatalf("the request never came: %+v", s.wait(t))
	}
	meanwhile()
	close(g.opened)
	return s.wait(t)
}

// What is asked for, in the order of a run: rights before anybody is asked, the records
// of a release just before its objects go, and the deletions.
func asksRights(r *http.Request) bool {
	return r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "selfsubjectaccessreviews")
}

func looksAgain(r *http.Request) bool {
	return strings.Contains(r.URL.Query().Get("labelSelector"), "name=")
}

func deletion(r *http.Request) bool { return r.Method == http.MethodDelete }

func deletionOf(resource string) func(r *http.Request) bool {
	return func(r *http.Request) bool { return deletion(r) && strings.Contains(r.URL.Path, "/"+resource+"/") }
}

// kubectl runs the real one on a namespace.
func kubectl(t *testing.T, namespace string, args ...string) string {
	t.Helper()
	cmd := command(t.Context(), stage.Cluster.Kubeconfig, append(slices.Clone(args), "-n", namespace)...)
	cmd.Path = filepath.Join(stage.Cluster.BinDir, "kubectl")
	cmd.Env = append(cluster.Env(), "KUBECONFIG="+stage.Cluster.Kubeconfig)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("kubectl %q: %v", args, err)
	}
	return strings.TrimSpace(string(out))
}
