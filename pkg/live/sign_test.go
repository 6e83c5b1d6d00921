package live

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

func kindOf(group, kind string) snapshot.Kind {
	return snapshot.Kind{Group: group, Version: "v1", Kind: kind, Resource: strings.ToLower(kind) + "s", Namespaced: true}
}

func TestWitnesses(t *testing.T) {
	yes := true
	owned := metav1.OwnerReference{Kind: "Widget", Name: "w", UID: "w"}
	controlled := owned
	controlled.Controller = &yes
	now := metav1.Now()
	deployment, service, config := kindOf("apps", "Deployment"), kindOf("", "Service"), kindOf("", "ConfigMap")
	type annotations = map[string]string
	helm := annotations{releaseName: "blog", releaseNamespace: "shop"}
	with := func(key, value string) annotations {
		a := annotations{key: value}
		for k, v := range helm {
			a[k] = v
		}
		return a
	}
	instance := map[string]string{"app.kubernetes.io/instance": "wiki"}
	for _, tt := range []struct {
		name string
		kind snapshot.Kind
		meta metav1.ObjectMeta
		want string
	}{
		{"nothing", deployment, metav1.ObjectMeta{}, ""},
		{"annotated", config, metav1.ObjectMeta{Annotations: helm}, "ownership-annotation shop/blog"},
		{"annotated, with an owner", config, metav1.ObjectMeta{Annotations: helm, OwnerReferences: []metav1.OwnerReference{owned}}, "ownership-annotation shop/blog"},
		{"half annotated", config, metav1.ObjectMeta{Annotations: annotations{releaseName: "blog"}}, ""},
		{"kept", config, metav1.ObjectMeta{Annotations: with("helm.sh/resource-policy", "")}, ""},
		{"a kept workload", deployment, metav1.ObjectMeta{Annotations: with("helm.sh/resource-policy", "keep"), Labels: instance}, "instance-label desk/wiki"},
		{"a hook", config, metav1.ObjectMeta{Annotations: with("helm.sh/hook", "test")}, ""},
		{"a labelled hook", deployment, metav1.ObjectMeta{Annotations: annotations{"helm.sh/hook": ""}, Labels: instance}, ""},
		{"a claim", kindOf("", "PersistentVolumeClaim"), metav1.ObjectMeta{Annotations: helm, Labels: instance}, ""},
		{"a controller's", config, metav1.ObjectMeta{Annotations: helm, OwnerReferences: []metav1.OwnerReference{controlled}}, ""},
		{"going away", deployment, metav1.ObjectMeta{Annotations: helm, Labels: instance, DeletionTimestamp: &now}, ""},
		{"labelled", deployment, metav1.ObjectMeta{Labels: instance}, "instance-label desk/wiki"},
		{"a labelled StatefulSet", kindOf("apps", "StatefulSet"), metav1.ObjectMeta{Labels: instance}, "instance-label desk/wiki"},
		{"a labelled DaemonSet of old", kindOf("extensions", "DaemonSet"), metav1.ObjectMeta{Labels: instance}, "instance-label desk/wiki"},
		{"a labelled Service", service, metav1.ObjectMeta{Labels: map[string]string{"release": "wiki"}}, "instance-label desk/wiki"},
		{"labelled twice", service, metav1.ObjectMeta{Labels: map[string]string{"release": "a", "app.kubernetes.io/instance": "b"}}, "instance-label desk/b, instance-label desk/a"},
		{"labelled twice alike", service, metav1.ObjectMeta{Labels: map[string]string{"release": "a", "app.kubernetes.io/instance": "a"}}, "instance-label desk/a"},
		{"labelled, with an owner", deployment, metav1.ObjectMeta{Labels: instance, OwnerReferences: []metav1.OwnerReference{owned}}, ""},
		{"of a kind that stays", config, metav1.ObjectMeta{Labels: instance}, ""},
		{"of another group", kindOf("example.com", "Service"), metav1.ObjectMeta{Labels: instance}, ""},
		{"both", deployment, metav1.ObjectMeta{Annotations: helm, Labels: instance}, "ownership-annotation shop/blog, instance-label desk/wiki"},
		{"both alike", deployment, metav1.ObjectMeta{
			Annotations: annotations{releaseName: "wiki", releaseNamespace: "desk"}, Labels: instance,
		}, "ownership-annotation desk/wiki"},
	} {
		tt.meta.Namespace, tt.meta.Name, tt.meta.UID = "desk", "x", "u"
		var got []string
		traits := TraitsOf(&tt.meta)
		Shows(tt.kind, &traits, func(shown Showing) {
			w := shown.By(tt.kind, &traits)
			got = append(got, string(w.Mark)+" "+w.Namespace+"/"+w.Release)
			want := snapshot.ObjectRef{APIVersion: tt.kind.APIVersion(), Kind: tt.kind.Kind, Namespace: "desk", Name: "x", UID: "u"}
			if diff := cmp.Diff(want, w.Object); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.name, diff)
			}
		})
		if got := strings.Join(got, ", "); got != tt.want {
			t.Errorf("%s: witnesses %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestDependsOn(t *testing.T) {
	refs := []metav1.OwnerReference{
		{APIVersion: "batch/v1", Kind: "Job", UID: "job"}, {APIVersion: "example.com/v1", Kind: "Job", UID: "other"}, {Kind: "ConfigMap", UID: "cm"}, {Kind: "Secret"},
	}
	traits := TraitsOf(&metav1.ObjectMeta{OwnerReferences: refs})
	for _, tt := range []struct {
		kind snapshot.Kind
		want []string
	}{
		{kindOf("", "Pod"), []string{"other", "cm"}},
		{kindOf("", "Secret"), []string{"job", "other", "cm"}},
	} {
		if diff := cmp.Diff(tt.want, DependsOn(tt.kind, &traits)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.kind.Kind, diff)
		}
	}
}

