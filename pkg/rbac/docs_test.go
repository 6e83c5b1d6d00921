package rbac_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/dump"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/rbac"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

var update = flag.Bool("update", false, "write docs/rbac.md anew")

const (
	docs  = "../../docs/rbac.md"
	begin = "<!-- made from code by `make golden`: %s -->\n"
	end   = "<!-- end -->\n"
)

// TestDocs holds that the tables in docs/rbac.md are what the code says.
func TestDocs(t *testing.T) {
	text, err := os.ReadFile(docs)
	if err != nil {
		t.Fatal(err)
	}
	want := string(text)
	for name, table := range map[string]string{"commands": commands(), "deletions": deletions(t)} {
		before, rest, ok := strings.Cut(want, fmt.Sprintf(begin, name))
		_, after, closed := strings.Cut(rest, end)
		if !ok || !closed {
			t.Fatalf("%s has no place for the table of %s", docs, name)
		}
		want = before + fmt.Sprintf(begin, name) + table + end + after
	}
	if *update {
		if err := os.WriteFile(docs, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(text), want); diff != "" {
		t.Errorf("docs/rbac.md is not what the code says (-file +code; make golden writes it anew):\n%s", diff)
	}
}

// commands is the table of what is needed, and by which commands.
func commands() string {
	var order []string
	by := make(map[string][]string)
	for _, c := range rbac.Commands() {
		for _, n := range rbac.Needs(c) {
			row := fmt.Sprintf("| %s | %s | %s |", strings.Join(n.Verbs, ", "), n.On, n.For)
			if by[row] == nil {
				order = append(order, row)
			}
			by[row] = append(by[row], "`"+string(c)+"`")
		}
	}
	var b strings.Builder
	b.WriteString("| verbs | on | for | commands |\n|---|---|---|---|\n")
	for _, row := range order {
		fmt.Fprintf(&b, "%s %s |\n", row, strings.Join(by[row], ", "))
	}
	return b.String()
}

// deletions is the table of the kinds of Kubernetes that flags let go.
func deletions(t *testing.T) string {
	t.Helper()
	e, err := dump.Open(t.Context(), []string{"../../deploy/kubernetes.json"}, nil, dump.Options{})
	if err != nil {
		t.Fatal(err)
	}
	kinds := append(slices.Clone(e.Snapshot().Kinds), snapshot.Kind{Group: "example.com", Version: "v1", Resource: "custom resources", Kind: "Widget"})
	rest := make(map[string]bool)
	for _, k := range kinds {
		rest[nameOf(k)] = true
	}
	var b strings.Builder
	b.WriteString("| flags | kinds |\n|---|---|\n")
	for _, row := range []struct {
		flags string
		allow []verdict.Guard
	}{
		{"none", nil},
		{"`--allow=holds-data`: these as well", []verdict.Guard{verdict.GuardHoldsData}},
		{"`--allow=takes-effect`: these as well", []verdict.Guard{verdict.GuardTakesEffect}},
	} {
		var names []string
		for _, k := range kinds {
			if name := nameOf(k); rest[name] && verdict.Deletable(k, row.allow) {
				names = append(names, name)
				delete(rest, name)
			}
		}
		fmt.Fprintf(&b, "| %s | %s |\n", row.flags, strings.Join(names, ", "))
	}
	var named []string
	for name := range rest {
		named = append(named, name)
	}
	slices.Sort(named)
	fmt.Fprintf(&b, "| named as KIND/NAME, with `--allow=holds-data`; a job never does | %s |\n", strings.Join(named, ", "))
	return b.String()
}

func nameOf(k snapshot.Kind) string {
	if k.Group == "example.com" {
		return "custom resources"
	}
	return "`" + k.Name() + "`"
}

// TestRules: one rule for what is alike, none for what there is not, and of a namespace
// only what is in it.
func TestRules(t *testing.T) {
	kinds := []snapshot.Kind{
		{Version: "v1", Resource: "secrets", Kind: "Secret", Namespaced: true},
		{Version: "v1", Resource: "namespaces", Kind: "Namespace"},
		{Group: "batch", Version: "v1", Resource: "jobs", Kind: "Job", Namespaced: true},
		{Group: "helm.toolkit.fluxcd.io", Version: "v2", Resource: "helmreleases", Kind: "HelmRelease", Namespaced: true},
	}
	for name, c := range map[string]struct {
		command rbac.Command
		scope   rbac.Scope
		want    []string
	}{
		"everywhere": {
			rbac.PruneDry,
			rbac.Scope{Kinds: kinds[:3], Chosen: kinds[2:3]},
			[]string{" configmaps,pods,secrets get,list", " namespaces list", " namespaces get kube-system", "batch jobs get,list"},
		},
		"a namespace": {
			rbac.Backup,
			rbac.Scope{Namespace: "shop", Kinds: kinds, Chosen: kinds[2:3], Deleted: kinds[2:3]},
			[]string{
				" pods/log get", " configmaps,pods,secrets get,list", " namespaces get shop", "batch jobs get,list,delete",
				"helm.toolkit.fluxcd.io helmreleases get,list",
			},
		},
	} {
		var got []string
		for _, r := range rbac.Rules(rbac.Needs(c.command), c.scope) {
			text := r.APIGroups[0] + " " + strings.Join(r.Resources, ",") + " " + strings.Join(r.Verbs, ",")
			if len(r.ResourceNames) > 0 {
				text += " " + r.ResourceNames[0]
			}
			got = append(got, text)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
