//go:build e2e

package verdicts

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// guardScenes leave orphans that are not to be pruned, and what is being deleted.
func guardScenes() []scene {
	once, run := hook("pre-install"), hook("post-install,post-upgrade")
	stuck := values(job("stuck", run, finalized))
	kept := want{reason: "NoDeletePolicy", guards: "keep"}
	return []scene{
		{
			name: "keep", helms: both(),
			play: []step{
				install(values(
					job("by-helm", run, annotated("helm.sh/resource-policy", "keep")),
					job("by-record", run, annotated("helm.sh/resource-policy", "keep")),
					job("by-cli-utils", run, annotated("cli-utils.sigs.k8s.io/on-remove", "keep")),
					job("by-lifecycle", run, annotated("client.lifecycle.config.k8s.io/deletion", "detach")),
					job("by-argo", run, annotated("argocd.argoproj.io/sync-options", "Prune=false")),
					job("by-flux", run, annotated("kustomize.toolkit.fluxcd.io/prune", "disabled")),
				)),
				kubectl("annotate", "job", "by-record", "helm.sh/resource-policy-"),
			},
			want: stale(wants{
				"Job/by-helm": kept, "Job/by-record": kept, "Job/by-cli-utils": kept,
				"Job/by-lifecycle": kept, "Job/by-argo": kept, "Job/by-flux": kept,
			}),
		},
		{
			name: "owner", helms: both(),
			play: []step{
				install(values(serviceAccount("owner", once), serviceAccount("other", once))),
				uninstall(), dependentOf("owner"),
			},
			want: stale(wants{
				"ServiceAccount/owner": gone(want{guards: "owner"}),
				"ServiceAccount/other": gone(want{}),
			}),
		},
		{
			// A workload that waits for a Job by its name would wait for ever.
			name: "waited-for", helms: both(),
			play: []step{install(values(
				job("seed", run), job("other", run), deployment("app", waits("--timeout=5m", "job/seed")),
			))},
			want: stale(wants{
				"Job/seed":  {reason: "NoDeletePolicy", guards: "referenced"},
				"Job/other": {reason: "NoDeletePolicy"},
			}),
		},
		{
			// The release is gone, and somebody else's Pod runs as its account.
			name: "bare-pod", helms: both(),
			play: []step{
				install(values(serviceAccount("user", once))), uninstall(),
				create("somebody", pod("user", runsAs("user"), unlabelled, hangs)),
			},
			want: stale(wants{"ServiceAccount/user": gone(want{guards: "referenced"})}),
		},
		{
			// The release is gone, and an admission policy takes its parameters from what it left:
			// without them it denies.
			name: "parameters", helms: both(),
			play: []step{
				install(values(configMap("limits", once), configMap("each", once), configMap("other", once))), uninstall(),
				create("somebody", policyBinding("limits", object{"namespace": "{{ .Release.Namespace }}"}), policyBinding("each", object{})),
			},
			want: stale(wants{
				"ConfigMap/limits": gone(want{guards: "referenced"}),
				"ConfigMap/each":   gone(want{guards: "referenced"}),
				"ConfigMap/other":  gone(want{}),
			}),
		},
		{
			name: "terminating", helms: both(),
			play: []step{
				install(stuck),
				kubectl("delete", "job", "stuck", "--wait=false"),
			},
			// Helm 3 waits for it to go. Helm 4 does not, and takes what it finds for what it
			// has made.
			after: map[int][]step{
				3: {failing(upgrade(stuck, "--timeout=4s"), "context deadline exceeded")},
				4: {untouched("job/stuck", upgrade(stuck, "--timeout=4s"))},
			},
			want: stale(wants{
				"Job/stuck": {reason: "Terminating", status: "Terminating", blocks: either("post-upgrade:terminating")},
			}),
		},
	}
}

// finalized objects stay as long as nobody takes the finalizer away.
func finalized(o object) { o.in("metadata")["finalizers"] = []string{"helmhooks.test/stays"} }

// policyBinding is one of a policy that is not there, so that it takes no effect.
func policyBinding(parameters string, where object) object {
	where["name"], where["parameterNotFoundAction"] = parameters, "Deny"
	return manifest("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding", "{{ .Release.Namespace }}-"+parameters,
		unlabelled, with(object{"spec": object{"policyName": "{{ .Release.Namespace }}", "validationActions": []string{"Deny"}, "paramRef": where}}))
}

// dependentOf makes a ConfigMap that would go with the ServiceAccount.
func dependentOf(name string) step {
	return func(ctx context.Context, h *hand) error {
		accounts := kubernetes.NewForConfigOrDie(stage.Cluster.Config()).CoreV1().ServiceAccounts(h.Namespace)
		owner, err := accounts.Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		return create("somebody", configMap("dependent", unlabelled, func(o object) {
			o.in("metadata")["ownerReferences"] = []object{{
				"apiVersion": "v1", "kind": "ServiceAccount", "name": name, "uid": string(owner.UID),
			}}
		}))(ctx, h)
	}
}
