package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// eachObject pages through objects of any kind in full, as decoded JSON and one at a
// time. When the list expires half-way it starts anew, and items come twice.
func (c *Client) eachObject(ctx context.Context, k snapshot.Kind, namespace string, item func(map[string]any)) error {
	from := ""
	for tries := 1; ; {
		next, err := c.objectPage(ctx, k, namespace, from, item)
		switch {
		case apierrors.IsResourceExpired(err) && from != "" && tries <= expiries:
			tries++
			from = ""
		case err != nil:
			return err
		case next == "":
			return nil
		default:
			from = next
		}
	}
}

// objectPage reads one page, and returns where the next begins. No scheme is asked:
// one for each API would cost many megabytes of binary.
func (c *Client) objectPage(ctx context.Context, k snapshot.Kind, namespace, from string, item func(map[string]any)) (next string, err error) {
	body, err := c.core.Get().AbsPath(at(k, namespace)).
		SetHeader("Accept", "application/json").
		VersionedParams(&metav1.ListOptions{Limit: c.options.ChunkSize, Continue: from}, metav1.ParameterCodec).
		Stream(ctx)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, body.Close()) }()
	return readPage(body, k, item)
}

// readPage reads a list as it arrives.
func readPage(r io.Reader, k snapshot.Kind, item func(map[string]any)) (next string, err error) {
	d := json.NewDecoder(r)
	if err := expect(d, json.Delim('{')); err != nil {
		return "", err
	}
	var head struct {
		Continue string `json:"continue"`
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return "", err
		}
		switch key {
		case "metadata":
			err = d.Decode(&head)
		case "items":
			err = readItems(d, k, item)
		default:
			err = d.Decode(new(json.RawMessage))
		}
		if err != nil {
			return "", fmt.Errorf("a list of %s: %w", k.Name(), err)
		}
	}
	return head.Continue, expect(d, json.Delim('}'))
}

func readItems(d *json.Decoder, k snapshot.Kind, item func(map[string]any)) error {
	t, err := d.Token()
	if err != nil || t == nil {
		return err
	}
	if t != json.Delim('[') {
		return errors.New("its items are no list")
	}
	for d.More() {
		var o map[string]any
		if err := d.Decode(&o); err != nil {
			return err
		}
		if o != nil {
			o["apiVersion"], o["kind"] = k.APIVersion(), k.Kind // left out of the items of many lists
			item(o)
		}
	}
	return expect(d, json.Delim(']'))
}

func expect(d *json.Decoder, want json.Delim) error {
	t, err := d.Token()
	if err == nil && t != want {
		err = fmt.Errorf("found %v where %v should be", t, want)
	}
	return err
}
