//go:build e2e

package prunes

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// grant lets a user do what the rules say, in one namespace, and returns a kubeconfig
// once the API server knows.
func grant(t *testing.T, user, namespace string, rules ...rbacv1.PolicyRule) string {
	t.Helper()
	rbac, meta := stage.client.RbacV1(), metav1.ObjectMeta{Name: user}
	_, err := rbac.Roles(namespace).Create(t.Context(), &rbacv1.Role{ObjectMeta: meta, Rules: rules}, metav1.CreateOptions{})
	must(t, err)
	_, err = rbac.RoleBindings(namespace).Create(t.Context(), &rbacv1.RoleBinding{
		ObjectMeta: meta, Subjects: []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: user}},
		RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: user},
	}, metav1.CreateOptions{})
	must(t, err)
	kubeconfig, err := stage.Cluster.UserKubeconfig(user)
	must(t, err)
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if r := through(t, kubeconfig, "ls", "-n", namespace, "-o", "name"); r.code == 0 {
			return kubeconfig
		}
	}
	t.Fatal("the API server does not learn of the rights")
	return ""
}

// grantEverywhere lets a user read resources of the core group in all namespaces, and
// returns once the API server knows.
func grantEverywhere(t *testing.T, user string, resources ...string) {
	t.Helper()
	kubectl(t, "", "create", "clusterrole", user, "--verb=get,list", "--resource="+strings.Join(resources, ","))
	kubectl(t, "", "create", "clusterrolebinding", user, "--clusterrole="+user, "--user="+user)
	asks := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
		User: user, ResourceAttributes: &authorizationv1.ResourceAttributes{Verb: "list", Resource: resources[0]},
	}}
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		answer, err := stage.client.AuthorizationV1().SubjectAccessReviews().Create(t.Context(), asks, metav1.CreateOptions{})
		must(t, err)
		if answer.Status.Allowed {
			return
		}
	}
	t.Fatal("the API server does not learn of the rights")
}

// reasons are the lines of a list without how old things are.
func reasons(list string) string {
	return regexp.MustCompile(` +\d+[smh] +`).ReplaceAllString(list, " ")
}

func may(verbs, resources string) rbacv1.PolicyRule {
	return rbacv1.PolicyRule{APIGroups: []string{"*"}, Resources: strings.Split(resources, ","), Verbs: strings.Split(verbs, ",")}
}

// TestRights: whoever may not delete all that is planned is told the rule that lacks,
// and deletes nothing; and rights in one namespace are enough for what is proven there.
func TestRights(t *testing.T) {
	t.Parallel()
	p := playerFor(t, 3, "rights")
	seed := manifest("Job", "seed", hook("post-install,post-upgrade"))
	pod := manifest("Pod", "pod", hook("post-install,post-upgrade"))
	dropped := manifest("Job", "dropped", hook("post-install"))
	must(t, p.install(t.Context(), seed, pod, dropped))
	must(t, p.upgrade(t.Context(), seed, pod))

	some := grant(t, "no-jobs", p.Namespace, may("get,list", "*"), may("delete", "pods,configmaps"))
	r := through(t, some, eager(p.Namespace)...).exits(t, 1)
	rule := `error: nothing deleted: you may not delete jobs; add the rule {apiGroups: ["batch"], resources: ["jobs"], verbs: ["delete"]} in namespace ` + p.Namespace + "\n"
	if !strings.HasSuffix(r.stderr, rule) || r.stdout != "" {
		t.Errorf("stderr %q, want %q", r.stderr, rule)
	}
	kubectl(t, p.Namespace, "get", "job/seed", "pod/pod")

	all := grant(t, "one-namespace", p.Namespace, may("get,list,delete", "*"))
	through(t, all, eager(p.Namespace, "--kind=job")...).exits(t, 0).allAre(t, 2, "deleted")
	// That kinds without a namespace could not be seen hides nothing of this one.
	through(t, all, eager(p.Namespace)...).exits(t, 0).allAre(t, 1, "deleted")
	if left := kubectl(t, p.Namespace, "get", "jobs,pods", "-o", "name"); left != "" {
		t.Errorf("left: %s", left)
	}
}

