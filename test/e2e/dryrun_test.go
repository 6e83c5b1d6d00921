//go:build e2e

package e2e

import (
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
)

// TestDryRuns holds by the API server's audit log that prune changes nothing when it
// is told not to: with client it only reads, and with server it has the server try.
func TestDryRuns(t *testing.T) {
	t.Parallel()
	everything := rbacv1.PolicyRule{APIGroups: []string{"*"}, Resources: []string{"*"}, Verbs: []string{"get", "list", "delete"}}
	for _, mode := range []string{"client", "server"} {
		user := "dry-" + mode
		grant(t, user, "", everything)
		r := as(t, user, "prune", "-A", "--min-age=0", "--allow=evidence,author-choice", "--dry-run="+mode)
		if r.code != 0 || !strings.Contains(r.stdout, "NoDeletePolicy") {
			t.Fatalf("%s: exit code %d, or there is nothing to delete here:\n%s%s", mode, r.code, r.stdout, r.stderr)
		}
		tried := changes(requests(t, user))
		for _, c := range tried {
			if mode == "client" || c.Verb != "delete" || !strings.Contains(c.RequestURI, "dryRun=All") {
				t.Errorf("%s: %s %s", mode, c.Verb, c.RequestURI)
			}
		}
		if mode == "server" && len(tried) == 0 {
			t.Error("the server was asked to try nothing")
		}
	}
}
