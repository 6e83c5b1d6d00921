//go:build e2e

package verdicts

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

const trackingID = "argocd.argoproj.io/tracking-id"

// deployerScenes leave what Helm did not make, or not as a hook.
func deployerScenes() []scene {
	run := hook("post-install,post-upgrade")
	others := want{reason: "OtherDeployer", attribution: byNoRecord}
	return []scene{
		{
			name: "templated", helms: both(),
			play: []step{
				template(values(job("seed", run), serviceAccount("seeder", hook("pre-install")))),
				finished("job/seed"),
			},
			want: stale(wants{"Job/seed": others, "ServiceAccount/seeder": others}),
		},
		{
			name: "argo", helms: []int{3},
			play: []step{
				create("argocd-controller", job("by-label", run)),
				create("argocd-controller", job("by-annotation", run, annotated(trackingID, "app:batch/Job:{{ .Release.Namespace }}/by-annotation"), unlabelled)),
				// Whoever applies it for Argo CD, it is Argo's.
				create("helm", job("by-another", run, annotated(trackingID, "app:batch/Job:{{ .Release.Namespace }}/by-another"), unlabelled)),
				finished("job/by-label", "job/by-annotation", "job/by-another"),
			},
			want: stale(wants{"Job/by-label": others, "Job/by-annotation": others, "Job/by-another": others}),
		},
		{
			// Who changes Helm's hook afterwards has not made it.
			name: "applied-over", helms: both(),
			play: []step{
				install(values(job("seed", run))),
				kubectl("annotate", "job", "seed", "note=seen"),
				applyOver(job("seed", run)),
			},
			want: stale(wants{"Job/seed": {reason: "NoDeletePolicy"}}),
		},
		{
			name: "stranger", helms: []int{4},
			play: []step{create("platformctl", job("seed", run)), finished("job/seed")},
			want: stale(wants{"Job/seed": {reason: "NotMadeByHelm", attribution: byLabel}}),
		},
		{
			// Helm never makes such an object as a hook: one broken token is enough.
			name: "no-hook", helms: both(),
			play: []step{
				create("helm", configMap("comma", hook("post-install,"))),
				installCRD("crd-install"),
			},
			want: stale(wants{
				"ConfigMap/comma": {reason: "NotAHook", attribution: byLabel},
				"CustomResourceDefinition//gadgets.{ns}.test": {reason: "NotAHook", attribution: byNoRecord},
			}),
		},
	}
}

// applyOver applies what is there already.
func applyOver(o object) step {
	return func(ctx context.Context, h *hand) error {
		data, err := h.render(o)
		if err != nil {
			return err
		}
		return h.kubectl(ctx, data, "apply", "--filename", "-")
	}
}

// template applies what Helm renders.
func template(objects []object) step {
	return func(ctx context.Context, h *hand) error {
		args, err := h.chartArgs("template", objects, nil)
		if err != nil {
			return err
		}
		rendered, err := h.Command(ctx, args...).Output()
		if err != nil {
			return fmt.Errorf("helm template: %w", err)
		}
		return h.kubectl(ctx, rendered, "apply", "--filename", "-")
	}
}

// crd defines a kind without a schema.
func crd(plural, kind, group, version string, opts ...option) object {
	return manifest("apiextensions.k8s.io/v1", "CustomResourceDefinition", plural+"."+group, unlabelled, with(object{"spec": object{
		"group": group, "scope": "Namespaced",
		"names": object{"plural": plural, "kind": kind},
		"versions": []object{{
			"name": version, "served": true, "storage": true,
			"schema": object{"openAPIV3Schema": object{"type": "object", "x-kubernetes-preserve-unknown-fields": true}},
		}},
	}})).but(opts...)
}

// installCRD installs a chart that has a definition in crds/, with that hook annotation:
// Helm 2 made such hooks.
func installCRD(events string) step {
	return func(ctx context.Context, h *hand) error {
		chart := filepath.Join(h.dir, "chart")
		definition, err := json.Marshal(crd("gadgets", "Gadget", h.Namespace+".test", "v1", hook(events)))
		if err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Join(chart, "crds"), 0o700); err != nil {
			return err
		}
		for name, content := range map[string]string{
			"Chart.yaml":     "apiVersion: v2\nname: gadgets\nversion: 0.1.0\n",
			"crds/crds.yaml": string(definition),
		} {
			if err := os.WriteFile(filepath.Join(chart, name), []byte(content), 0o600); err != nil {
				return err
			}
		}
		return h.Steps(ctx, []string{"install", h.release, chart})
	}
}
