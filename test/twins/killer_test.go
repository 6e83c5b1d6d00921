//go:build e2e

package twins

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// killer stands between Helm and the API server, and kills Helm at one of its writes. A
// clock would kill the twins at different points.
type killer struct {
	kubeconfig string
	server     *httptest.Server
	cmd        *exec.Cmd
	at         kill
	started    chan struct{}

	mu     sync.Mutex
	writes int
	killed bool
}

func newKiller(cmd *exec.Cmd, at kill) (*killer, error) {
	admin := stage.Config()
	target, err := url.Parse(admin.Host)
	if err != nil {
		return nil, err
	}
	transport, err := rest.TransportFor(admin)
	if err != nil {
		return nil, err
	}
	forward := httputil.NewSingleHostReverseProxy(target)
	forward.Transport = transport
	forward.FlushInterval = -1
	forward.ErrorHandler = func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) }
	k := &killer{cmd: cmd, at: at, started: make(chan struct{})}
	k.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		k.pass(w, r, forward)
	}))
	return k, k.writeKubeconfig()
}

func (k *killer) writeKubeconfig() error {
	dir, err := os.MkdirTemp(stage.Dir, "killer-")
	if err != nil {
		return err
	}
	k.kubeconfig = filepath.Join(dir, "kubeconfig")
	c := clientcmdapi.NewConfig()
	c.Clusters["x"] = &clientcmdapi.Cluster{Server: k.server.URL}
	c.AuthInfos["x"] = &clientcmdapi.AuthInfo{}
	c.Contexts["x"] = &clientcmdapi.Context{Cluster: "x", AuthInfo: "x"}
	c.CurrentContext = "x"
	return clientcmd.WriteToFile(*c, k.kubeconfig)
}

// recordName is how the names of Helm's records begin.
const recordName = "sh.helm.release.v1."

// counts tells whether a request is a write whose place among the others is certain:
// Helm makes ordinary resources of one kind side by side.
func counts(r *http.Request) bool {
	create, path := r.Method == http.MethodPost, r.URL.Path
	switch {
	case strings.Contains(path, "/jobs"):
		return create || r.Method == http.MethodPatch
	case strings.HasSuffix(path, "/secrets"), strings.HasSuffix(path, "/configmaps"):
		return create && mentions(r, recordName)
	default:
		return r.Method == http.MethodPut && strings.Contains(path, "/"+recordName)
	}
}

// mentions tells whether a request's body has a text, and leaves the body to be read.
func mentions(r *http.Request, text string) bool {
	body, err := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	return err == nil && bytes.Contains(body, []byte(text))
}

func (k *killer) pass(w http.ResponseWriter, r *http.Request, next http.Handler) {
	if !k.reached(r) {
		next.ServeHTTP(w, r)
		return
	}
	if k.at.Done {
		next.ServeHTTP(httptest.NewRecorder(), r)
	}
	<-k.started
	_ = k.cmd.Process.Kill() // or it has ended
	if c, _, err := http.NewResponseController(w).Hijack(); err == nil {
		c.Close()
	}
}

// reached tells whether this is the write at which to kill.
func (k *killer) reached(r *http.Request) bool {
	if !counts(r) {
		return false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.writes++
	if k.writes != k.at.Write {
		return false
	}
	k.killed = true
	return true
}

func (k *killer) close() {
	k.server.CloseClientConnections()
	k.server.Close()
	os.RemoveAll(filepath.Dir(k.kubeconfig))
}
