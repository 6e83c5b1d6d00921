//go:build e2e

package e2e

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// request is a line of the API server's audit log.
type request struct {
	Verb, UserAgent, RequestURI string
	User                        struct{ Username string }
	ObjectRef                   struct{ Resource, Name string }
	ResponseStatus              struct{ Code int }
}

// requests returns those of the plugin so far, by all users or by one.
func requests(t *testing.T, user string) []request {
	t.Helper()
	data, err := os.ReadFile(stage.Cluster.AuditLog)
	if err != nil {
		t.Fatal(err)
	}
	var found []request
	for line := range bytes.Lines(data) {
		if !bytes.HasSuffix(line, []byte("\n")) {
			break // still being written
		}
		var r request
		if err := json.Unmarshal(line, &r); err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(r.UserAgent, "Go-http-client") {
			t.Errorf("a client does not say who it is: %s %s", r.Verb, r.RequestURI)
		}
		if strings.HasPrefix(r.UserAgent, "kubectl-helmhooks/") && (user == "" || r.User.Username == user) {
			found = append(found, r)
		}
	}
	return found
}

// changes are the requests that are more than reading, and asking for one's own rights.
func changes(seen []request) []request {
	return slices.DeleteFunc(slices.Clone(seen), func(r request) bool {
		review := r.Verb == "create" && (r.ObjectRef.Resource == "selfsubjectrulesreviews" || r.ObjectRef.Resource == "selfsubjectaccessreviews")
		return r.Verb == "get" || r.Verb == "list" || review
	})
}

// TestReadsOnly looks into the API server's audit log: nothing that is played here may
// change anything, prune in its dry runs included.
func TestReadsOnly(t *testing.T) {
	t.Parallel()
	list(t, "-A")
	seen := requests(t, "")
	for _, r := range changes(seen) {
		if r.Verb != "delete" || !strings.Contains(r.RequestURI, "dryRun=All") {
			t.Errorf("the plugin sent %s %s", r.Verb, r.RequestURI)
		}
	}
	if len(seen) < 50 {
		t.Errorf("only %d requests of the plugin in the audit log", len(seen))
	}
}

// grant lets a user do what the rules say, in a namespace or everywhere (""), and
// returns once the API server knows.
func grant(t *testing.T, user, namespace string, rules ...rbacv1.PolicyRule) {
	t.Helper()
	rbac := kubernetes.NewForConfigOrDie(stage.Cluster.Config()).RbacV1()
	meta := metav1.ObjectMeta{Name: user}
	subjects := []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: user}}
	var err error
	if namespace == "" {
		if _, err = rbac.ClusterRoles().Create(t.Context(), &rbacv1.ClusterRole{ObjectMeta: meta, Rules: rules}, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
		_, err = rbac.ClusterRoleBindings().Create(t.Context(), &rbacv1.ClusterRoleBinding{
			ObjectMeta: meta, Subjects: subjects,
			RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: user},
		}, metav1.CreateOptions{})
	} else {
		if _, err = rbac.Roles(namespace).Create(t.Context(), &rbacv1.Role{ObjectMeta: meta, Rules: rules}, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
		_, err = rbac.RoleBindings(namespace).Create(t.Context(), &rbacv1.RoleBinding{
			ObjectMeta: meta, Subjects: subjects,
			RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: user},
		}, metav1.CreateOptions{})
	}
	if err != nil {
		t.Fatal(err)
	}
	kubectl := filepath.Join(stage.Cluster.BinDir, "kubectl")
	resource := rules[0].Resources[0]
	if resource == "*" {
		resource = "secrets"
	}
	args := []string{"auth", "can-i", "list", resource, "--as", user}
	if namespace != "" {
		args = append(args, "-n", namespace)
	}
	for deadline := time.Now().Add(30 * time.Second); execute(t, stage.Cluster.Kubeconfig, kubectl, args...).code != 0; {
		if time.Now().After(deadline) {
			t.Fatalf("%s may not list %s after 30s", user, resource)
		}
	}
}

const guestbookBackups = "persistentvolumeclaim/guestbook-redis-backup-1\npersistentvolumeclaim/guestbook-redis-backup-2\n"

// as runs the plugin as a user with nothing but the rights that were granted.
func as(t *testing.T, user string, args ...string) result {
	t.Helper()
	kubeconfig, err := stage.Cluster.UserKubeconfig(user)
	if err != nil {
		t.Fatal(err)
	}
	return execute(t, kubeconfig, filepath.Join(stage.Dir, "kubectl-helmhooks"), args...)
}

