package uses_test

import "github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"

func useCases() []useCase {
	const (
		rbac    = "rbac.authorization.k8s.io/v1"
		network = "networking.k8s.io/v1"
		storage = "storage.k8s.io/v1"
	)
	var cases []useCase
	add := func(name, objects string, wanted []snapshot.ObjectRef, want ...string) {
		cases = append(cases, useCase{name, objects, wanted, want})
	}
	add("a pod's spec", `
apiVersion: v1
kind: Pod
metadata: {name: p, namespace: shop, uid: p1, ownerReferences: [{uid: r1}]}
spec:
  serviceAccountName: sa
  serviceAccount: sa
  imagePullSecrets: [{name: pull}]
  priorityClassName: high
  runtimeClassName: gvisor
  volumes:
  - {name: a, secret: {secretName: vol}}
  - {name: b, configMap: {name: conf}}
  - {name: c, persistentVolumeClaim: {claimName: data}}
  - {name: d, projected: {sources: [{secret: {name: proj}}, {configMap: {name: conf}}]}}
  - {name: e, ephemeral: {volumeClaimTemplate: {spec: {storageClassName: fast}}}}
  - {name: f, csi: {nodePublishSecretRef: {name: csi}}}
  - {name: g, cephfs: {secretRef: {name: ceph}}}
  - {name: h, azureFile: {secretName: azure}}
  containers:
  - env:
    - {name: A, valueFrom: {secretKeyRef: {name: env}}}
    - {name: B, valueFrom: {configMapKeyRef: {name: conf}}}
    envFrom: [{secretRef: {name: from}}, {configMapRef: {name: conf}}]
  initContainers: [{envFrom: [{secretRef: {name: init}}]}]
  ephemeralContainers: [{env: [{valueFrom: {secretKeyRef: {name: debug}}}]}]`,
		refs("v1 ServiceAccount shop/sa", "v1 Secret shop/pull", "scheduling.k8s.io/v1 PriorityClass /high", "node.k8s.io/v1 RuntimeClass /gvisor",
			"v1 Secret shop/vol", "v1 ConfigMap shop/conf", "v1 PersistentVolumeClaim shop/data", "v1 Secret shop/proj", storage+" StorageClass /fast",
			"v1 Secret shop/csi", "v1 Secret shop/ceph", "v1 Secret shop/azure", "v1 Secret shop/env", "v1 Secret shop/from", "v1 Secret shop/init",
			"v1 Secret shop/debug", "v1 Secret desk/vol", "v1 Secret shop/unused", "example.com/v1 Secret shop/vol"),
		"Pod p: spec.priorityClassName: PriorityClass high of r1",
		"Pod p: spec.runtimeClassName: RuntimeClass gvisor of r1",
		"Pod p: spec.volumes.ephemeral.volumeClaimTemplate.spec.storageClassName: StorageClass fast of r1",
		"Pod p: spec.containers.env.valueFrom.configMapKeyRef.name: ConfigMap conf of r1",
		"Pod p: spec.containers.envFrom.configMapRef.name: ConfigMap conf of r1",
		"Pod p: spec.volumes.configMap.name: ConfigMap conf of r1",
		"Pod p: spec.volumes.projected.sources.configMap.name: ConfigMap conf of r1",
		"Pod p: spec.volumes.persistentVolumeClaim.claimName: PersistentVolumeClaim data of r1",
		"Pod p: spec.volumes.azureFile.secretName: Secret azure of r1",
		"Pod p: spec.volumes.cephfs.secretRef.name: Secret ceph of r1",
		"Pod p: spec.volumes.csi.nodePublishSecretRef.name: Secret csi of r1",
		"Pod p: spec.ephemeralContainers.env.valueFrom.secretKeyRef.name: Secret debug of r1",
		"Pod p: spec.containers.env.valueFrom.secretKeyRef.name: Secret env of r1",
		"Pod p: spec.containers.envFrom.secretRef.name: Secret from of r1",
		"Pod p: spec.initContainers.envFrom.secretRef.name: Secret init of r1",
		"Pod p: spec.volumes.projected.sources.secret.name: Secret proj of r1",
		"Pod p: spec.imagePullSecrets.name: Secret pull of r1",
		"Pod p: spec.volumes.secret.secretName: Secret vol of r1",
		"Pod p: spec.serviceAccount: ServiceAccount sa of r1",
		"Pod p: spec.serviceAccountName: ServiceAccount sa of r1")
	add("templates of workloads, and kinds of that name elsewhere", `
{apiVersion: apps/v1, kind: Deployment, metadata: {name: a}, spec: {replicas: 0, template: {spec: {serviceAccountName: sa}}}}
---
{apiVersion: extensions/v1beta1, kind: Deployment, metadata: {name: b}, spec: {template: {spec: {serviceAccountName: sa}}}}
---
{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: c}, spec: {template: {spec: {serviceAccountName: sa}}}}
---
{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: d}, spec: {template: {spec: {serviceAccountName: sa}}}}
---
{apiVersion: batch/v1, kind: CronJob, metadata: {name: e}, spec: {jobTemplate: {spec: {template: {spec: {serviceAccountName: sa}}}}}}
---
{apiVersion: v1, kind: ReplicationController, metadata: {name: f}, spec: {template: {spec: {serviceAccountName: sa}}}}
---
{apiVersion: v1, kind: PodTemplate, metadata: {name: g}, template: {spec: {serviceAccountName: sa}}}
---
{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: h}, spec: {template: {spec: {serviceAccountName: sa}}}}
---
{apiVersion: example.com/v1, kind: Deployment, metadata: {name: x}, spec: {template: {spec: {serviceAccountName: sa}}}}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: y, namespace: desk}, spec: {template: {spec: {serviceAccountName: sa}}}}`,
		refs("v1 ServiceAccount shop/sa"),
		"CronJob e: spec.jobTemplate.spec.template.spec.serviceAccountName: ServiceAccount sa",
		"DaemonSet d: spec.template.spec.serviceAccountName: ServiceAccount sa",
		"Deployment a: spec.template.spec.serviceAccountName: ServiceAccount sa",
		"Deployment b: spec.template.spec.serviceAccountName: ServiceAccount sa",
		"PodTemplate g: template.spec.serviceAccountName: ServiceAccount sa",
		"ReplicaSet c: spec.template.spec.serviceAccountName: ServiceAccount sa",
		"ReplicationController f: spec.template.spec.serviceAccountName: ServiceAccount sa",
		"StatefulSet h: spec.template.spec.serviceAccountName: ServiceAccount sa")
	add("idle users", `
{apiVersion: batch/v1, kind: Job, metadata: {name: a}, spec: {template: {spec: {serviceAccountName: sa}}}, status: {conditions: [{type: Complete, status: "True"}]}}
---
{apiVersion: batch/v1, kind: Job, metadata: {name: b}, spec: {template: {spec: {serviceAccountName: sa}}}, status: {conditions: [{type: Failed, status: "False"}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: c}, spec: {serviceAccountName: sa}, status: {phase: Failed}}
---
{apiVersion: v1, kind: Pod, metadata: {name: d}, spec: {serviceAccountName: sa}, status: {phase: Running}}`,
		refs("v1 ServiceAccount shop/sa"),
		"Job a: spec.template.spec.serviceAccountName: ServiceAccount sa (idle)",
		"Job b: spec.template.spec.serviceAccountName: ServiceAccount sa",
		"Pod c: spec.serviceAccountName: ServiceAccount sa (idle)",
		"Pod d: spec.serviceAccountName: ServiceAccount sa")
	add("mentions", `
apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
spec:
  template:
    spec:
      initContainers:
      - command: [kubectl, wait, job/blog-migrate, "--for=condition=complete"]
      containers:
      - args: ["--wait=blog-config,x", "http://blog-svc.shop.svc:80"]
        env: [{name: A, value: "a b_other blog-role"}, {name: blog-name, value: "xblog-name"}]`,
		refs("batch/v1 Job shop/blog-migrate", "v1 ConfigMap shop/blog-config", "v1 Service shop/blog-svc", rbac+" Role shop/blog-role",
			"v1 Secret shop/blog", "v1 Secret shop/for", "v1 Secret shop/other", "v1 Secret shop/migrate", "v1 Secret shop/blog-name",
			"v1 Secret desk/blog-migrate", rbac+" ClusterRole /wait", "v1 Secret shop/blog-svc.shop.svc", "v1 Secret shop/blog-svc.desk"),
		"Deployment d: spec.template.spec.containers.args: blog-config",
		"Deployment d: spec.template.spec.initContainers.command: blog-migrate",
		"Deployment d: spec.template.spec.containers.env.value: blog-role",
		"Deployment d: spec.template.spec.containers.args: blog-svc",
		"Deployment d: spec.template.spec.containers.args: blog-svc.shop.svc")
	add("mentions from another namespace", `
apiVersion: apps/v1
kind: Deployment
metadata: {name: d, namespace: desk}
spec:
  template:
    spec:
      initContainers: [{command: [kubectl, wait], args: [-n, shop, job/seed]}]
      containers: [{args: ["http://front.shop.svc"], env: [{name: A, value: hall-seed}]}]`,
		refs("batch/v1 Job shop/seed", "v1 Service shop/front", "batch/v1 Job hall/seed", "v1 Secret shop/other"),
		"Deployment d: spec.template.spec.containers.args: front",
		"Deployment d: spec.template.spec.initContainers.args: seed")
	add("nothing uses itself", `
{apiVersion: batch/v1, kind: Job, metadata: {name: a}, spec: {template: {spec: {containers: [{args: [a]}]}}}}`,
		refs("batch/v1 Job shop/a"))
	add("but what has its name", `
{apiVersion: batch/v1, kind: Job, metadata: {name: a}, spec: {template: {spec: {containers: [{args: [a]}]}}}}`,
		refs("batch/v1 Job shop/a", "v1 Secret shop/a"),
		"Job a: spec.template.spec.containers.args: a")
	add("stateful sets", `
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec: {serviceName: db-hl, volumeClaimTemplates: [{metadata: {name: data}, spec: {storageClassName: fast}}]}`,
		refs("v1 PersistentVolumeClaim shop/data-db-0", "v1 PersistentVolumeClaim shop/data-db-17", "v1 PersistentVolumeClaim shop/data-db-",
			"v1 PersistentVolumeClaim shop/data-db-x", "v1 PersistentVolumeClaim desk/data-db-0", "v1 Service shop/db-hl", storage+" StorageClass /fast"),
		"StatefulSet db: spec.volumeClaimTemplates.spec.storageClassName: StorageClass fast",
		"StatefulSet db: spec.volumeClaimTemplates: PersistentVolumeClaim data-db-0",
		"StatefulSet db: spec.volumeClaimTemplates: PersistentVolumeClaim data-db-17",
		"StatefulSet db: spec.serviceName: Service db-hl")
	add("bindings", `
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: rb}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: r}
subjects: [{kind: ServiceAccount, name: sa}, {kind: ServiceAccount, name: gone, namespace: shop}, {kind: User, name: jane, apiGroup: rbac.authorization.k8s.io}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: crb}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cr}
subjects: [{kind: ServiceAccount, name: far, namespace: desk}, {kind: Group, name: "system:masters"}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: other}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cr}
subjects: [{kind: ServiceAccount, name: sa, namespace: shop}]
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: sa}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: far, namespace: desk}}`,
		refs(rbac+" Role shop/r", rbac+" ClusterRole /cr", rbac+" RoleBinding shop/rb", rbac+" ClusterRoleBinding /crb", "v1 ServiceAccount shop/sa"),
		"ClusterRoleBinding crb: roleRef: ClusterRole cr",
		"RoleBinding other: roleRef: ClusterRole cr",
		"Group system:masters: subjects: ClusterRoleBinding crb",
		"ServiceAccount far: subjects: ClusterRoleBinding crb",
		"RoleBinding rb: roleRef: Role r",
		"User jane: subjects: RoleBinding rb",
		"ServiceAccount gone: subjects: RoleBinding rb (absent)",
		"ServiceAccount sa: subjects: RoleBinding rb",
		"RoleBinding other: subjects: ServiceAccount sa",
		"RoleBinding rb: subjects: ServiceAccount sa")
	add("aggregated roles", `
{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: part, labels: {to: admin}}}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: other}}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: all}, aggregationRule: {clusterRoleSelectors: [{matchLabels: {to: x}}, {matchLabels: {to: admin}}]}}`,
		refs(rbac+" ClusterRole /part", rbac+" ClusterRole /other"),
		"ClusterRole all: aggregationRule.clusterRoleSelectors: ClusterRole part")
	add("accounts and their Secrets", `
{apiVersion: v1, kind: ServiceAccount, metadata: {name: sa}, secrets: [{name: token}], imagePullSecrets: [{name: pull}]}
---
{apiVersion: v1, kind: Secret, metadata: {name: token, annotations: {kubernetes.io/service-account.name: sa}}}`,
		refs("v1 Secret shop/token", "v1 Secret shop/pull", "v1 ServiceAccount shop/sa"),
		"ServiceAccount sa: imagePullSecrets.name: Secret pull",
		"ServiceAccount sa: secrets.name: Secret token",
		"Secret token: metadata.annotations.kubernetes.io/service-account.name: ServiceAccount sa")
	add("ingresses", `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: i}
spec:
  ingressClassName: nginx
  tls: [{secretName: tls}]
  defaultBackend: {service: {name: front}}
  rules: [{http: {paths: [{backend: {service: {name: back}}}, {backend: {resource: {apiGroup: example.com, kind: Bucket, name: b}}}]}}]
---
apiVersion: extensions/v1beta1
kind: Ingress
metadata: {name: old, annotations: {kubernetes.io/ingress.class: nginx}}
spec: {backend: {serviceName: front}, rules: [{http: {paths: [{backend: {serviceName: back}}]}}]}`,
		refs(network+" IngressClass /nginx", "v1 Secret shop/tls", "v1 Service shop/front", "v1 Service shop/back", "example.com/v1 Bucket shop/b"),
		"Ingress i: spec.ingressClassName: IngressClass nginx",
		"Ingress old: metadata.annotations.kubernetes.io/ingress.class: IngressClass nginx",
		"Ingress i: spec.rules.http.paths.backend.resource: Bucket b",
		"Ingress i: spec.tls.secretName: Secret tls",
		"Ingress i: spec.rules.http.paths.backend.service.name: Service back",
		"Ingress old: spec.rules.http.paths.backend.serviceName: Service back",
		"Ingress i: spec.defaultBackend.service.name: Service front",
		"Ingress old: spec.backend.serviceName: Service front")
	add("services behind the API", `
{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, metadata: {name: v}, webhooks: [{clientConfig: {service: {name: s, namespace: shop}}}]}
---
{apiVersion: admissionregistration.k8s.io/v1, kind: MutatingWebhookConfiguration, metadata: {name: m}, webhooks: [{}, {clientConfig: {service: {name: s, namespace: shop}}}]}
---
{apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: {name: a}, spec: {service: {name: s, namespace: shop}}}
---
{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: c}, spec: {conversion: {webhook: {clientConfig: {service: {name: s, namespace: shop}}}}}}
---
{apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: {name: x}, spec: {service: {name: s, namespace: desk}}}`,
		refs("v1 Service shop/s"),
		"APIService a: spec.service: Service s",
		"CustomResourceDefinition c: spec.conversion.webhook.clientConfig.service: Service s",
		"MutatingWebhookConfiguration m: webhooks.clientConfig.service: Service s",
		"ValidatingWebhookConfiguration v: webhooks.clientConfig.service: Service s")
	add("volumes", `
{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c}, spec: {storageClassName: fast, volumeName: v, dataSource: {kind: PersistentVolumeClaim, name: src}, dataSourceRef: {apiGroup: snapshot.storage.k8s.io, kind: VolumeSnapshot, name: snap, namespace: desk}}}
---
{apiVersion: v1, kind: PersistentVolume, metadata: {name: v}, spec: {storageClassName: fast, claimRef: {apiVersion: v1, kind: PersistentVolumeClaim, name: c, namespace: shop}}}`,
		refs(storage+" StorageClass /fast", "v1 PersistentVolume /v", "v1 PersistentVolumeClaim shop/c", "v1 PersistentVolumeClaim shop/src",
			"snapshot.storage.k8s.io/v1 VolumeSnapshot desk/snap"),
		"PersistentVolumeClaim c: spec.volumeName: PersistentVolume v",
		"PersistentVolume v: spec.storageClassName: StorageClass fast",
		"PersistentVolumeClaim c: spec.storageClassName: StorageClass fast",
		"PersistentVolumeClaim c: spec.dataSourceRef: VolumeSnapshot snap",
		"PersistentVolumeClaim c: spec.dataSource: PersistentVolumeClaim src")
	add("scaling and policies", `
{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: h}, spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: d}}}
---
{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: x}, spec: {scaleTargetRef: {apiVersion: example.com/v1, kind: Deployment, name: d}}}
---
{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicyBinding, metadata: {name: b}, spec: {policyName: p}}`,
		refs("apps/v1 Deployment shop/d", "admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy /p"),
		"ValidatingAdmissionPolicyBinding b: spec.policyName: ValidatingAdmissionPolicy p",
		"HorizontalPodAutoscaler h: spec.scaleTargetRef: Deployment d")
	add("parameters of admission policies", `
{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicyBinding, metadata: {name: b}, spec: {policyName: p, paramRef: {name: limits, namespace: shop, parameterNotFoundAction: Deny}}}
---
{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicyBinding, metadata: {name: each}, spec: {policyName: p, paramRef: {name: own}}}
---
{apiVersion: admissionregistration.k8s.io/v1beta1, kind: MutatingAdmissionPolicyBinding, metadata: {name: m}, spec: {policyName: q, paramRef: {name: key, namespace: desk}}}
---
{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicyBinding, metadata: {name: far}, spec: {policyName: p, paramRef: {name: limits, namespace: desk}}}`,
		refs("v1 ConfigMap shop/limits", "v1 ConfigMap shop/own", "v1 ConfigMap desk/own", "v1 Secret desk/key", "v1 ServiceAccount shop/limits"),
		"ValidatingAdmissionPolicyBinding each: spec.paramRef: ConfigMap own",
		"MutatingAdmissionPolicyBinding m: spec.paramRef: Secret key",
		"ValidatingAdmissionPolicyBinding b: spec.paramRef: ConfigMap limits",
		"ValidatingAdmissionPolicyBinding each: spec.paramRef: ConfigMap own")
	add("selected pods", `
{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {selector: {app: a}}}
---
{apiVersion: v1, kind: Service, metadata: {name: headless}, spec: {}}
---
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: all}, spec: {podSelector: {}}}
---
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: some}, spec: {podSelector: {matchExpressions: [{key: app, operator: In, values: [b, c]}, {key: x, operator: DoesNotExist}]}}}
---
{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: none}, spec: {}}
---
{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: not}, spec: {selector: {matchExpressions: [{key: app, operator: NotIn, values: [a]}, {key: app, operator: Exists}]}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: a, labels: {app: a, more: x}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: b, labels: {app: b}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: c, labels: {app: b}, namespace: desk}}`,
		refs("v1 Service shop/s", "v1 Service shop/headless", network+" NetworkPolicy shop/all", network+" NetworkPolicy shop/some",
			"policy/v1 PodDisruptionBudget shop/none", "policy/v1 PodDisruptionBudget shop/not"),
		"Pod a: spec.podSelector: NetworkPolicy all",
		"Pod b: spec.podSelector: NetworkPolicy all",
		"Pod b: spec.podSelector: NetworkPolicy some",
		"Pod b: spec.selector: PodDisruptionBudget not",
		"Pod a: spec.selector: Service s")
	return cases
}
