//go:build e2e

package e2e

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/render"
)

type keep func(render.HookObject) bool

func phase(phases ...string) keep {
	return func(h render.HookObject) bool {
		return slices.ContainsFunc(phases, func(p string) bool { return slices.Contains(h.Hook.Phases, p) })
	}
}

func policy(word string) keep {
	return func(h render.HookObject) bool { return slices.Contains(h.Hook.DeletePolicies, word) }
}

func kind(kinds ...string) keep {
	return func(h render.HookObject) bool { return slices.Contains(kinds, h.Object.Kind) }
}

func state(states ...string) keep {
	return func(h render.HookObject) bool { return slices.Contains(states, h.Status.State) }
}

func labelled(key, value string) keep {
	return func(h render.HookObject) bool { return h.Metadata.Labels[key] == value }
}

// ended tells how long ago a run ended or, if none did, the object was made.
func ended(h render.HookObject) time.Duration {
	if h.Status.Finished != nil {
		return time.Since(h.Status.Finished.Time)
	}
	return time.Since(h.Metadata.CreationTimestamp.Time)
}

func all(conditions ...keep) keep {
	return func(h render.HookObject) bool {
		return !slices.ContainsFunc(conditions, func(k keep) bool { return !k(h) })
	}
}

func not(k keep) keep { return func(h render.HookObject) bool { return !k(h) } }

func none(h render.HookObject) bool { return !h.Hook.DeletePolicySet }

func unknown(h render.HookObject) bool {
	return slices.ContainsFunc(h.Hook.DeletePolicies, func(w string) bool {
		return w != "before-hook-creation" && w != "hook-succeeded" && w != "hook-failed"
	})
}

const day = 24 * time.Hour

// TestFilters holds each filter against one of its own over the whole list.
func TestFilters(t *testing.T) {
	t.Parallel()
	everything := list(t, "-A")
	for _, tt := range []struct {
		args  string
		keeps keep
		least int // as many at least must remain, lest the test tests nothing
	}{
		{"--phase pre-install", phase("pre-install"), 10},
		{"--phase post-install", phase("post-install"), 10},
		{"--phase pre-upgrade", phase("pre-upgrade"), 10},
		{"--phase post-upgrade", phase("post-upgrade"), 10},
		{"--phase pre-rollback", phase("pre-rollback"), 2},
		{"--phase post-rollback", phase("post-rollback"), 1},
		{"--phase pre-delete", phase("pre-delete"), 2},
		{"--phase post-delete", phase("post-delete"), 2},
		{"--phase test", phase("test"), 3},
		{"--phase TEST-SUCCESS", phase("test"), 3},
		{"--phase pre-delete,test --phase post-delete", phase("pre-delete", "test", "post-delete"), 6},
		{"--policy BHC", policy("before-hook-creation"), 4},
		{"--policy hook-succeeded", policy("hook-succeeded"), 0},
		{"--policy hf", policy("hook-failed"), 3},
		{"--policy none", none, 20},
		{"--policy unknown", unknown, 6},
		{"--policy unknown,hf", func(h render.HookObject) bool { return unknown(h) || policy("hook-failed")(h) }, 9},
		{"--kind job", kind("Job"), 20},
		{"--kind cm", kind("ConfigMap"), 20},
		{"--kind Pods", kind("Pod"), 3},
		{"--kind clusterroles.rbac.authorization.k8s.io,crd", kind("ClusterRole", "CustomResourceDefinition"), 6},
		{"--kind widgets", kind("Widget"), 2}, // a kind in several groups
		{"--kind secrets", kind("Secret"), 2},
		{"--status succeeded", state("Succeeded"), 10},
		{"--status Failed,Pending", state("Failed", "Pending"), 3},
		{"--status present", state("Present"), 20},
		{"--status running", state("Running"), 0},
		{"-l app=everyhook", labelled("app", "everyhook"), 40},
		{"-l app.kubernetes.io/instance=medley", labelled("app.kubernetes.io/instance", "medley"), 10},
		{"-l app!=everyhook,app.kubernetes.io/instance", func(h render.HookObject) bool {
			return h.Metadata.Labels["app"] != "everyhook" && h.Metadata.Labels["app.kubernetes.io/instance"] != ""
		}, 20},
		{"--older-than 5d", func(h render.HookObject) bool { return ended(h) > 5*day }, 2},
		{"--older-than 1y", func(h render.HookObject) bool { return ended(h) > 365*day }, 1},
		{"--newer-than 5d", func(h render.HookObject) bool { return ended(h) < 5*day }, 60},
		{"--older-than 5d --newer-than 1y", func(h render.HookObject) bool { return ended(h) > 5*day && ended(h) < 365*day }, 1},
		{
			"--phase post-install --policy none --kind job --status succeeded -l app=everyhook",
			all(phase("post-install"), none, kind("Job"), state("Succeeded"), labelled("app", "everyhook")), 2,
		},
		{"--kind pod --older-than 1d", all(kind("Pod"), func(h render.HookObject) bool { return ended(h) > day }), 2},
	} {
		t.Run(tt.args, func(t *testing.T) {
			t.Parallel()
			var want []string
			for _, h := range everything {
				if tt.keeps(h) {
					want = append(want, id(h))
				}
			}
			if len(want) < tt.least {
				t.Errorf("only %d of %d objects match", len(want), len(everything))
			}
			got := ids(list(t, append([]string{"-A"}, strings.Fields(tt.args)...)...))
			if !slices.Equal(got, want) {
				t.Errorf("ls -A %s:\n%v\nwant:\n%v", tt.args, got, want)
			}
		})
	}
}

