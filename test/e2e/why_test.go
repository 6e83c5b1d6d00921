//go:build e2e

package e2e

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/render"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
)

func TestWhyOfAnObject(t *testing.T) {
	t.Parallel()
	kubectl := filepath.Join(stage.Cluster.BinDir, "kubectl")
	r := execute(t, stage.Cluster.Kubeconfig, kubectl, "helmhooks", "why", "pvc/guestbook-redis-backup-2", "-n", guestbook4).must(t)
	if want := "PersistentVolumeClaim guestbook-h4/guestbook-redis-backup-2 is an orphan: its release no longer declares it (Dropped).\n"; !strings.HasPrefix(r.stdout, want) {
		t.Errorf("why begins with %s, want %s", r.stdout, want)
	}
	for _, want := range []string{
		`\n  belongs to  guestbook in guestbook-h4 +revision 3 declares it\n`,
		`\n  made by     helm +owns annotation helm.sh/hook, 20`, `\n +revision 3's run +Succeeded, began `,
		`\n  declared    revision 3 +superseded: pre-upgrade, weight 0, no delete policy\n`,
		`\n  release     deployed +revision 4, written .*, chart guestbook-`,
		`\n  prune       refuses +guard referenced: job/guestbook-redis-backup-2 `, `\n +refuses +guard holds-data: a PersistentVolumeClaim holds data\n`,
		`\n  to delete   kubectl helmhooks prune pvc/guestbook-redis-backup-2 -n guestbook-h4 --min-age=0 --allow=`,
	} {
		if !regexp.MustCompile(want).MatchString(r.stdout) {
			t.Errorf("why does not say %q:\n%s", want, r.stdout)
		}
	}
	// Any of a kind's names will do, and of kinds without a namespace -n says nothing.
	for _, name := range []string{"persistentvolumeclaims/guestbook-redis-backup-2", "PersistentVolumeClaim/guestbook-redis-backup-2"} {
		if got := plugin(t, "why", name, "-n", guestbook4).must(t).stdout; ageless(got) != ageless(r.stdout) {
			t.Errorf("why %s says\n%s", name, got)
		}
	}
	scoped := plugin(t, "why", "clusterrole/everyhook-h4-everyhook-cluster-scoped", "-n", shop)
	if scoped.code != 0 || !strings.HasPrefix(scoped.stdout, "ClusterRole everyhook-h4-everyhook-cluster-scoped is ") {
		t.Errorf("why of a ClusterRole: %+v", scoped)
	}
}

// ageless leaves out how old the object is, which differs from second to second.
func ageless(text string) string { return regexp.MustCompile(` \w+ old`).ReplaceAllString(text, "") }

func TestWhyOfARelease(t *testing.T) {
	t.Parallel()
	kubectl := filepath.Join(stage.Cluster.BinDir, "kubectl")
	r := execute(t, stage.Cluster.Kubeconfig, kubectl, "helmhooks", "why", "guestbook", "-n", guestbook4).must(t)
	if want := "Release guestbook-h4/guestbook is deployed at revision 4, chart guestbook-1.3.0 (4 records in secrets)\n\n"; !strings.HasPrefix(r.stdout, want) {
		t.Errorf("why begins with %s, want %s", r.stdout, want)
	}
	for _, want := range []string{"backup-1 is tracked: it supports a release that lives (PartOfRelease).", "backup-2 is an orphan: "} {
		if !strings.Contains(r.stdout, want) {
			t.Errorf("why does not say %q:\n%s", want, r.stdout)
		}
	}
	// A release whose hooks are all gone is told of, too.
	quiet := plugin(t, "why", "quiet", "-n", scene("quiet", 4)).must(t).stdout
	if !strings.HasPrefix(quiet, "Release quiet-h4/quiet is deployed at revision 2") || !strings.HasSuffix(quiet, "None of its hook objects is there.\n") {
		t.Errorf("why of a release without hook objects:\n%s", quiet)
	}
}

