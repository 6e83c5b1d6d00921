package cluster

import (
	"context"
	"strings"

	authorizationv1 "k8s.io/api/authorization/v1"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/rbac"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// May asks whether the user may do something with all objects of a kind in a
// namespace or, for "", everywhere. A resource such as pods/log is named by its
// subresource.
func (c *Client) May(ctx context.Context, verb string, k snapshot.Kind, subresource, namespace string) (bool, error) {
	review := &authorizationv1.SelfSubjectAccessReview{
		Spec: authorizationv1.SelfSubjectAccessReviewSpec{
			ResourceAttributes: &authorizationv1.ResourceAttributes{
				Verb: verb, Group: k.Group, Version: k.Version, Resource: k.Resource, Subresource: subresource, Namespace: namespace,
			},
		},
	}
	err := c.authorization.Post().Resource("selfsubjectaccessreviews").Body(review).Do(ctx).Into(review)
	return review.Status.Allowed, err
}

// Missing returns the rules that lack for a verb on kinds in namespaces, few for
// many: a kind is asked about everywhere first.
func (c *Client) Missing(ctx context.Context, verb, subresource string, needed map[snapshot.ObjectRef]snapshot.Kind) ([]rbac.Rule, error) {
	type place struct{ resource, group, namespace string }
	asked := make(map[place]bool)
	everywhere := make(map[place]bool)
	var missing []rbac.Rule
	for ref, k := range needed {
		whole := place{resource: k.Resource, group: k.Group}
		allowed, known := everywhere[whole]
		if !known {
			var err error
			if allowed, err = c.May(ctx, verb, k, subresource, ""); err != nil {
				return nil, err
			}
			everywhere[whole] = allowed
		}
		here := place{resource: k.Resource, group: k.Group, namespace: ref.Namespace}
		if allowed || asked[here] {
			continue
		}
		asked[here] = true
		ok := false
		if ref.Namespace != "" {
			var err error
			if ok, err = c.May(ctx, verb, k, subresource, ref.Namespace); err != nil {
				return nil, err
			}
		}
		if !ok {
			resource := strings.TrimSuffix(k.Resource+"/"+subresource, "/")
			missing = append(missing, rbac.Rule{APIGroup: k.Group, Resource: resource, Verb: verb, Namespace: ref.Namespace})
		}
	}
	return missing, nil
}
