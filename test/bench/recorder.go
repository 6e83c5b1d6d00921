package main

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
	"sync"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// request is one that the plugin made.
type request struct {
	Method string `json:"method"`
	URI    string `json:"uri"`
	// Header has what decides on the answer's form.
	Header http.Header `json:"header"`
	Body   []byte      `json:"body,omitempty"`
}

// recorder is a proxy that notes requests.
type recorder struct {
	server     *httptest.Server
	kubeconfig string
	mu         sync.Mutex
	requests   []request
}

func newRecorder(config *rest.Config, dir string) (*recorder, error) {
	target, err := url.Parse(config.Host)
	if err != nil {
		return nil, err
	}
	transport, err := rest.TransportFor(config)
	if err != nil {
		return nil, err
	}
	forward := httputil.NewSingleHostReverseProxy(target)
	forward.Transport = transport
	r := &recorder{kubeconfig: filepath.Join(dir, "recorded.kubeconfig")}
	r.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		req.Body = io.NopCloser(bytes.NewReader(body))
		header := make(http.Header)
		for _, name := range []string{"Accept", "Accept-Encoding", "Content-Type"} {
			if v := req.Header.Get(name); v != "" {
				header.Set(name, v)
			}
		}
		r.mu.Lock()
		r.requests = append(r.requests, request{Method: req.Method, URI: req.URL.RequestURI(), Header: header, Body: body})
		r.mu.Unlock()
		forward.ServeHTTP(w, req)
	}))
	c := clientcmdapi.NewConfig()
	c.Clusters["x"] = &clientcmdapi.Cluster{Server: r.server.URL}
	c.AuthInfos["x"] = &clientcmdapi.AuthInfo{}
	c.Contexts["x"] = &clientcmdapi.Context{Cluster: "x", AuthInfo: "x"}
	c.CurrentContext = "x"
	return r, clientcmd.WriteToFile(*c, r.kubeconfig)
}

func (r *recorder) close() { r.server.Close() }

// write saves the requests, and returns how many there were.
func (r *recorder) write(path string) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	text, err := json.Marshal(r.requests)
	if err != nil {
		return 0, err
	}
	return len(r.requests), os.WriteFile(path, text, 0o600)
}
