package uses

import (
	"slices"
	"strings"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// AnyGroup stands for a group that a field leaves open, and AnyNamespace for a namespace.
const (
	AnyGroup     = "*"
	AnyNamespace = "*"
)

// rule is a field by which objects use others.
type rule struct {
	// path to the field: "[]" stands for all elements of a list, "*" for all keys.
	path string
	// group and kind are what it names, unless the field says so itself.
	group, kind string
	// whole fields are maps that hold the name, and may hold a namespace, a kind and
	// an apiGroup or apiVersion; others are the name.
	whole bool
}

const (
	rbac      = "rbac.authorization.k8s.io"
	network   = "networking.k8s.io"
	storage   = "storage.k8s.io"
	admission = "admissionregistration.k8s.io"
)

// rulesOf are the fields of a kind, its pod template aside.
func rulesOf(group, kind string) []rule {
	switch kind + "." + group {
	case "StatefulSet.apps":
		return []rule{
			{path: "spec.serviceName", kind: "Service"},
			{path: "spec.volumeClaimTemplates[].spec.storageClassName", group: storage, kind: "StorageClass"},
		}
	case "RoleBinding." + rbac, "ClusterRoleBinding." + rbac:
		return []rule{{path: "roleRef", group: rbac, whole: true}, {path: "subjects[]", whole: true}}
	case "ServiceAccount.":
		return []rule{{path: "secrets[].name", kind: "Secret"}, {path: "imagePullSecrets[].name", kind: "Secret"}}
	case "Secret.":
		return []rule{{path: "metadata.annotations.kubernetes~io/service-account~name", kind: "ServiceAccount"}}
	case "Ingress." + network, "Ingress.extensions":
		return ingressRules()
	case "ValidatingWebhookConfiguration." + admission, "MutatingWebhookConfiguration." + admission:
		return []rule{{path: "webhooks[].clientConfig.service", kind: "Service", whole: true}}
	case "APIService.apiregistration.k8s.io":
		return []rule{{path: "spec.service", kind: "Service", whole: true}}
	case "CustomResourceDefinition.apiextensions.k8s.io":
		return []rule{
			{path: "spec.conversion.webhook.clientConfig.service", kind: "Service", whole: true},
			{path: "spec.conversion.webhookClientConfig.service", kind: "Service", whole: true}, // of v1beta1
		}
	case "PersistentVolumeClaim.":
		return []rule{
			{path: "spec.storageClassName", group: storage, kind: "StorageClass"},
			{path: "spec.volumeName", kind: "PersistentVolume"},
			{path: "spec.dataSource", kind: "PersistentVolumeClaim", whole: true},
			{path: "spec.dataSourceRef", kind: "PersistentVolumeClaim", whole: true},
		}
	case "PersistentVolume.":
		// Its claimRef only says that the claim is bound, as every claim is.
		return []rule{{path: "spec.storageClassName", group: storage, kind: "StorageClass"}}
	case "HorizontalPodAutoscaler.autoscaling":
		return []rule{{path: "spec.scaleTargetRef", whole: true}}
	case "ValidatingAdmissionPolicyBinding." + admission:
		return policyRules("ValidatingAdmissionPolicy")
	case "MutatingAdmissionPolicyBinding." + admission:
		return policyRules("MutatingAdmissionPolicy")
	default:
		return nil
	}
}

// policyRules are those of the bindings of an admission policy. The policy says of which kind
// its parameters are; by default it denies what it has none for. Without a namespace they are
// in that of the object which is admitted.
func policyRules(kind string) []rule {
	return []rule{
		{path: "spec.policyName", group: admission, kind: kind},
		{path: "spec.paramRef", kind: "ConfigMap", whole: true},
		{path: "spec.paramRef", kind: "Secret", whole: true},
	}
}

func ingressRules() []rule {
	return []rule{
		{path: "spec.ingressClassName", group: network, kind: "IngressClass"},
		{path: "metadata.annotations.kubernetes~io/ingress~class", group: network, kind: "IngressClass"},
		{path: "spec.tls[].secretName", kind: "Secret"},
		{path: "spec.defaultBackend.service.name", kind: "Service"},
		{path: "spec.defaultBackend.resource", group: AnyGroup, whole: true},
		{path: "spec.rules[].http.paths[].backend.service.name", kind: "Service"},
		{path: "spec.rules[].http.paths[].backend.resource", group: AnyGroup, whole: true},
		// Before networking.k8s.io/v1.
		{path: "spec.backend.serviceName", kind: "Service"},
		{path: "spec.rules[].http.paths[].backend.serviceName", kind: "Service"},
	}
}

// podRules are the fields of a pod's spec.
func podRules() []rule {
	const secret, configMap, claim = "Secret", "ConfigMap", "PersistentVolumeClaim"
	rules := []rule{
		{path: "serviceAccountName", kind: "ServiceAccount"},
		{path: "serviceAccount", kind: "ServiceAccount"},
		{path: "imagePullSecrets[].name", kind: secret},
		{path: "priorityClassName", group: "scheduling.k8s.io", kind: "PriorityClass"},
		{path: "runtimeClassName", group: "node.k8s.io", kind: "RuntimeClass"},
		{path: "volumes[].secret.secretName", kind: secret},
		{path: "volumes[].azureFile.secretName", kind: secret},
		{path: "volumes[].*.secretRef.name", kind: secret},
		{path: "volumes[].csi.nodePublishSecretRef.name", kind: secret},
		{path: "volumes[].configMap.name", kind: configMap},
		{path: "volumes[].persistentVolumeClaim.claimName", kind: claim},
		{path: "volumes[].projected.sources[].secret.name", kind: secret},
		{path: "volumes[].projected.sources[].configMap.name", kind: configMap},
		{path: "volumes[].ephemeral.volumeClaimTemplate.spec.storageClassName", group: storage, kind: "StorageClass"},
	}
	for _, c := range containers() {
		rules = append(
			rules,
			rule{path: c + ".env[].valueFrom.secretKeyRef.name", kind: secret},
			rule{path: c + ".env[].valueFrom.configMapKeyRef.name", kind: configMap},
			rule{path: c + ".envFrom[].secretRef.name", kind: secret},
			rule{path: c + ".envFrom[].configMapRef.name", kind: configMap},
		)
	}
	return rules
}

func containers() []string {
	return []string{"containers[]", "initContainers[]", "ephemeralContainers[]"}
}

// podTemplate is where a kind has a pod: "spec" and "metadata" are below it.
func podTemplate(group, kind string) (path string, ok bool) {
	switch kind + "." + group {
	case "Pod.":
		return "", true
	case "PodTemplate.":
		return "template", true
	case "CronJob.batch":
		return "spec.jobTemplate.spec.template", true
	case "ReplicationController.", "Job.batch":
		return "spec.template", true
	case "Deployment.apps", "ReplicaSet.apps", "StatefulSet.apps", "DaemonSet.apps",
		"Deployment.extensions", "ReplicaSet.extensions", "DaemonSet.extensions":
		return "spec.template", true
	default:
		return "", false
	}
}

// Tells tells whether objects of a kind say anything of others.
func Tells(group, kind string) bool {
	if _, ok := podTemplate(group, kind); ok {
		return true
	}
	switch kind + "." + group {
	case "Service.", "ClusterRole." + rbac, "PodDisruptionBudget.policy",
		"NetworkPolicy." + network, "NetworkPolicy.extensions":
		return true
	}
	return rulesOf(group, kind) != nil
}

// clusterScoped tells whether a kind that says something of others, or that they
// name, has no namespaces.
func clusterScoped(group, kind string) bool {
	switch group {
	case "":
		return slices.Contains([]string{"PersistentVolume", "Namespace", "Node"}, kind)
	case rbac:
		return kind == "ClusterRole" || kind == "ClusterRoleBinding"
	case network:
		return kind == "IngressClass"
	case storage:
		return kind == "StorageClass"
	case "scheduling.k8s.io", "node.k8s.io", admission, "apiregistration.k8s.io", "apiextensions.k8s.io":
		return true
	default:
		return false
	}
}

// apply takes in what a rule finds below a value that is at a path.
func (f *Facts) apply(r rule, at string, v any) {
	each(at, v, strings.Split(r.path, "."), func(field string, v any) {
		ref := Ref{Group: r.group, Kind: r.kind, Field: field, Name: text(v)}
		if r.whole {
			m := dict(v)
			ref.Name, ref.Namespace = text(m["name"]), text(m["namespace"])
			if kind := text(m["kind"]); kind != "" {
				ref.Kind = kind
			}
			if group, ok := m["apiGroup"].(string); ok {
				ref.Group = group
			} else if version := text(m["apiVersion"]); version != "" {
				ref.Group = snapshot.Group(version)
			}
		}
		switch {
		case clusterScoped(ref.Group, ref.Kind):
			ref.Namespace = ""
		case ref.Namespace == "" && f.By.Namespace == "":
			ref.Namespace = AnyNamespace
		case ref.Namespace == "":
			ref.Namespace = f.By.Namespace
		}
		f.ref(ref)
	})
}

// each calls found for every value that a path leads to from v, which is at the
// path before. In a key, "~" stands for a dot.
func each(before string, v any, path []string, found func(field string, v any)) {
	if len(path) == 0 {
		found(before, v)
		return
	}
	m := dict(v)
	if m == nil {
		return
	}
	key, isList := strings.CutSuffix(path[0], "[]")
	key = strings.ReplaceAll(key, "~", ".")
	if key == "*" {
		for k, v := range m {
			each(join(before, k), v, path[1:], found)
		}
		return
	}
	v, ok := m[key]
	switch {
	case !ok:
	case !isList:
		each(join(before, key), v, path[1:], found)
	default:
		for _, v := range list(v) {
			each(join(before, key), v, path[1:], found)
		}
	}
}

// join joins two parts of a path. Keys that are no names stand for themselves only
// as far as they are short.
func join(path, key string) string {
	if len(key) > maxName {
		key = "*"
	}
	if path == "" {
		return key
	}
	return path + "." + key
}