// TestRightsElsewhere: what a release stored in another namespace declares stays where rights
// reach its record, one namespace at a time too, or Secrets only. Of what runs nobody asks
// who may not look there.
func TestRightsElsewhere(t *testing.T) {
	t.Parallel()
	p, far := playerFor(t, 3, "reach"), playerFor(t, 3, "reach-far")
	here := func(o object) { o.in("metadata")["namespace"] = p.Namespace }
	must(t, far.install(t.Context(), manifest("Job", "dropped", hook("pre-upgrade"), here)))
	must(t, p.install(t.Context(), manifest("Job", "dropped", hook("post-install")), manifest("Job", "free", hook("post-install"))))
	must(t, p.upgrade(t.Context()))
	// What has no namespace and belongs to no release here is not looked at.
	role := &rbacv1.ClusterRole{ObjectMeta: orphaned("reach-elsewhere", "reach-elsewhere")}
	role.Annotations["meta.helm.sh/release-name"], role.Annotations["meta.helm.sh/release-namespace"] = role.Name, role.Name
	_, err := stage.client.RbacV1().ClusterRoles().Create(t.Context(), role, byHelm())
	must(t, err)
	all := may("get,list,delete", "*")

	two := grant(t, "two-namespaces", p.Namespace, all)
	grant(t, "two-namespaces", far.Namespace, all)
	grantEverywhere(t, "two-namespaces", "namespaces")
	secrets := grant(t, "secrets-everywhere", p.Namespace, all)
	grantEverywhere(t, "secrets-everywhere", "secrets")
	maps := grant(t, "configmaps-everywhere", p.Namespace, all)
	grantEverywhere(t, "configmaps-everywhere", "configmaps", "namespaces", "clusterroles.rbac.authorization.k8s.io")
	// A file of the namespace says what ls says of it, by the same rights.
	for _, user := range []string{stage.Cluster.Kubeconfig, two, secrets, maps} {
		live := through(t, user, "ls", "-n", p.Namespace, "-o", "wide").exits(t, 0)
		file := filepath.Join(t.TempDir(), "file.json")
		through(t, user, "snapshot", "-n", p.Namespace, file).exits(t, 0)
		filed := through(t, user, "ls", "-n", p.Namespace, "-f", file, "-o", "wide").exits(t, 0)
		if reasons(filed.stdout) != reasons(live.stdout) || filed.stdout == "" || strings.Contains(filed.stderr, "records") {
			t.Errorf("live:\n%s\nof a file:\n%s%s", live.stdout, filed.stdout, filed.stderr)
		}
	}
	// Who reads one namespace at a time deletes all the same what nobody declares.
	through(t, two, eager(p.Namespace)...).exits(t, 0).allAre(t, 1, "deleted")
	if r := through(t, secrets, eager(p.Namespace)...).exits(t, 0); strings.Contains(r.stdout, `"deleted"`) {
		t.Error(r.stdout)
	}
	if left := kubectl(t, p.Namespace, "get", "jobs", "-o", "name"); left != "job.batch/dropped" {
		t.Errorf("left: %s", left)
	}
	// Who may list one of Helm's storages only is told nothing of records that ls does not need.
	r := through(t, maps, "ls", "-n", p.Namespace, "--orphans").exits(t, 0)
	if !strings.Contains(r.stdout, "!Dropped") || strings.Contains(r.stderr, "records") {
		t.Errorf("ls of who may list ConfigMaps everywhere:\n%s%s", r.stdout, r.stderr)
	}
	one := grant(t, "one-of-two", p.Namespace, all)
	through(t, one, eager(p.Namespace)...).exits(t, 0).allAre(t, 1, "deleted")
}
