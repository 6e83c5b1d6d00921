package cluster

import (
	"context"
	"strings"

	kubeyaml "sigs.k8s.io/yaml"
)

// controllers are what hooks, their leftovers and ordinary charts need. The node
// lifecycle is not among them: nothing here may evict pods.
func controllers() []string {
	return []string{
		"clusterrole-aggregation-controller",
		"cronjob-controller",
		"daemonset-controller",
		"deployment-controller",
		"endpointslice-controller",
		"garbage-collector-controller",
		"job-controller",
		"namespace-controller",
		"persistentvolume-binder-controller",
		"persistentvolume-protection-controller",
		"persistentvolumeclaim-protection-controller",
		"pod-garbage-collector-controller",
		"replicaset-controller",
		"root-ca-certificate-publisher-controller",
		"serviceaccount-controller",
		"serviceaccount-token-controller",
		"statefulset-controller",
		"ttl-after-finished-controller",
	}
}

func (c *Cluster) startControllerManager(ctx context.Context) error {
	kubeconfig, err := c.componentKubeconfig(controllerManager, "system:kube-controller-manager")
	if err != nil {
		return err
	}
	return c.launch(ctx, controllerManager, []string{
		"--kubeconfig=" + kubeconfig,
		"--leader-elect=false",
		"--secure-port=0", // serves nothing that we need, so takes no port
		"--controllers=" + strings.Join(controllers(), ","),
		"--service-account-private-key-file=" + c.path("service-accounts.key"),
		"--root-ca-file=" + c.path("ca.crt"),
		"--kube-api-qps=1000",
		"--kube-api-burst=2000",
		"--concurrent-job-syncs=20",
		"--concurrent-gc-syncs=40",
		"--concurrent-namespace-syncs=20",
		"--concurrent-ttl-after-finished-syncs=20",
		"--pvclaimbinder-sync-period=1s",
	}, started)
}

func (c *Cluster) startScheduler(ctx context.Context) error {
	kubeconfig, err := c.componentKubeconfig(scheduler, "system:kube-scheduler")
	if err != nil {
		return err
	}
	config, err := kubeyaml.Marshal(map[string]any{
		"apiVersion":           "kubescheduler.config.k8s.io/v1",
		"kind":                 "KubeSchedulerConfiguration",
		"clientConnection":     map[string]any{"kubeconfig": kubeconfig, "qps": 1000, "burst": 2000},
		"leaderElection":       map[string]any{"leaderElect": false},
		"podMaxBackoffSeconds": 2,
	})
	if err != nil {
		return err
	}
	if err := c.writeFile("scheduler.yaml", config); err != nil {
		return err
	}
	return c.launch(ctx, scheduler, []string{"--config=" + c.path("scheduler.yaml"), "--secure-port=0"}, started)
}

// componentKubeconfig gives a component a name of its own, so that the audit
// log tells its requests from those of the tests, and all rights, since it is
// not what is tested.
func (c *Cluster) componentKubeconfig(component, user string) (string, error) {
	path := c.path(component + ".kubeconfig")
	return path, c.writeKubeconfigFor(path, user, mastersGroup)
}

// started is the readiness of components that serve nothing; what they do is
// waited for at the end.
func started(context.Context) error { return nil }
