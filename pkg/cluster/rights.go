package cluster

import (
	"context"
	"slices"

	authorizationv1 "k8s.io/api/authorization/v1"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// rights are what the user may list, so that nobody has to find out by thousands
// of refused requests. The zero value knows nothing, and refuses nothing.
type rights struct {
	known bool
	rules []authorizationv1.ResourceRule
}

// nowhere is a namespace that no cluster has: its name is too odd. Rights in it
// are rights everywhere.
const nowhere = "kubectl-helmhooks-looks-at-rights-that-hold-everywhere"

// rightsIn asks what the user may do in a namespace. Where the server cannot tell
// all of it, or not at all, requests have to be tried.
func (c *Client) rightsIn(ctx context.Context, namespace string) rights {
	if r, ok := c.rights.Load(namespace); ok {
		if known, ok := r.(rights); ok {
			return known
		}
	}
	r := c.askRights(ctx, namespace)
	c.rights.Store(namespace, r)
	return r
}

func (c *Client) askRights(ctx context.Context, namespace string) rights {
	review := &authorizationv1.SelfSubjectRulesReview{
		Spec: authorizationv1.SelfSubjectRulesReviewSpec{Namespace: namespace},
	}
	err := c.authorization.Post().Resource("selfsubjectrulesreviews").Body(review).Do(ctx).Into(review)
	if err != nil || review.Status.Incomplete || review.Status.EvaluationError != "" {
		return rights{}
	}
	return rights{known: true, rules: review.Status.ResourceRules}
}

// mayGet tells whether a single object of the kind is worth a request.
func (r rights) mayGet(k snapshot.Kind, name string) bool {
	return !r.known || slices.ContainsFunc(r.rules, func(rule authorizationv1.ResourceRule) bool {
		return holds(rule.Verbs, "get") && holds(rule.APIGroups, k.Group) && holds(rule.Resources, k.Resource) &&
			(len(rule.ResourceNames) == 0 || slices.Contains(rule.ResourceNames, name))
	})
}

// mayList tells whether a list of the kind is worth a request.
func (r rights) mayList(k snapshot.Kind) bool {
	return !r.known || slices.ContainsFunc(r.rules, func(rule authorizationv1.ResourceRule) bool {
		return holds(rule.Verbs, "list") && holds(rule.APIGroups, k.Group) &&
			holds(rule.Resources, k.Resource) && len(rule.ResourceNames) == 0
	})
}

func holds(list []string, value string) bool {
	return slices.Contains(list, value) || slices.Contains(list, "*")
}
