package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/live"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// at is the path of an object, or of a list if it has no name.
func at(k snapshot.Kind, namespace string, rest ...string) string {
	root := "/api"
	if k.Group != "" {
		root = "/apis"
	}
	parts := []string{root, k.Group, k.Version}
	if k.Namespaced && namespace != "" {
		parts = append(parts, "namespaces", namespace)
	}
	return path.Join(append(append(parts, k.Resource), rest...)...)
}

// Delete deletes an object, if it is still the one and in the version that was
// judged: its UID and, unless that is empty, its resourceVersion. Its dependents go
// in the background, as when Helm deletes. Dry tells the server to only try. Held is
// the object when it is not gone at once, as finalizers and Pods' grace want it.
// Errors are those of the API server.
func (c *Client) Delete(ctx context.Context, k snapshot.Kind, ref snapshot.ObjectRef, version string, dry bool) (held bool, err error) {
	if !isName(ref.Name) || ref.UID == "" {
		return false, fmt.Errorf("%q cannot be deleted by name", ref.Name)
	}
	options := metav1.DeleteOptions{
		TypeMeta:          metav1.TypeMeta{APIVersion: "v1", Kind: "DeleteOptions"},
		Preconditions:     &metav1.Preconditions{UID: new(types.UID(ref.UID))},
		PropagationPolicy: new(metav1.DeletePropagationBackground),
	}
	if version != "" {
		options.Preconditions.ResourceVersion = &version
	}
	if dry {
		options.DryRun = []string{metav1.DryRunAll}
	}
	body, err := json.Marshal(options)
	if err != nil {
		return false, err
	}
	request := c.core.Delete().AbsPath(at(k, ref.Namespace, ref.Name)).
		SetHeader("Content-Type", "application/json").SetHeader("Accept", "application/json").Body(body)
	if dry { // the body says it to the server, and the address to who reads its audit log
		request = request.Param("dryRun", metav1.DryRunAll)
	}
	raw, err := bodyOf(request.Do(ctx))
	if err != nil {
		return false, err
	}
	var answer metav1.TypeMeta
	if err := json.Unmarshal(raw, &answer); err != nil {
		return false, fmt.Errorf("the server's answer is no JSON: %w", err)
	}
	return answer.Kind != "Status" && !dry, nil
}

// Get reads an object in full, as JSON.
func (c *Client) Get(ctx context.Context, k snapshot.Kind, namespace, name string) ([]byte, error) {
	if !isName(name) {
		return nil, fmt.Errorf("no object can have the name %q", name)
	}
	return bodyOf(c.core.Get().AbsPath(at(k, namespace, name)).SetHeader("Accept", "application/json").Do(ctx))
}

// bodyOf is the body of an answer or, of a refusal, what the server said. Result.Raw
// would call every refusal an unexpected answer, and lose its text.
func bodyOf(r rest.Result) ([]byte, error) {
	if err := r.Error(); err != nil {
		return nil, err
	}
	return r.Raw()
}

// Create makes an object of JSON. Dry tells the server to only try.
func (c *Client) Create(ctx context.Context, k snapshot.Kind, namespace string, object []byte, dry bool) error {
	request := c.core.Post().AbsPath(at(k, namespace)).
		SetHeader("Content-Type", "application/json").SetHeader("Accept", "application/json").
		Param("fieldManager", "kubectl-helmhooks")
	if dry {
		request = request.Param("dryRun", metav1.DryRunAll)
	}
	return request.Body(object).Do(ctx).Error()
}

// Metadata reads an object's UID and finalizers.
func (c *Client) Metadata(ctx context.Context, k snapshot.Kind, namespace, name string) (*metav1.PartialObjectMetadata, error) {
	return c.resource(k, namespace).Get(ctx, name, metav1.GetOptions{})
}

// UID tells the cluster from all others: it is that of its kube-system namespace.
func (c *Client) UID(ctx context.Context) (string, error) {
	m, err := c.Metadata(ctx, snapshot.Kind{Version: "v1", Resource: "namespaces", Kind: "Namespace"}, "", metav1.NamespaceSystem)
	if err != nil {
		return "", err
	}
	if m.UID == "" {
		return "", errors.New("the namespace kube-system has no UID")
	}
	return string(m.UID), nil
}

// RecordsOf reads the metadata of the records of releases of one name, as they are
// now: in one namespace or, for "", in all. Storages that are known to be unreadable
// are left out.
func (c *Client) RecordsOf(ctx context.Context, namespace, name string, unreadable map[snapshot.Driver]bool) ([]snapshot.Record, error) {
	var records []snapshot.Record
	for _, st := range storages() {
		if unreadable[st.driver] {
			continue
		}
		of := metadataOf{&st.kind, namespace, release.OwnerSelector + "," + release.LabelName + "=" + name}
		var found recordList
		reset := func() { found = recordList{} }
		err := c.eachMetadata(ctx, of, reset, func(o *metadataItem) error {
			if r, ok := live.Record(st.driver, &o.Traits); ok {
				found.add(r)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		records = append(records, found.records...)
	}
	return records, nil
}