func TestTerminatingNamespace(t *testing.T) {
	now := metav1.Now()
	going := TraitsOf(&metav1.ObjectMeta{DeletionTimestamp: &now})
	if !TerminatingNamespace(kindOf("", "Namespace"), &going) || TerminatingNamespace(kindOf("", "Secret"), &going) ||
		TerminatingNamespace(kindOf("", "Namespace"), &Traits{}) {
		t.Error("only a namespace that is being deleted is one")
	}
}

// The names that Flux gives, as its own tests have them where they are long.
func TestHelmRelease(t *testing.T) {
	const long = "release-name-with-very-long-name-which-is-longer-than-53-characters"
	for _, tt := range []struct{ name, spec, want string }{
		{"blog", ``, "blog in flux, stored in flux"},
		{"blog", `null`, "blog in flux, stored in flux"},
		{"blog", `{"targetNamespace":"shop"}`, "shop-blog in shop, stored in flux"},
		{"blog", `{"releaseName":"b","targetNamespace":"shop","storageNamespace":"store","values":{"releaseName":7}}`, "b in shop, stored in store"},
		{long, `{}`, "release-name-with-very-long-name-which-i-788ca0d0d7b0 in flux, stored in flux"},
		{"blog", `{"releaseName":"` + long + `"}`, "release-name-with-very-long-name-which-i-788ca0d0d7b0 in flux, stored in flux"},
		{"very-long-name-which-is-longer-than-53-characters", `{"targetNamespace":"another-release-name-with"}`, "another-release-name-with-very-long-name-7e72150d5a36 in another-release-name-with, stored in flux"},
	} {
		h, err := HelmRelease(snapshot.FluxName{Namespace: "flux", Name: tt.name}, []byte(tt.spec))
		if err != nil {
			t.Fatal(err)
		}
		if got := h.Release + " in " + h.Target + ", stored in " + h.Storage; got != tt.want || h.Name != tt.name || h.Namespace != "flux" || h.Missing {
			t.Errorf("%s: %+v is %s, want %s", tt.spec, h, got, tt.want)
		}
	}
	if _, err := HelmRelease(snapshot.FluxName{}, []byte(`{"releaseName":7}`)); err == nil {
		t.Error("a name that is a number is no error")
	}
}

func TestHeldBy(t *testing.T) {
	meta := func(namespace, name string) metav1.ObjectMeta {
		return metav1.ObjectMeta{Namespace: namespace, Name: name}
	}
	for _, tt := range []struct {
		kind snapshot.Kind
		meta metav1.ObjectMeta
		want string
	}{
		{kindOf("", "ConfigMap"), meta("shop", "a"), "Namespace/shop"},
		{kindOf("", "ConfigMap"), meta("shop", "kube-root-ca.crt"), ""},
		{kindOf("", "ServiceAccount"), meta("shop", "default"), ""},
		{kindOf("", "Secret"), meta("shop", "default"), "Namespace/shop"},
		{kindOf("", "PersistentVolume"), meta("", "a"), ""},
		{kindOf("example.com", "Widget"), meta("shop", "a"), "Namespace/shop CustomResourceDefinition/widgets.example.com"},
		{kindOf("example.com", "ServiceAccount"), meta("", "default"), "CustomResourceDefinition/serviceaccounts.example.com"},
	} {
		traits := TraitsOf(&tt.meta)
		got := strings.Join(HeldBy(tt.kind, &traits), " ")
		if got != tt.want {
			t.Errorf("%s %s is held by %q, want %q", tt.kind.Name(), tt.meta.Name, got, tt.want)
		}
	}
	for _, tt := range []struct {
		object snapshot.Object
		want   string
	}{
		{snapshot.Object{APIVersion: "v1", Kind: "Namespace", Name: "shop"}, "Namespace/shop"},
		{snapshot.Object{APIVersion: "example.com/v1", Kind: "Namespace", Name: "shop"}, ""},
		{snapshot.Object{APIVersion: "apiextensions.k8s.io/v1", Kind: "CustomResourceDefinition", Name: "a.b"}, "CustomResourceDefinition/a.b"},
		{snapshot.Object{APIVersion: "v1", Kind: "ConfigMap", Namespace: "shop", Name: "a"}, ""},
	} {
		if got := HolderKey(&tt.object); got != tt.want {
			t.Errorf("the key of %s is %q, want %q", tt.object.Kind, got, tt.want)
		}
	}
}