// TestWhyForPrograms: the same list as of ls, with explanations, as the schema says.
func TestWhyForPrograms(t *testing.T) {
	t.Parallel()
	root, err := cluster.RepositoryRoot()
	if err != nil {
		t.Fatal(err)
	}
	schema, err := jsonschema.NewCompiler().Compile(filepath.Join(root, "docs", "schema", "v1.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"guestbook", "-n", guestbook4}, {"pvc/guestbook-redis-backup-1", "-n", guestbook3}, {"everyhook", "-n", everyhook4}} {
		out := plugin(t, append([]string{"why", "-o", "json"}, args...)...).must(t).stdout
		instance, err := jsonschema.UnmarshalJSON(strings.NewReader(out))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(instance); err != nil {
			t.Errorf("why %v -o json: %v", args, err)
		}
		var list render.HookObjectList
		if err := json.Unmarshal([]byte(out), &list); err != nil {
			t.Fatal(err)
		}
		if len(list.Items) == 0 {
			t.Errorf("why %v -o json has no items", args)
		}
		for _, h := range list.Items {
			if len(h.Explanation) < 4 || h.Verdict == nil {
				t.Errorf("why %v -o json explains %s by %v", args, id(h), h.Explanation)
			}
		}
	}
}

func TestWhyOfWhatIsNotThere(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ args, want string }{
		{"jbo/x -n shop", `error: "jbo" is not a kind that is known here: did you mean job?`},
		{"zzzzzz/x -n shop", `error: "zzzzzz" is not a kind that is known here: kubectl api-resources lists them; `},
		{"job/nope -n shop", `error: no hook object job/nope in namespace "shop"; -n chooses another, -A looks in all`},
		{"job/nope -A", `error: no hook object job/nope in any namespace`},
		{"clusterrole/nope -n shop", `error: no hook object clusterrole/nope in any namespace`},
		{"nope -n shop", `error: no record and no hook object of release "nope" in namespace "shop"`},
		{"job/ -n shop", `error: "job/" is neither KIND/NAME nor a RELEASE`},
		{"blog -n shop -o wide", `error: --output "wide" is not a format (one of: json, yaml)`},
	} {
		r := plugin(t, append([]string{"why"}, strings.Fields(tt.args)...)...)
		if r.code != 1 || r.stdout != "" || !strings.HasPrefix(r.stderr, tt.want) || strings.Count(r.stderr, "\n") != 1 {
			t.Errorf("why %s: %+v, want one line that begins with %s", tt.args, r, tt.want)
		}
	}
}

// TestExitCodes: with --exit-code programs see what people read.
func TestExitCodes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		args string
		want int
	}{
		{"ls -n guestbook-h4", 0},
		{"ls -n guestbook-h4 --exit-code", 2},
		{"ls -n guestbook-h4 --exit-code --verdict tracked", 0},
		{"ls -n guestbook-h4 --exit-code --orphans", 2},
		{"ls -n guestbook-h4 --exit-code --reason dropped", 2},
		{"ls -n guestbook-h4 --exit-code --reason !Dropped -o json", 2},
		{"ls -n guestbook-h4 --exit-code --reason ReleaseGone", 0},
		{"ls -n kube-public --exit-code", 0},
	} {
		if r := plugin(t, strings.Fields(tt.args)...); r.code != tt.want {
			t.Errorf("%s: %+v, want %d", tt.args, r, tt.want)
		}
	}
	const user = "exit-coder"
	// It may not know of Helm's records, nor of other kinds.
	grant(t, user, guestbook4, rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"persistentvolumeclaims"}, Verbs: []string{"get", "list"}})
	if r := as(t, user, "ls", "-n", guestbook4, "--exit-code"); r.code != 3 || r.stdout == "" {
		t.Errorf("ls --exit-code with rights in one namespace: %+v, want 3", r)
	}
}
