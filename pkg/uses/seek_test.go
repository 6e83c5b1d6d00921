package uses_test

import (
	"testing"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/uses"
)

// A record speaks if it has the name of what is sought, and its namespace in any of its
// texts or as its own; or if it can mean it without its name.
func TestSeeker(t *testing.T) {
	sought := func(kind, namespace, name string) uses.Sought {
		return uses.Sought{ObjectRef: snapshot.ObjectRef{Kind: kind, Namespace: namespace, Name: name}}
	}
	account, role := sought("ServiceAccount", "shop", "blog-seeder"), sought("ClusterRole", "", "system:blog")
	generated := sought("Job", "shop", "seed-x7k2p")
	generated.GenerateName = "seed-"
	claim, service := sought("PersistentVolumeClaim", "shop", "data-db-0"), sought("Service", "shop", "web")
	const elsewhere = "desk"
	for _, tt := range []struct {
		name      string
		of        uses.Sought
		namespace string
		texts     []string
		want      bool
	}{
		{"nothing is said", account, elsewhere, nil, false},
		{"its name, in a release of its namespace", account, "shop", []string{"serviceAccountName: blog-seeder\n"}, true},
		{"its name, in a release of another namespace", account, elsewhere, []string{"serviceAccountName: blog-seeder\n"}, false},
		{"its name and its namespace", account, elsewhere, []string{"namespace: shop\nserviceAccountName: blog-seeder\n"}, true},
		{"its name and its namespace in two texts", account, elsewhere, []string{"serviceAccountName: 'blog-seeder'", `{"namespace":"shop"}`}, true},
		{"a longer name", account, "shop", []string{"serviceAccountName: blog-seeder-2\n"}, false},
		{"a part of its name", account, "shop", []string{"serviceAccountName: seeder\n"}, false},
		{"a domain", sought("Service", "shop", "db"), elsewhere, []string{"host: db.shop.svc"}, true},
		{"without a namespace", role, elsewhere, []string{"roleRef: {name: system:blog}"}, true},
		{"what its name is made from", generated, "shop", []string{"generateName: seed-\n"}, true},
		{"its name as made", generated, "shop", []string{"args: [wait, job/seed-x7k2p]"}, true},
		{"an escape that may hide a name", account, elsewhere, []string{`name: "blog\x2dseeder"`}, true},
		{"an escape in Unicode", account, elsewhere, []string{`name: "blog\u002dseeder"`}, true},
		{"a name on two lines", account, elsewhere, []string{"name: \"blog-\\\n  seeder\""}, true},
		{"a name that goes on after a line of another kind", account, elsewhere, []string{"name: \"blog-\\\u0085seeder\""}, true},
		{"a backslash that hides nothing", account, elsewhere, []string{`match: "\\usr\.\d+\n"`}, false},
		{"a script on several lines", account, elsewhere, []string{"args:\n- |\n  curl \\\n    --fail\n"}, false},
		{"a backslash at the end", account, elsewhere, []string{`x: \`}, false},
		{"after an escape", account, "shop", []string{`args: ["set -e\nblog-seeder"]`}, true},
		{"after any escape", account, "shop", []string{`args: ["a\_blog-seeder"]`}, true},
		{"after a backslash that is none", account, "shop", []string{`args: [C:\blog-seeder]`}, true},
		{"in base64", account, elsewhere, []string{"name: !!binary YmxvZy1zZWVkZXI="}, true},
		{"in base64, by a whole tag", account, elsewhere, []string{"name: !<tag:yaml.org,2002:binary> YmxvZy1zZWVkZXI="}, true},
		{"in base64, by a tag that is escaped", account, elsewhere, []string{"name: !!%62inary YmxvZy1zZWVkZXI="}, true},
		{"exclamations", account, elsewhere, []string{"args: ['#!/bin/sh', '[ ! -f x ] && a != b', 'hello!']"}, false},
		{"very many words", sought("ClusterRole", "", "a.a.a.a.a.a.a.a.a.a.a.a.b"), elsewhere, []string{"name: x"}, true},
		{"many words", sought("ClusterRole", "", "a.a.a.a.a.a.a.a.a.a.a.b"), elsewhere, []string{"name: a.a.a.a.a.a.a.a.a.a.a.a.a.b"}, true},
		{"a name of several words", sought("ClusterRole", "", "a.b:c"), elsewhere, []string{"name: x.a.b:c.d"}, true},
		{"half of them", sought("ClusterRole", "", "a.b:c"), elsewhere, []string{"name: a.b"}, false},
		{"a name that begins with no word", sought("ClusterRole", "", ":admin"), elsewhere, []string{"name: x"}, true},
		{"a name with other characters", sought("ClusterRole", "", "my role"), elsewhere, []string{"name: x"}, true},
		{"numbered claims", claim, elsewhere, []string{"kind: StatefulSet\nmetadata: {namespace: shop}"}, true},
		{"numbered claims elsewhere", claim, elsewhere, []string{"kind: StatefulSet\n"}, false},
		{"no numbered claims", claim, "shop", []string{"kind: Deployment\n"}, false},
		{"what selects", service, "shop", []string{"kind: Deployment\n"}, true},
		{"what selects elsewhere", service, elsewhere, []string{"kind: Deployment\n"}, false},
		{"a role that takes over others", role, elsewhere, []string{"kind: ClusterRole\naggregationRule: {}"}, true},
		{"that takes over no account", account, "shop", []string{"kind: ClusterRole\naggregationRule: {}"}, false},
	} {
		search := uses.NewSeeker([]uses.Sought{tt.of, sought("Job", "hall", "other")}).Search()
		for _, text := range tt.texts {
			search.Add([]byte(text))
		}
		of, any := search.Found(tt.namespace)
		if got := any || len(of) > 0; got != tt.want {
			t.Errorf("%s: found %v, any %v, want %v", tt.name, of, any, tt.want)
		}
		if len(of) > 1 || len(of) == 1 && of[0] != tt.of.ObjectRef {
			t.Errorf("%s: found %v, want one", tt.name, of)
		}
	}
}
