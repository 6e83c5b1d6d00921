package cluster

import (
	"context"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

func namespaceKind() snapshot.Kind {
	return snapshot.Kind{Version: "v1", Resource: "namespaces", Kind: "Namespace"}
}

// readTerminating finds out which namespaces are being deleted, if no list of
// objects has told. Who may not know goes without: the objects in such a namespace
// soon show it themselves.
func (g *Gathering) readTerminating(ctx context.Context) error {
	kind := namespaceKind()
	i := slices.IndexFunc(g.kinds, func(k snapshot.Kind) bool { return k.Name() == kind.Name() })
	if i >= 0 && g.everywhere.mayList(kind) && len(g.listed[i].gaps) == 0 {
		return nil
	}
	var told signs
	see := func(o *metadataItem) error {
		told.see(&kind, &o.Traits, g.seed)
		return nil
	}
	var err error
	switch scope := g.query.Namespace; {
	case scope != "":
		if !g.mayGet(ctx, kind, scope, scope) {
			return nil
		}
		var m *metav1.PartialObjectMetadata
		if m, err = g.client.resource(kind, "").Get(ctx, scope, metav1.GetOptions{}); err == nil {
			err = see(newMetadataItem(m))
		}
	case i < 0 && g.everywhere.mayList(kind):
		err = g.client.eachMetadata(ctx, metadataOf{kind: &kind}, func() { told = signs{} }, see)
	}
	switch {
	case err == nil:
		g.learn([]signs{told})
	case fatal(ctx, err):
		return err
	case !apierrors.IsForbidden(err) && !apierrors.IsNotFound(err):
		g.snap.Gaps = append(g.snap.Gaps, snapshot.Gap{What: "whether namespaces are being deleted", Namespace: g.query.Namespace, Why: reason(err)})
	}
	return nil
}

// mayGet tells whether a single object is worth a request. Namespace is that whose
// rules count: that of a namespace are its own.
func (g *Gathering) mayGet(ctx context.Context, k snapshot.Kind, namespace, name string) bool {
	return g.everywhere.mayGet(k, name) || g.client.rightsIn(ctx, namespace).mayGet(k, name)
}
