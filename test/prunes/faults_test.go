//go:build e2e

package prunes

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// firstOfEach tells whether a request is the first of its path.
func firstOfEach() func(r *http.Request) bool {
	var seen sync.Map
	return func(r *http.Request) bool {
		_, again := seen.LoadOrStore(r.Method+r.URL.Path, true)
		return !again
	}
}

func lists(resource string) func(r *http.Request) bool {
	return func(r *http.Request) bool {
		return r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/"+resource)
	}
}

// slow keeps whoever asks waiting for longer than they are patient.
func slow(r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-time.After(time.Minute):
	}
}

// fault is what goes wrong, and what is to come of it.
type fault struct {
	name      string
	interfere interference
	flags     []string
	// code is the exit code, and done tells whether all orphans are deleted. Otherwise
	// none is.
	code int
	done bool
	// within is how long it may take.
	within time.Duration
}

// wrong does something wrong instead of answering.
func wrong(which func(r *http.Request) bool, do func(w http.ResponseWriter, r *http.Request, next http.Handler)) interference {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if which(r) {
			do(w, r, next)
			return
		}
		next.ServeHTTP(w, r)
	}
}

func refuses(code int, reason string) interference {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { status(w, code, reason) }
}

func faults() []fault {
	once := func(which func(r *http.Request) bool) func(r *http.Request) bool {
		first := firstOfEach()
		return func(r *http.Request) bool { return which(r) && first(r) }
	}
	busy := func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Retry-After", "1")
		status(w, http.StatusTooManyRequests, "TooManyRequests")
	}
	cuts := func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { cut(w) }
	// The server does it, and nobody hears of it.
	lost := func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		next.ServeHTTP(httptest.NewRecorder(), r)
		cut(w)
	}
	sleeps := func(_ http.ResponseWriter, r *http.Request, _ http.Handler) { slow(r) }
	short := []string{"--timeout=4s"}
	const soon, later = 6 * time.Second, 30 * time.Second
	return []fault{
		{"overloaded", wrong(once(deletion), busy), nil, 0, true, later},
		{"overloaded-reading", wrong(once(lists("configmaps")), busy), nil, 0, true, later},
		{"errors-once", wrong(once(deletion), refuses(500, "InternalError")), nil, 0, true, later},
		{"errors-always", wrong(deletion, refuses(500, "InternalError")), short, 1, false, soon},
		{"overloaded-always", wrong(deletion, busy), short, 1, false, soon},
		{"cut", wrong(once(deletion), cuts), nil, 0, true, later},
		{"answer-lost", wrong(once(deletion), lost), nil, 0, true, later},
		{"cut-always", wrong(deletion, cuts), short, 1, false, soon},
		{"slow-deletes", wrong(deletion, sleeps), short, 1, false, soon},
		{"slow-lists", wrong(lists("configmaps"), sleeps), short, 1, false, soon},
		{"slow-look", wrong(looksAgain, sleeps), short, 1, false, soon},
		{"refused", wrong(deletion, refuses(403, "Forbidden")), nil, 1, false, later},
		// What cannot be read leaves all unjudged that it could be evidence for.
		{"records-forbidden", wrong(lists("secrets"), refuses(403, "Forbidden")), nil, 3, false, later},
		{"records-broken", wrong(lists("secrets"), refuses(500, "InternalError")), nil, 3, false, later},
		{"look-broken", wrong(looksAgain, refuses(403, "Forbidden")), nil, 1, false, later},
		{"users-undiscovered", undiscovered("apps"), nil, 3, false, later},
		{"jobs-undiscovered", undiscovered("batch"), nil, 1, false, later},
		{"pages", paged(0), nil, 0, true, later},
		{"page-expires", paged(1), nil, 0, true, later},
	}
}

// undiscovered fails the discovery of a group, and has all groups asked for one by one.
func undiscovered(group string) interference {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if r.URL.Path == "/api" || r.URL.Path == "/apis" {
			r.Header.Set("Accept", "application/json") // as of a server without aggregated discovery
		}
		if r.URL.Path == "/apis/"+group+"/v1" {
			status(w, http.StatusServiceUnavailable, "ServiceUnavailable")
			return
		}
		next.ServeHTTP(w, r)
	}
}

// paged makes pages of two objects of all lists, and has each list expire that often
// half-way.
func paged(expire int) interference {
	var mu sync.Mutex
	expired := make(map[string]int)
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		q := r.URL.Query()
		if r.Method == http.MethodGet && q.Get("limit") != "" {
			q.Set("limit", "2")
			r.URL.RawQuery = q.Encode()
		}
		if q.Get("continue") != "" {
			mu.Lock()
			expired[r.URL.Path]++
			now := expired[r.URL.Path] <= expire
			mu.Unlock()
			if now {
				status(w, http.StatusGone, "Expired")
				return
			}
		}
		next.ServeHTTP(w, r)
	}
}

// TestFaults: whatever fails, nothing is deleted that should not be, the exit code says
// how it went, and nobody waits longer than they asked for.
func TestFaults(t *testing.T) {
	for _, f := range faults() {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			namespace := "fault-" + f.name
			n := orphans(t, namespace, 3)
			p := front(t, f.interfere)
			began := time.Now()
			r := through(t, p.kubeconfig, eager(namespace, f.flags...)...)
			if took := time.Since(began); took > f.within {
				t.Errorf("it took %s, want at most %s", took, f.within)
			}
			r.exits(t, f.code)
			if f.done {
				r.allAre(t, n, "deleted", "gone")
				n = 0
			}
			wantLeft(t, namespace, n)
			p.proper(t)
		})
	}
}