func readAll() rbacv1.PolicyRule {
	return rbacv1.PolicyRule{APIGroups: []string{"*"}, Resources: []string{"*"}, Verbs: []string{"get", "list"}}
}

// wantNoRefusals holds that rights were asked about, and not tried out.
func wantNoRefusals(t *testing.T, user string, most int) {
	t.Helper()
	seen := requests(t, user)
	if len(seen) == 0 || len(seen) > most {
		t.Errorf("%d requests of %s, want at most %d", len(seen), user, most)
	}
	for _, r := range seen {
		if r.ResponseStatus.Code == 403 {
			t.Errorf("%s was refused %s %s", user, r.Verb, r.RequestURI)
		}
	}
}

func TestRightsInOneNamespace(t *testing.T) {
	t.Parallel()
	const user = "namespace-reader"
	grant(t, user, guestbook3, readAll())
	r := as(t, user, "ls", "-n", guestbook3, "-o", "name")
	if r.code != 0 || r.stdout != guestbookBackups {
		t.Errorf("ls with rights in one namespace: %+v", r)
	}
	if n := strings.Count(r.stderr, "\n"); n != 1 || !strings.HasPrefix(r.stderr, "warning: cannot read ") || !strings.Contains(r.stderr, "(forbidden)") {
		t.Errorf("stderr has %d lines, want one warning about kinds without namespace:\n%s", n, r.stderr)
	}
	wantNoRefusals(t, user, 100)

	r = as(t, user, "ls", "-A")
	if r.code != 1 || r.stdout != "" || r.stderr != "error: nothing could be listed in any namespace: forbidden (-n chooses one)\n" {
		t.Errorf("ls -A with rights in one namespace: %+v", r)
	}
	r = as(t, user, "ls", "-n", everyhook3)
	if r.code != 1 || !strings.HasPrefix(r.stderr, "error: nothing could be listed in namespace \"everyhook-h3\": forbidden") {
		t.Errorf("ls -n of a forbidden namespace: %+v", r)
	}
}

// Who may list namespaces sees in all of them what may be seen, and each
// forbidden namespace is named once.
func TestRightsInOneOfAllNamespaces(t *testing.T) {
	t.Parallel()
	const user = "tenant"
	grant(t, user, guestbook3, readAll())
	grant(t, user, "", rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"namespaces"}, Verbs: []string{"get", "list"}})
	r := as(t, user, "ls", "-A", "-o", "name")
	if r.code != 0 || r.stdout != guestbookBackups {
		t.Errorf("ls -A with rights in one of many namespaces: %+v", r)
	}
	for line := range strings.Lines(r.stderr) {
		if !strings.HasPrefix(line, "warning: cannot read ") {
			t.Errorf("stderr: %s", line)
		}
	}
	if !strings.Contains(r.stderr, "cannot read anything in namespaces ") || strings.Count(r.stderr, "\n") > 4 {
		t.Errorf("stderr does not name forbidden namespaces once:\n%s", r.stderr)
	}
	wantNoRefusals(t, user, 150)
}

// Without Secrets nobody knows which releases there are, and ls does not claim to.
func TestNoRightsOnRecords(t *testing.T) {
	t.Parallel()
	const user = "secretless"
	grant(t, user, guestbook4, rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"persistentvolumeclaims"}, Verbs: []string{"get", "list"}})
	r := as(t, user, "ls", "-n", guestbook4, "-o", "name")
	if r.code != 0 || r.stdout != guestbookBackups || !strings.Contains(r.stderr, "cannot read Helm's records in secrets, Helm's records in configmaps in namespace") {
		t.Errorf("ls without rights on Secrets: %+v", r)
	}
	r = as(t, user, "ls", "nope", "-n", guestbook4)
	if r.code != 1 || !strings.Contains(r.stderr, "error: cannot tell whether there is a release \"nope\"") {
		t.Errorf("ls of a release that cannot be known: %+v", r)
	}
}

// Who may list and not get still sees how Jobs have ended, in each namespace.
func TestListWithoutGet(t *testing.T) {
	t.Parallel()
	const user = "lister"
	grant(t, user, shop, rbacv1.PolicyRule{APIGroups: []string{"*"}, Resources: []string{"*"}, Verbs: []string{"list"}})
	r := as(t, user, "ls", "-n", shop, "--kind", "job", "-o", `jsonpath={.items[*].status.state}`)
	if r.code != 0 || r.stdout != "Succeeded Succeeded" || r.stderr != "" {
		t.Errorf("ls with list and without get: %+v", r)
	}
}
