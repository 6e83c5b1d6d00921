package main

import (
	"fmt"
	"slices"
	"strings"
)

// A program is one binary to build. With a version it is installed from its own
// module with that module's locked dependencies, so that it is what its
// authors released; without one it is built from the tools module.
type program struct {
	name    string
	pkg     string
	version string

	// asset tells that KUBEBUILDER_ASSETS may hold the program.
	asset bool
	// kubernetes tells that the Kubernetes version must be linked in: clients
	// cannot parse the placeholder that stands there otherwise.
	kubernetes bool
	// sources are files of the tools module that the program is made of.
	sources []string
}

// table is the one place that names the programs and the versions that go.mod
// does not.
func table() []program {
	return []program{
		{name: "etcd", pkg: "./etcd", asset: true, sources: []string{"etcd/main.go"}},
		{name: "kube-apiserver", pkg: "k8s.io/kubernetes/cmd/kube-apiserver", asset: true, kubernetes: true},
		{name: "kube-controller-manager", pkg: "k8s.io/kubernetes/cmd/kube-controller-manager", kubernetes: true},
		{name: "kube-scheduler", pkg: "k8s.io/kubernetes/cmd/kube-scheduler", kubernetes: true},
		{name: "kubectl", pkg: "k8s.io/kubernetes/cmd/kubectl", asset: true, kubernetes: true},
		{name: "kwok", pkg: "sigs.k8s.io/kwok/cmd/kwok", version: "v0.8.0"},
		{name: "helm3", pkg: "helm.sh/helm/v3/cmd/helm", version: "v3.22.0"},
		{name: "helm4", pkg: "helm.sh/helm/v4/cmd/helm", version: "v4.3.1"},
	}
}

// choose returns the programs that the comma-separated list names, in the
// order of the table; an empty list means all.
func choose(programs []program, list string) ([]program, error) {
	if list == "" {
		return programs, nil
	}
	var names []string
	for _, p := range programs {
		names = append(names, p.name)
	}
	wanted := map[string]bool{}
	for _, name := range strings.Split(list, ",") {
		name = strings.TrimSpace(name)
		if !slices.Contains(names, name) {
			return nil, fmt.Errorf("no program %q; there are %s", name, strings.Join(names, ", "))
		}
		wanted[name] = true
	}
	return slices.DeleteFunc(slices.Clone(programs), func(p program) bool { return !wanted[p.name] }), nil
}
