package cluster

import (
	"context"
	"errors"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// createStorageClass makes claims work that name no class, as on most clusters.
func (c *Cluster) createStorageClass(ctx context.Context) error {
	immediate, reclaim := storagev1.VolumeBindingImmediate, corev1.PersistentVolumeReclaimDelete
	_, err := c.client.StorageV1().StorageClasses().Create(ctx, &storagev1.StorageClass{
		ObjectMeta: metav1.ObjectMeta{
			Name:        StorageClassName,
			Annotations: map[string]string{"storageclass.kubernetes.io/is-default-class": "true"},
		},
		Provisioner:       "helmhooks.test/volume",
		VolumeBindingMode: &immediate,
		ReclaimPolicy:     &reclaim,
	}, metav1.CreateOptions{})
	if err != nil {
		return fmt.Errorf("create the StorageClass: %w", err)
	}
	return nil
}

func (c *Cluster) createNode(ctx context.Context) error {
	nodes := c.client.CoreV1().Nodes()
	_, err := nodes.Create(ctx, &corev1.Node{ObjectMeta: metav1.ObjectMeta{
		Name: NodeName,
		Labels: map[string]string{
			corev1.LabelHostname:   NodeName,
			corev1.LabelOSStable:   "linux",
			corev1.LabelArchStable: "amd64",
		},
		Annotations: map[string]string{"kwok.x-k8s.io/node": "fake"},
	}}, metav1.CreateOptions{})
	if err != nil {
		return fmt.Errorf("create the node: %w", err)
	}
	// The API server taints every new node as not ready, and the controller that
	// takes the taint away does not run here.
	_, err = nodes.Patch(ctx, NodeName, types.MergePatchType, []byte(`{"spec":{"taints":null}}`), metav1.PatchOptions{})
	if err != nil {
		return fmt.Errorf("remove the taint of the node: %w", err)
	}
	return nil
}

func (c *Cluster) waitForNode(ctx context.Context) error {
	return c.find(kwok).await(ctx, func(ctx context.Context) error {
		node, err := c.client.CoreV1().Nodes().Get(ctx, NodeName, metav1.GetOptions{})
		if err != nil {
			return err
		}
		for _, condition := range node.Status.Conditions {
			if condition.Type == corev1.NodeReady && condition.Status == corev1.ConditionTrue {
				return nil
			}
		}
		return errors.New("the node is not Ready")
	})
}

// waitForServiceAccount also waits for the namespace: pods need both.
func (c *Cluster) waitForServiceAccount(ctx context.Context) error {
	return c.find(controllerManager).await(ctx, func(ctx context.Context) error {
		_, err := c.client.CoreV1().ServiceAccounts(metav1.NamespaceDefault).Get(ctx, "default", metav1.GetOptions{})
		return err
	})
}
