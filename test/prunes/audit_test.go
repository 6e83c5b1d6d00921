//go:build e2e

package prunes

import (
	"net/http"
	"strings"
	"testing"
)

// TestDryRuns: what only looks changes nothing, and what has the server try says so in
// every request.
func TestDryRuns(t *testing.T) {
	t.Parallel()
	const namespace = "dry-runs"
	n := orphans(t, namespace, 3)
	writes := func(c *call) bool { return c.method != http.MethodGet }
	review := func(c *call) bool {
		return c.method == http.MethodPost && strings.HasPrefix(c.path, "/apis/authorization.k8s.io/v1/selfsubject")
	}
	args := func(how string) []string { return append(eager(namespace), "--dry-run="+how) }

	client := front(t, nil)
	through(t, client.kubeconfig, args("client")...).exits(t, 0)
	server := front(t, nil)
	through(t, server.kubeconfig, args("server")...).exits(t, 0).allAre(t, n, "would delete")
	tried := 0
	for _, c := range append(client.made(writes), server.made(writes)...) {
		switch {
		case review(&c):
		case c.method == http.MethodDelete && strings.Contains(c.body, `"dryRun":["All"]`):
			tried++
		default:
			t.Errorf("%s %s %s", c.method, c.path, c.body)
		}
	}
	if len(client.made(deletes)) > 0 || tried != n {
		t.Errorf("%d deletions with --dry-run=client, want none; %d with server, want %d", len(client.made(deletes)), tried, n)
	}
	wantLeft(t, namespace, n)

	real := front(t, nil)
	through(t, real.kubeconfig, eager(namespace)...).exits(t, 0).allAre(t, n, "deleted")
	for _, c := range real.made(writes) {
		if !review(&c) && c.method != http.MethodDelete {
			t.Errorf("%s %s", c.method, c.path)
		}
	}
	real.proper(t)
	wantLeft(t, namespace, 0)
}
