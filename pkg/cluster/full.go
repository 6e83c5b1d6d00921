package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// eachObject shows objects of any kind in full, as decoded JSON and one at a time. When
// the list has to start anew, items come twice. No scheme is asked: one for each API
// would cost many megabytes of binary.
func (c *Client) eachObject(ctx context.Context, k snapshot.Kind, namespace string, item func(map[string]any)) error {
	return c.list(ctx, listOf{
		client: c.core, path: at(k, namespace), accept: "application/json", most: mostFull, reset: func() {},
		read: func(answer io.Reader) (metav1.ListMeta, bool, error) {
			head, err := readObjects(answer, k, item)
			return head, true, err
		},
	})
}

// readObjects reads a list as it arrives.
func readObjects(r io.Reader, k snapshot.Kind, item func(map[string]any)) (head metav1.ListMeta, err error) {
	d := json.NewDecoder(r)
	if err := expect(d, json.Delim('{')); err != nil {
		return head, err
	}
	kind, items := "", false
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return head, err
		}
		switch key {
		case "kind":
			err = d.Decode(&kind)
		case "metadata":
			err = d.Decode(&head)
		case "items":
			items = true
			err = readItems(d, k, item)
		default:
			err = d.Decode(new(json.RawMessage))
		}
		if err != nil {
			return head, fmt.Errorf("a list of %s: %w", k.Name(), err)
		}
	}
	if err := expect(d, json.Delim('}')); err != nil {
		return head, err
	}
	return head, mustList(kind, items)
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
