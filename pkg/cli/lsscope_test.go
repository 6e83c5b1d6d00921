package cli

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

func TestScopeOfLs(t *testing.T) {
	blog := func(namespace string) verdict.ReleaseName {
		return verdict.ReleaseName{Namespace: namespace, Name: "blog"}
	}
	wiki := func(namespace string) verdict.ReleaseName {
		return verdict.ReleaseName{Namespace: namespace, Name: "wiki"}
	}
	for _, tt := range []struct {
		name      string
		namespace string
		all       bool
		files     []string
		args      []string
		want      verdict.Scope
	}{
		{name: "kubectl's namespace", want: verdict.Scope{Namespace: "default"}},
		{name: "-n", namespace: "shop", want: verdict.Scope{Namespace: "shop"}},
		{name: "-A", all: true, want: verdict.Scope{}},
		{name: "-A beats -n, as for kubectl", namespace: "shop", all: true, want: verdict.Scope{}},
		{name: "a release", namespace: "shop", args: []string{"blog"}, want: verdict.Scope{Namespace: "shop", Releases: []verdict.ReleaseName{blog("shop")}}},
		{name: "twice", namespace: "shop", args: []string{"blog", "blog"}, want: verdict.Scope{Namespace: "shop", Releases: []verdict.ReleaseName{blog("shop")}}},
		{name: "of all namespaces", all: true, args: []string{"blog"}, want: verdict.Scope{Releases: []verdict.ReleaseName{blog("")}}},
		{name: "of a namespace of its own", namespace: "shop", args: []string{"desk/blog"}, want: verdict.Scope{Namespace: "desk", Releases: []verdict.ReleaseName{blog("desk")}}},
		{name: "of several", namespace: "shop", args: []string{"desk/blog", "wiki"}, want: verdict.Scope{Releases: []verdict.ReleaseName{blog("desk"), wiki("shop")}}},
		{name: "files hold what they hold", files: []string{"x"}, want: verdict.Scope{}},
		{name: "files, and a namespace of them", files: []string{"x"}, namespace: "shop", want: verdict.Scope{Namespace: "shop"}},
	} {
		config := newConnectFlags()
		t.Setenv("KUBECONFIG", t.TempDir()+"/none") // not the developer's
		if tt.namespace != "" {
			config.Namespace = &tt.namespace
		}
		f := &lsFlags{source: sourceFlags{config: config, files: tt.files}, print: newPrintFlags(), allNamespaces: tt.all}
		o, err := f.options(tt.args, genericiooptions.NewTestIOStreamsDiscard())
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if diff := cmp.Diff(tt.want, o.scope); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestNearest(t *testing.T) {
	words := []string{"pre-install", "post-install", "pre-upgrade", "test"}
	for value, want := range map[string]string{
		"preupgrade": "pre-upgrade", "pre-instal": "pre-install", "POST-INSTALL": "post-install", "tset": "test", "week": "", "": "",
	} {
		if got := nearest(value, words); got != want {
			t.Errorf("nearest(%q) = %q, want %q", value, got, want)
		}
	}
}

func TestAge(t *testing.T) {
	for value, want := range map[string]string{
		"90m": "1h30m0s", "2d12h": "60h0m0s", "1w": "168h0m0s", "1y": "8760h0m0s", "1s": "1s",
		"": "error", "d": "error", "5": "error", "0s": "error", "-1d": "error", "1d2w": "error", "201y": "error", "999999999y": "error", "9999999999s": "error",
	} {
		var a age
		got := "error"
		if a.Set(value) == nil {
			got = a.String()
		}
		if got != want {
			t.Errorf("age %q is %s, want %s", value, got, want)
		}
	}
}
