//go:build e2e

package prunes

import (
	"net/http"
	"strings"
	"testing"
)

// TestSpoiltSecret: a Secret that the server cannot decrypt spoils each list that has it.
// That does not keep prune from what is in other namespaces, but for what may serve the
// releases of that one.
func TestSpoiltSecret(t *testing.T) {
	t.Parallel()
	p, far := playerFor(t, 3, "spoilt"), playerFor(t, 3, "spoilt-far")
	must(t, far.install(t.Context(), manifest("Job", "dropped", hook("post-install"))))
	must(t, far.upgrade(t.Context()))
	must(t, p.install(t.Context(), manifest("Job", "dropped", hook("post-install")), manifest("ServiceAccount", "dropped", hook("post-install"))))
	must(t, p.upgrade(t.Context()))
	spoilt := front(t, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if path := r.URL.Path; path != "/api/v1/secrets" && path != "/api/v1/namespaces/"+far.Namespace+"/secrets" {
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = w.Write([]byte(`{"apiVersion":"v1","kind":"Status","status":"Failure","code":500,"reason":"InternalError",` +
			`"message":"Internal error occurred: unable to transform key \"/registry/secrets/x\": no matching prefix found"}`))
	})
	r := through(t, spoilt.kubeconfig, "ls", "-n", p.Namespace).exits(t, 0)
	if strings.Count(r.stdout, "!Dropped") != 2 || !strings.Contains(r.stderr, `in namespace "`+far.Namespace+`" (`) {
		t.Errorf("ls:\n%s%s", r.stdout, r.stderr)
	}
	r = through(t, spoilt.kubeconfig, "ls", "-n", far.Namespace).exits(t, 0)
	if strings.Contains(r.stdout, "!") {
		t.Errorf("where it is ls says:\n%s", r.stdout)
	}
	through(t, spoilt.kubeconfig, eager(p.Namespace)...).exits(t, 0).allAre(t, 1, "deleted")
	through(t, spoilt.kubeconfig, eager(p.Namespace, "--allow="+liftable())...).exits(t, 3).allAre(t, 0)
	kubectl(t, p.Namespace, "get", "serviceaccount/dropped")
}
