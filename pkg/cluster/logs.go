package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// Log is what one container of a Pod has written.
type Log struct {
	Pod, Container string
}

// LogsOf returns the logs that a Job's Pods, or a Pod, may have.
func (c *Client) LogsOf(ctx context.Context, o snapshot.ObjectRef) ([]Log, error) {
	var pods corev1.PodList
	if o.Kind == "Pod" {
		var pod corev1.Pod
		if err := c.core.Get().Namespace(o.Namespace).Resource("pods").Name(o.Name).Do(ctx).Into(&pod); err != nil {
			return nil, err
		}
		pods.Items = []corev1.Pod{pod}
	} else {
		options := metav1.ListOptions{LabelSelector: "controller-uid=" + o.UID}
		err := c.core.Get().Namespace(o.Namespace).Resource("pods").VersionedParams(&options, metav1.ParameterCodec).Do(ctx).Into(&pods)
		if err != nil {
			return nil, err
		}
	}
	var logs []Log
	for i := range pods.Items {
		spec := &pods.Items[i].Spec
		for _, container := range slices.Concat(spec.InitContainers, spec.Containers) {
			logs = append(logs, Log{Pod: pods.Items[i].Name, Container: container.Name})
		}
	}
	return logs, nil
}

// logLines is how many lines of a log are read, from its end.
const logLines = 20_000

// CopyLog writes the last lines of a container's log, at most so many bytes of them.
func (c *Client) CopyLog(ctx context.Context, namespace string, l Log, limit int64, w io.Writer) error {
	if !isName(l.Pod) {
		return fmt.Errorf("no Pod can have the name %q", l.Pod)
	}
	body, err := c.core.Get().Namespace(namespace).Resource("pods").Name(l.Pod).SubResource("log").
		Param("container", l.Container).Param("timestamps", "true").Param("tailLines", strconv.Itoa(logLines)).Param("limitBytes", strconv.FormatInt(limit, 10)).
		Stream(ctx)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, io.LimitReader(body, limit))
	return errors.Join(err, body.Close())
}
