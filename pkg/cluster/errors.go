package cluster

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// forbidden is the reason when RBAC refuses.
const forbidden = snapshot.Forbidden

// reason is the cause of a failed read in a few words, for one line.
func reason(err error) string {
	switch {
	case apierrors.IsForbidden(err):
		return forbidden
	case apierrors.IsUnauthorized(err):
		return "unauthorized"
	case apierrors.IsNotFound(err), apierrors.IsMethodNotSupported(err):
		return "the server does not serve it any more"
	case apierrors.IsTooManyRequests(err):
		return "the server is overloaded"
	case errors.Is(err, context.DeadlineExceeded), apierrors.IsTimeout(err), apierrors.IsServerTimeout(err):
		return "timed out"
	default:
		line, _, _ := strings.Cut(err.Error(), "\n")
		return line
	}
}

// fatal tells whether a failed read ends the whole reading: somebody gave up, or
// the server does not know us.
func fatal(ctx context.Context, err error) bool {
	return ctx.Err() != nil || apierrors.IsUnauthorized(err)
}

// unreachable explains why the first request of all failed.
func unreachable(err error) error {
	var failed *url.Error
	switch {
	case errors.As(err, &failed):
		server := failed.URL
		if u, err := url.Parse(failed.URL); err == nil {
			server = u.Scheme + "://" + u.Host
		}
		return fmt.Errorf("cannot reach the API server at %s: %w (is it the right one? see --context and --kubeconfig)",
			server, failed.Err)
	case apierrors.IsUnauthorized(err):
		return fmt.Errorf("the API server does not accept your credentials: %w (see --context and --user)", err)
	default:
		return fmt.Errorf("cannot ask the API server which kinds it has: %w", err)
	}
}
