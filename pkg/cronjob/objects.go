package cronjob

import (
	rbacv1 "k8s.io/api/rbac/v1"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// Document is an object, and what people should know who read it.
type Document struct {
	Object  runtime.Object
	Comment string
}

// Documents are the objects in the order in which they have to be made.
func Documents(o *Options) []Document {
	var all []Document
	if o.MakeNamespace {
		all = append(all, Document{o.namespace(), "Keep this namespace for the job: who may make Pods in it has the job's rights."})
	}
	all = append(all, Document{Object: o.account()})
	all = append(all, o.roles()...)
	return append(all, Document{Object: o.cronJob(), Comment: o.about()})
}

func (o *Options) about() string {
	if o.Deletes {
		return "It deletes. A run that fails, or that could not see enough, fails its Job."
	}
	return "It only reports. A run that could not see enough fails its Job."
}

func (o *Options) labels() map[string]string {
	// No app.kubernetes.io/instance: that one says that a release of Helm is there.
	return map[string]string{"app.kubernetes.io/name": "kubectl-helmhooks", "app.kubernetes.io/component": "cronjob"}
}

func (o *Options) meta(namespace string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Name: o.Name, Namespace: namespace, Labels: o.labels()}
}

func (o *Options) namespace() *corev1.Namespace {
	labels := o.labels()
	for _, mode := range []string{"enforce", "audit", "warn"} {
		labels["pod-security.kubernetes.io/"+mode] = "restricted"
	}
	return &corev1.Namespace{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"},
		ObjectMeta: metav1.ObjectMeta{Name: o.Namespace, Labels: labels},
	}
}

func (o *Options) account() *corev1.ServiceAccount {
	return &corev1.ServiceAccount{
		TypeMeta:                     metav1.TypeMeta{APIVersion: "v1", Kind: "ServiceAccount"},
		ObjectMeta:                   o.meta(o.Namespace),
		AutomountServiceAccountToken: new(false), // only the job's own Pods ask for one
	}
}

const rolesComment = `To judge hooks takes Helm's records, which are Secrets, and RBAC knows no right to some Secrets only:
get and list on secrets are the widest rights here. Kinds that are defined later are not in this list:
run the command again when a run names the rule that lacks.`

func (o *Options) roles() []Document {
	if o.Scope == "" {
		return []Document{
			{o.clusterRole(o.Rules), rolesComment},
			{Object: o.clusterRoleBinding()},
		}
	}
	rbac := metav1.TypeMeta{APIVersion: rbacv1.SchemeGroupVersion.String()}
	role := &rbacv1.Role{TypeMeta: rbac, ObjectMeta: o.meta(o.Scope), Rules: o.Rules}
	binding := &rbacv1.RoleBinding{
		TypeMeta: rbac, ObjectMeta: o.meta(o.Scope), Subjects: o.subjects(),
		RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: o.Name},
	}
	role.Kind, binding.Kind = "Role", "RoleBinding"
	all := []Document{{role, rolesComment}, {Object: binding}}
	if len(o.ClusterRules) > 0 {
		all = append(all,
			Document{o.clusterRole(o.ClusterRules), "A backup notes which cluster it is of, and restore looks."},
			Document{Object: o.clusterRoleBinding()})
	}
	return all
}

// clusterName is unlike that of jobs in other namespaces, but for the usual one.
func (o *Options) clusterName() string {
	if o.Scope == "" && o.MakeNamespace {
		return o.Name
	}
	return o.Name + ":" + o.Namespace
}

func (o *Options) clusterRole(rules []rbacv1.PolicyRule) *rbacv1.ClusterRole {
	r := &rbacv1.ClusterRole{
		TypeMeta:   metav1.TypeMeta{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: "ClusterRole"},
		ObjectMeta: o.meta(""), Rules: rules,
	}
	r.Name = o.clusterName()
	return r
}

func (o *Options) clusterRoleBinding() *rbacv1.ClusterRoleBinding {
	b := &rbacv1.ClusterRoleBinding{
		TypeMeta:   metav1.TypeMeta{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: "ClusterRoleBinding"},
		ObjectMeta: o.meta(""), Subjects: o.subjects(),
		RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: o.clusterName()},
	}
	b.Name = o.clusterName()
	return b
}

func (o *Options) subjects() []rbacv1.Subject {
	return []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Namespace: o.Namespace, Name: o.Name}}
}
