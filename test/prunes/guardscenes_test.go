//go:build e2e

package prunes

import (
	"context"
	"fmt"
	"maps"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// guardCase is an orphan that a guard leaves alone.
type guardCase struct {
	// name is that of the guard or, where there are several cases of one, begins with it.
	name string
	play func(ctx context.Context, p *player) error
	// target is the orphan, as KIND/NAME. {ns} is the namespace.
	target string
	// allow lifts the guard, and flags are instead of it where --allow does not; without
	// either nobody can.
	allow, flags []string
	// oneByOne objects are only deleted when they are named.
	oneByOne bool
	// young is for what is too young unless somebody says otherwise.
	young bool
}

func (c guardCase) namespace(major int) string { return fmt.Sprintf("guard-%s-h%d", c.name, major) }

// guardCases are one for each guard at least. In each a bystander is an orphan as well,
// and has to stay.
func guardCases() []guardCase {
	return append(dataCases(), []guardCase{
		{
			name: "keep", target: "job/target",
			play: func(ctx context.Context, p *player) error {
				return p.leaves(ctx, manifest("Job", "target", hook("post-install"), annotated("helm.sh/resource-policy", "keep")), bystander())
			},
		},
		{
			// Both have dropped it, and either may be rolled back.
			name: "shared", target: "clusterrole/{ns}-target",
			play: func(ctx context.Context, p *player) error {
				both := []object{manifest("ClusterRole", "{{ .Release.Namespace }}-target", hook("pre-install,pre-upgrade")), bystander()}
				other := *p
				other.release += "-other"
				for _, do := range []func() error{
					func() error { return p.install(ctx, both...) }, func() error { return other.install(ctx, both[:1]...) },
					func() error { return p.upgrade(ctx) }, func() error { return other.upgrade(ctx) },
				} {
					if err := do(); err != nil {
						return err
					}
				}
				return nil
			},
		},
		{
			name: "owner", target: "serviceaccount/target",
			play: func(ctx context.Context, p *player) error {
				if err := p.leaves(ctx, manifest("ServiceAccount", "target", hook("pre-install")), bystander()); err != nil {
					return err
				}
				owner, err := stage.client.CoreV1().ServiceAccounts(p.Namespace).Get(ctx, "target", metav1.GetOptions{})
				if err != nil {
					return err
				}
				_, err = stage.client.CoreV1().ConfigMaps(p.Namespace).Create(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{
					Name: "dependent", OwnerReferences: []metav1.OwnerReference{{APIVersion: "v1", Kind: "ServiceAccount", Name: "target", UID: owner.UID}},
				}}, metav1.CreateOptions{})
				return err
			},
		},
		{
			name: "running", target: "job/target", allow: []string{"running"},
			play: func(ctx context.Context, p *player) error {
				hangs := manifest("Job", "target", hook("post-install"), outcome("hang"))
				if err := mustFail(p.chart(ctx, "install", []object{hangs, bystander()}, "--timeout=3s"), "failed"); err != nil {
					return err
				}
				return p.uninstall(ctx)
			},
		},
		{
			name: "evidence", target: "job/target", allow: []string{"evidence"},
			play: func(ctx context.Context, p *player) error {
				fails := manifest("Job", "target", hook("post-install"), outcome("fail"))
				return mustFail(p.install(ctx, fails, bystander()), "failed")
			},
		},
		{
			name: "author-choice", target: "job/target", allow: []string{"author-choice"},
			play: func(ctx context.Context, p *player) error {
				return p.install(ctx, manifest("Job", "target", hook("post-install,post-upgrade", "hook-failed")), bystander())
			},
		},
		{
			name: "referenced", target: "job/target", allow: []string{"referenced"},
			play: func(ctx context.Context, p *player) error {
				return p.install(ctx, manifest("Job", "target", hook("post-install,post-upgrade")),
					manifest("Deployment", "app", waitsFor("target")), bystander())
			},
		},
		{
			// No upgrade makes it again, and the release is there: two guards, and either alone
			// is enough.
			name: "not-recreated", target: "serviceaccount/target", allow: []string{"not-recreated", "supporting"},
			play: func(ctx context.Context, p *player) error {
				if err := p.install(ctx, manifest("ServiceAccount", "target", hook("pre-install")), bystander()); err != nil {
					return err
				}
				return p.upgrade(ctx)
			},
		},
		{
			name: "supporting", target: "serviceaccount/target", allow: []string{"supporting"},
			play: func(ctx context.Context, p *player) error {
				if err := p.install(ctx, manifest("ServiceAccount", "target", hook("pre-install,pre-upgrade")), bystander()); err != nil {
					return err
				}
				return p.upgrade(ctx)
			},
		},
		{
			name: "takes-effect", target: "service/target", allow: []string{"takes-effect"},
			play: func(ctx context.Context, p *player) error {
				return p.leaves(ctx, manifest("Service", "target", hook("pre-install")), bystander())
			},
		},
		{
			name: "too-young", target: "job/target", flags: []string{"--min-age=0s"}, young: true,
			play: func(ctx context.Context, p *player) error {
				return p.leaves(ctx, manifest("Job", "target", hook("post-install")), bystander())
			},
		},
	}...)
}

