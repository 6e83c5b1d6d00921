//go:build e2e

package cron

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/render"
)

// right is a verb on a resource.
type right struct{ verb, group, resource, name string }

func (r right) String() string {
	return fmt.Sprintf("%s %s.%s %s", r.verb, r.resource, r.group, r.name)
}

// rightsOf are all that rules grant, one by one.
func rightsOf(rules []rbacv1.PolicyRule) []right {
	var all []right
	for _, rule := range rules {
		for _, verb := range rule.Verbs {
			for _, resource := range rule.Resources {
				name := strings.Join(rule.ResourceNames, ",")
				all = append(all, right{verb, rule.APIGroups[0], resource, name})
			}
		}
	}
	return all
}

// without are the rules that grant all but one right.
func without(rules []rbacv1.PolicyRule, lost right) []rbacv1.PolicyRule {
	var kept []rbacv1.PolicyRule
	for _, r := range rightsOf(rules) {
		if r == lost {
			continue
		}
		rule := rbacv1.PolicyRule{APIGroups: []string{r.group}, Resources: []string{r.resource}, Verbs: []string{r.verb}}
		if r.name != "" {
			rule.ResourceNames = strings.Split(r.name, ",")
		}
		kept = append(kept, rule)
	}
	return kept
}

// grantAllBut changes the role of the job, and waits until the API server knows.
func (j *job) grantAllBut(t *testing.T, rules []rbacv1.PolicyRule, lost, before right) {
	t.Helper()
	roles := stage.client.RbacV1().ClusterRoles()
	role, err := roles.Get(t.Context(), j.account, metav1.GetOptions{})
	must(t, err)
	role.Rules = without(rules, lost)
	_, err = roles.Update(t.Context(), role, metav1.UpdateOptions{})
	must(t, err)
	j.wantAllowed(t, "", lost, false)
	if before != (right{}) {
		j.wantAllowed(t, "", before, true)
	}
}

func (j *job) wantAllowed(t *testing.T, namespace string, r right, want bool) {
	t.Helper()
	resource, sub, _ := strings.Cut(r.resource, "/")
	must(t, eventually(t.Context(), r.String(), func() (bool, error) {
		review, err := stage.client.AuthorizationV1().SubjectAccessReviews().Create(t.Context(), &authorizationv1.SubjectAccessReview{
			Spec: authorizationv1.SubjectAccessReviewSpec{
				User: "system:serviceaccount:" + j.namespace + ":" + j.account,
				ResourceAttributes: &authorizationv1.ResourceAttributes{
					Namespace: namespace, Verb: r.verb, Group: r.group, Resource: resource, Subresource: sub, Name: r.name,
				},
			},
		}, metav1.CreateOptions{})
		return err == nil && review.Status.Allowed == want, err
	}))
}

// complains holds that a run which failed for lack of a right names it.
func (l *log) complains(t *testing.T, lost right) {
	t.Helper()
	rule := fmt.Sprintf(`add the rule {apiGroups: ["%s"], resources: ["%s"], verbs: ["%s"]} in `, lost.group, lost.resource, lost.verb)
	if l.code == 0 || !strings.Contains(l.stderr, rule) || !strings.Contains(l.summary.Error, rule) {
		t.Errorf("without %s: exit code %d, and this says nothing of it:\n%s%s", lost, l.code, l.stderr, l.summary.Error)
	}
}

// names tells whether a line names the right.
func (l *log) names(lost right) bool {
	return slices.ContainsFunc(l.gaps, func(g render.PruneGap) bool {
		r := g.Rule
		return r != nil && r.APIGroups[0] == lost.group && r.Resources[0] == lost.resource && r.Verbs[0] == lost.verb
	})
}

// TestEachRight takes each right in turn from the role. Nothing goes that would not go
// with it; where it mattered, the run fails and names it, and where it did not, the run
// does what it does with it.
func TestEachRight(t *testing.T) {
	j := apply(t, "helmhooks", "helmhooks", flags("-A", "--yes")...)
	role, err := stage.client.RbacV1().ClusterRoles().Get(t.Context(), j.account, metav1.GetOptions{})
	must(t, err)
	var before right
	mattered := make(map[string]int)
	for _, lost := range rightsOf(role.Rules) {
		must(t, restock(t.Context()))
		j.grantAllBut(t, role.Rules, lost, before)
		before = lost
		report := j.run(t, "--yes=false", "--dry-run=client")
		pruned := j.run(t)
		left := there(t, orphans())
		equal(t, "guarded there without "+lost.String(), there(t, guarded()), namesOf(guarded()))
		if report.code != 0 {
			report.complains(t, lost)
			if !report.names(lost) {
				t.Errorf("no line names %s: %+v", lost, report.gaps)
			}
		}
		if pruned.code == 0 {
			equal(t, "orphans there without "+lost.String(), left, nil)
			report.exits(t, 0)
			continue
		}
		pruned.complains(t, lost)
		mattered[lost.verb]++
		if lost.verb != "list" { // it is asked for before
			equal(t, "orphans there without "+lost.String(), left, namesOf(orphans()))
		}
		t.Logf("without %s: exit code %d, %d of %d orphans there", lost, pruned.code, len(left), len(orphans()))
	}
	if mattered["list"] < 20 || mattered["delete"] < 8 {
		t.Errorf("rights that mattered: %v", mattered)
	}
}
