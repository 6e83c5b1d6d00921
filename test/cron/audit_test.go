//go:build e2e

package cron

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/cluster"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/rbac"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// request is a line of the API server's audit log.
type request struct {
	Verb, RequestURI string
	User             struct{ Username string }
	ObjectRef        *struct{ Resource, Subresource, APIGroup, Name string }
	ResponseStatus   struct{ Code int }
}

// requestsOf are the requests for objects that a user has sent.
func requestsOf(t *testing.T, user string) []request {
	t.Helper()
	data, err := os.ReadFile(stage.Cluster.AuditLog)
	must(t, err)
	var found []request
	for line := range bytes.Lines(data) {
		var r request
		if !bytes.HasSuffix(line, []byte("\n")) || !bytes.Contains(line, []byte(`"`+user+`"`)) {
			continue
		}
		must(t, json.Unmarshal(line, &r))
		review := r.ObjectRef != nil && strings.HasPrefix(r.ObjectRef.Resource, "selfsubject")
		if r.User.Username == user && r.ObjectRef != nil && !review {
			found = append(found, r)
		}
	}
	return found
}

// TestNeeds holds each command, run by somebody who may do anything, to what docs/rbac.md
// says it needs: no request asks for more, and of each verb that is said there is one.
func TestNeeds(t *testing.T) {
	must(t, restock(t.Context()))
	defer clearOrphans(t)
	client, err := cluster.New(stage.Config(), cluster.DefaultOptions())
	must(t, err)
	kinds, err := client.Kinds(t.Context())
	must(t, err)
	deletable, err := snapshot.ResolveKinds(kinds, []string{
		"jobs.batch", "pods", "configmaps", "secrets", "serviceaccounts", "roles", "rolebindings", "clusterroles", "clusterrolebindings",
	})
	must(t, err)
	backup := filepath.Join(t.TempDir(), "backup")
	prune := append([]string{"prune", "-A"}, young...)
	for _, c := range []struct {
		command rbac.Command
		chosen  []snapshot.Kind
		args    []string
	}{
		{rbac.Ls, kinds, []string{"ls", "-A"}},
		{rbac.Ls, kinds, []string{"ls", "-A", "-o", "wide", "--declared"}},
		{rbac.Why, kinds, []string{"why", "cm/owner-of-a-lease", "-n", team}},
		{rbac.Why, kinds, []string{"why", "of-team", "-n", team}},
		{rbac.Snapshot, kinds, []string{"snapshot", filepath.Join(t.TempDir(), "cluster.json")}},
		{rbac.PruneDry, deletable, append(slices.Clone(prune), "--dry-run=client")},
		{rbac.Prune, deletable, append(slices.Clone(prune), "--yes", "--kind=role,rolebinding,pod")},
		{rbac.Backup, deletable, append(slices.Clone(prune), "--yes", "--backup-dir="+backup)},
		{rbac.Restore, nil, []string{"restore", backup}},
		{rbac.Completion, kinds, []string{"__complete", "ls", "-n", team, ""}},
		{rbac.Completion, deletable, []string{"__complete", "why", "-n", team, "configmap/"}},
	} {
		user := "auditee:" + strings.Join(c.args, " ")
		_, err := stage.client.RbacV1().ClusterRoleBindings().Create(t.Context(), &rbacv1.ClusterRoleBinding{
			ObjectMeta: metav1.ObjectMeta{GenerateName: "auditee-"},
			Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: user}},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "cluster-admin"},
		}, metav1.CreateOptions{})
		must(t, err)
		kubeconfig, err := stage.Cluster.UserKubeconfig(user)
		must(t, err)
		must(t, eventually(t.Context(), "rights of "+user, func() (bool, error) {
			return strings.Contains(kubectl(t, "", "auth", "can-i", "--list", "--as="+user), "*.*"), nil
		}))
		if r := plugin(t, kubeconfig, c.args...); r.code != 0 {
			t.Fatalf("%q: %+v", c.args, r)
		}
		s := rbac.Scope{Kinds: kinds, Chosen: c.chosen, Deleted: deletable}
		rules := rbac.Rules(rbac.Needs(c.command), s)
		seen := make(map[string]bool)
		for _, r := range requestsOf(t, user) {
			seen[r.Verb] = true
			own := r.Verb == "get" && r.ObjectRef.Resource == "namespaces" && r.ObjectRef.Name == team
			if !own && !granted(rules, &r) {
				t.Errorf("%q: %s %s is not said to be needed", c.args, r.Verb, r.RequestURI)
			}
			if r.ResponseStatus.Code == 403 {
				t.Errorf("%q: refused %s", c.args, r.RequestURI)
			}
		}
		for _, n := range rbac.Needs(c.command) {
			for _, v := range n.Verbs {
				if !seen[v] {
					t.Errorf("%q: no request to %s", c.args, v)
				}
			}
		}
	}
}

// granted tells whether a rule allows a request.
func granted(rules []rbacv1.PolicyRule, r *request) bool {
	resource := strings.TrimSuffix(r.ObjectRef.Resource+"/"+r.ObjectRef.Subresource, "/")
	return slices.ContainsFunc(rules, func(rule rbacv1.PolicyRule) bool {
		named := len(rule.ResourceNames) == 0 || slices.Contains(rule.ResourceNames, r.ObjectRef.Name)
		return named && slices.Contains(rule.APIGroups, r.ObjectRef.APIGroup) && slices.Contains(rule.Resources, resource) && slices.Contains(rule.Verbs, r.Verb)
	})
}