// dataCases are of the guard holds-data: Secrets and custom resources, and what has to
// be named besides.
func dataCases() []guardCase {
	group := "{{ .Release.Namespace }}.test"
	leaves := func(objects ...object) func(ctx context.Context, p *player) error {
		return func(ctx context.Context, p *player) error { return p.leaves(ctx, append(objects, bystander())...) }
	}
	once := hook("pre-install")
	widget := manifest("ConfigMap", "target", hook("post-install"))
	widget["apiVersion"], widget["kind"] = group+"/v1", "Widget"
	allow := []string{"holds-data"}
	return []guardCase{
		{name: "holds-data", target: "secret/target", allow: allow, play: leaves(manifest("Secret", "target", once))},
		{name: "holds-data-claim", target: "persistentvolumeclaim/target", allow: allow, oneByOne: true, play: leaves(manifest("PersistentVolumeClaim", "target", once))},
		{name: "holds-data-set", target: "statefulset/target", allow: allow, oneByOne: true, play: leaves(manifest("StatefulSet", "target", once))},
		{
			name: "holds-data-namespace", target: "namespace/{ns}-target", allow: allow, oneByOne: true,
			play: leaves(manifest("Namespace", "{{ .Release.Namespace }}-target", once, owned)),
		},
		{
			name: "holds-data-definition", target: "customresourcedefinition/widgets.{ns}.test", allow: allow, oneByOne: true,
			play: leaves(manifest("CustomResourceDefinition", "widgets."+group, once, owned, first, defines("widgets", "Widget", group))),
		},
		{name: "holds-data-custom", target: "widget/target", allow: allow, play: func(ctx context.Context, p *player) error {
			definition := manifest("CustomResourceDefinition", "widgets."+group, hook("pre-install"), owned, first,
				annotated("helm.sh/resource-policy", "keep"), defines("widgets", "Widget", group))
			return p.leaves(ctx, definition, widget, bystander())
		}},
		{name: "owner-definition", target: "customresourcedefinition/widgets.{ns}.test", play: func(ctx context.Context, p *player) error {
			definition := manifest("CustomResourceDefinition", "widgets."+group, once, owned, first, defines("widgets", "Widget", group))
			kept := maps.Clone(widget)
			kept["metadata"] = object{"name": "target", "annotations": object{"helm.sh/hook": "post-install", "helm.sh/resource-policy": "keep"}}
			return p.leaves(ctx, definition, kept, bystander())
		}},
		{name: "owner-namespace", target: "namespace/{ns}-target", play: func(ctx context.Context, p *player) error {
			if err := p.leaves(ctx, manifest("Namespace", "{{ .Release.Namespace }}-target", once, owned), bystander()); err != nil {
				return err
			}
			_, err := stage.client.CoreV1().ConfigMaps(p.Namespace+"-target").Create(ctx, &corev1.ConfigMap{
				ObjectMeta: metav1.ObjectMeta{Name: "somebody-s"},
			}, metav1.CreateOptions{})
			return err
		}},
	}
}