// TestFiltersAndDeclared: what is not there can be chosen, too.
func TestFiltersAndDeclared(t *testing.T) {
	t.Parallel()
	everything := list(t, "everyhook", "-n", everyhook4, "--declared")
	for args, keeps := range map[string]keep{
		"--status absent":               state("Absent"),
		"--status absent --phase test":  all(state("Absent"), phase("test")),
		"--policy hs --kind job":        all(policy("hook-succeeded"), kind("Job")),
		"--newer-than 5d":               not(state("Absent")), // what is not there has no age
		"--phase pre-rollback":          phase("pre-rollback"),
		"-l app.kubernetes.io/instance": not(state("Absent")), // and no labels
	} {
		var want []string
		for _, h := range everything {
			if keeps(h) {
				want = append(want, id(h))
			}
		}
		got := ids(list(t, append([]string{"everyhook", "-n", everyhook4, "--declared"}, strings.Fields(args)...)...))
		if len(want) == 0 || !slices.Equal(got, want) {
			t.Errorf("ls --declared %s:\n%v\nwant:\n%v", args, got, want)
		}
	}
}

func TestWrongFilters(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ args, want string }{
		{"--phase pre-instal", `--phase "pre-instal" is not a hook phase; did you mean pre-install? (one of: `},
		{"--phase crd-install", `--phase "crd-install" is not a hook phase`},
		{"--policy never", `--policy "never" is not a delete policy`},
		{"--policy hook-suceeded", `; did you mean hook-succeeded? (one of: `}, //nolint:misspell // as people write it
		{"--kind jbo", `--kind "jbo" is not a kind that is known here; did you mean job? (kubectl api-resources lists them)`},
		{"--status done", `--status "done" is not a status`},
		{"-l a=b=c", `--selector "a=b=c" is not a label selector: `},
		{"--older-than yesterday", `"yesterday" is not a time span such as 90m, 12h, 41d or 2d12h`},
		{"--newer-than 0d", `"0d" is not between 1s and 200y`},
		{"--older-than 2d --newer-than 1d", `--older-than and --newer-than leave nothing between them`},
		{"--by colour", `--by "colour" is not something to count by`},
		{"--by kind -o tree", `--by counts: it does not go with --output tree`},
		{"-o tree --sort-by .metadata.name", `--sort-by does not go with --output tree`},
		{"--revision -1", `--revision -1 is not a revision: they start at 1`},
		{"shop/", `"shop/" is not a release: write RELEASE or NAMESPACE/RELEASE`},
		{"a/b/c", `"a/b/c" is not a release`},
	} {
		r := plugin(t, append([]string{"ls", "-A"}, strings.Fields(tt.args)...)...)
		if r.code != 1 || r.stdout != "" || !strings.HasPrefix(r.stderr, "error: ") || !strings.Contains(r.stderr, tt.want) ||
			strings.Count(r.stderr, "\n") != 1 {
			t.Errorf("ls -A %s: %+v, want one line with %s", tt.args, r, tt.want)
		}
	}
}
