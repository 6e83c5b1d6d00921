package uses_test

import (
	"strings"
	"testing"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/uses"
)

func TestFilter(t *testing.T) {
	ref := func(kind, name string) snapshot.ObjectRef {
		return snapshot.ObjectRef{Kind: kind, Namespace: "shop", Name: name}
	}
	named := uses.NewFilter([]snapshot.ObjectRef{ref("Job", "blog-migrate"), ref("Role", "system:blog")})
	for text, want := range map[string]bool{
		"args: [wait, job/blog-migrate]":                  true,
		"--job=blog-migrate,":                             true,
		"host: blog-migrate.shop.svc":                     true,
		"name: system:blog":                               true,
		"name: blog-migrate-2":                            false,
		"name: my-blog-migrate":                           false,
		"name: blog":                                      false,
		`name: "blog\u002dmigrate"`:                       true, // nobody reads escapes here
		strings.Repeat("x: y\n", 1000):                    false,
		strings.Repeat("x: y\n", 9) + "a: [blog-migrate]": true,
		"": false,
	} {
		if got := named.Wants("Deployment", text); got != want {
			t.Errorf("Wants(%.60q) = %v, want %v", text, got, want)
		}
	}
	for _, tt := range []struct {
		of, kind string
		want     bool
	}{
		{"PersistentVolumeClaim", "StatefulSet", true},
		{"PersistentVolumeClaim", "Deployment", false},
		{"Service", "Deployment", true},
		{"NetworkPolicy", "Pod", true},
		{"PodDisruptionBudget", "Pod", true},
		{"ClusterRole", "ClusterRole", true},
		{"ClusterRole", "Deployment", false},
		{"Job", "StatefulSet", false},
		{"RoleBinding", "ServiceAccount", true},
		{"ClusterRoleBinding", "ServiceAccount", true},
		{"RoleBinding", "Role", false},
	} {
		f := uses.NewFilter([]snapshot.ObjectRef{ref(tt.of, "x")})
		if got := f.Wants(tt.kind, "kind: "+tt.kind); got != tt.want {
			t.Errorf("a %s without the name of a wanted %s: Wants = %v, want %v", tt.kind, tt.of, got, tt.want)
		}
	}
}

func BenchmarkFilter(b *testing.B) {
	var refs []snapshot.ObjectRef
	for i := range 1000 {
		refs = append(refs, snapshot.ObjectRef{Kind: "Job", Name: "release-" + strings.Repeat("x", i%7) + "-migrate"})
	}
	f := uses.NewFilter(refs)
	text := strings.Repeat("        - name: some-container\n          image: registry.example.com/app:1.2.3\n", 500)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if f.Wants("Deployment", text) {
			b.Fatal("it is wanted")
		}
	}
}
