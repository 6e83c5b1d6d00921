//go:build e2e

package e2e

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/render"
)

func namesOf(items []render.HookObject) []string {
	var out []string
	for _, h := range items {
		out = append(out, h.Metadata.Name)
	}
	return out
}

// TestFormatsSayTheSame holds the formats that kubectl gives us against -o json.
func TestFormatsSayTheSame(t *testing.T) {
	t.Parallel()
	items := list(t, "-n", everyhook4)
	want := namesOf(items)
	for _, format := range []string{
		"jsonpath={range .items[*]}{.metadata.name}{\"\\n\"}{end}",
		"go-template={{range .items}}{{.metadata.name}}{{\"\\n\"}}{{end}}",
		"custom-columns=NAME:.metadata.name",
	} {
		out := plugin(t, "ls", "-n", everyhook4, "--no-headers", "-o", format).must(t).stdout
		if got := strings.Fields(out); !slices.Equal(got, want) {
			t.Errorf("-o %s: %v, want %v", format, got, want)
		}
	}
	var columns []string
	for _, h := range items {
		columns = append(columns, fmt.Sprintf("%s %s %d %s", h.Object.Kind, strings.Join(h.Hook.Phases, ","), h.Hook.Weight, h.Status.State))
	}
	out := plugin(t, "ls", "-n", everyhook4, "-o",
		"custom-columns=K:.object.kind,P:.hook.phases[*],W:.hook.weight,S:.status.state").must(t).stdout
	var got []string
	for line := range strings.Lines(out) {
		got = append(got, strings.Join(strings.Fields(line), " "))
	}
	if diff := gocmp.Diff(append([]string{"K P W S"}, columns...), got); diff != "" {
		t.Errorf("-o custom-columns (-json +columns):\n%s", diff)
	}
	kyaml := plugin(t, "ls", "-n", everyhook4, "-o", "kyaml").must(t).stdout
	for _, name := range want {
		if !strings.Contains(kyaml, fmt.Sprintf("name: %q", name)) {
			t.Errorf("-o kyaml does not name %s", name)
		}
	}
}

func TestTree(t *testing.T) {
	t.Parallel()
	got := plugin(t, "ls", "quiet", "-n", scene("quiet", 4), "--declared", "-o", "tree").closed(t).stdout
	got = regexp.MustCompile(` +(none|BHC)(,HS)? +- +- +\(absent\)( +also .*)?\n`).ReplaceAllString(got, "\n")
	want := `quiet-h4/quiet   revision 2 deployed   medley-0.1.0
├─ pre-install
│  ├─ 0  cm/quiet-everywhere
│  └─ 0  clusterrole/quiet-h4-quiet
└─ post-install
   ├─ -5  cm/quiet-first
   ├─ 0  cm/quiet-passing
   ├─ 0  cm/quiet-weightless
   ├─ 3  cm/quiet-listed
   └─ 3  sa/quiet-listed
`
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("ls -o tree (-want +got):\n%s", diff)
	}
	leaves := 0
	for line := range strings.Lines(plugin(t, "ls", "-A", "-o", "tree").closed(t).stdout) {
		if regexp.MustCompile(`^(│|   ).*[├└]─ `).MatchString(line) {
			leaves++
		}
	}
	if items := list(t, "-A"); leaves != len(items) {
		t.Errorf("ls -A -o tree has %d leaves, -o json %d items", leaves, len(items))
	}
}

func TestSortBy(t *testing.T) {
	t.Parallel()
	items := list(t, "-n", everyhook4)
	for field, compare := range map[string]func(a, b render.HookObject) int{
		".metadata.name": func(a, b render.HookObject) int { return strings.Compare(a.Metadata.Name, b.Metadata.Name) },
		"{.hook.weight}": func(a, b render.HookObject) int { return cmp.Compare(a.Hook.Weight, b.Hook.Weight) },
		"metadata.creationTimestamp": func(a, b render.HookObject) int {
			return a.Metadata.CreationTimestamp.Compare(b.Metadata.CreationTimestamp.Time)
		},
		".status.state":  func(a, b render.HookObject) int { return strings.Compare(a.Status.State, b.Status.State) },
		"{.object.kind}": func(a, b render.HookObject) int { return strings.Compare(a.Object.Kind, b.Object.Kind) },
	} {
		got := list(t, "-n", everyhook4, "--sort-by", field)
		if !slices.IsSortedFunc(got, compare) {
			t.Errorf("--sort-by %s: %v", field, ids(got))
		}
		if a, b := slices.Sorted(slices.Values(ids(got))), slices.Sorted(slices.Values(ids(items))); !slices.Equal(a, b) {
			t.Errorf("--sort-by %s lists %v, without it is %v", field, a, b)
		}
	}
	byName := namesOf(list(t, "-n", everyhook4, "--sort-by", ".metadata.name"))
	var table []string
	for line := range strings.Lines(plugin(t, "ls", "-n", everyhook4, "--no-headers", "--sort-by", ".metadata.name").closed(t).stdout) {
		_, name, _ := strings.Cut(strings.Fields(line)[2], "/")
		table = append(table, name)
	}
	if !slices.Equal(table, byName) {
		t.Errorf("--sort-by in a table: %v, in JSON %v", table, byName)
	}
}

// TestSortByLists: what cannot be sorted by ends in a line of our own.
func TestSortByLists(t *testing.T) {
	t.Parallel()
	r := plugin(t, "ls", "-n", everyhook4, "--sort-by", ".hook.phases")
	if r.code != 1 || r.stdout != "" || !strings.HasPrefix(r.stderr, "error: --sort-by ") || strings.Count(r.stderr, "\n") != 1 {
		t.Errorf("--sort-by of a list: %+v", r)
	}
}

// TestCounts holds --by against counts of the list.
func TestCounts(t *testing.T) {
	t.Parallel()
	items := list(t, "-A")
	for by, values := range map[string]func(h render.HookObject) []string{
		"release": func(h render.HookObject) []string {
			if h.Release == nil {
				return []string{"?"}
			}
			return []string{h.Release.Namespace + "/" + h.Release.Name}
		},
		"chart": func(h render.HookObject) []string {
			if h.Release == nil {
				return []string{"?"}
			}
			return []string{cmp.Or(h.Release.Chart, "?")}
		},
		"namespace": func(h render.HookObject) []string { return []string{cmp.Or(h.Metadata.Namespace, "-")} },
		"phase":     func(h render.HookObject) []string { return h.Hook.Phases },
		"kind":      func(h render.HookObject) []string { return []string{h.Object.Kind} },
		"policy": func(h render.HookObject) []string {
			if !h.Hook.DeletePolicySet {
				return []string{"none"}
			}
			var words []string
			for _, w := range h.Hook.DeletePolicies {
				if !slices.Contains([]string{"before-hook-creation", "hook-succeeded", "hook-failed"}, w) {
					w = `"` + w + `"`
				}
				words = append(words, w)
			}
			return []string{strings.Join(words, ",")}
		},
	} {
		want, got := make(map[string]int), make(map[string]int)
		for _, h := range items {
			for _, v := range values(h) {
				want[v]++
			}
		}
		var counts render.HookCountList
		out := plugin(t, "ls", "-A", "--by", by, "-o", "json").must(t).stdout
		if err := json.Unmarshal([]byte(out), &counts); err != nil {
			t.Fatal(err)
		}
		for _, c := range counts.Items {
			got[c.Name] = c.Count
		}
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("--by %s (-counted in the list +got):\n%s", by, diff)
		}
		if rows := strings.Count(plugin(t, "ls", "-A", "--by", by, "--no-headers").must(t).stdout, "\n"); rows != len(want) {
			t.Errorf("--by %s: %d rows, want %d", by, rows, len(want))
		}
	}
}

func TestArguments(t *testing.T) {
	t.Parallel()
	blog := ids(list(t, "blog", "-n", shop))
	if len(blog) != 1 {
		t.Fatalf("ls blog: %v", blog)
	}
	if got := ids(list(t, "shop/blog")); !slices.Equal(got, blog) {
		t.Errorf("ls shop/blog: %v, want %v", got, blog)
	}
	if got := ids(list(t, "shop/blog", "-n", everyhook3)); !slices.Equal(got, blog) {
		t.Errorf("ls shop/blog -n %s: %v, want %v", everyhook3, got, blog)
	}
	two := ids(list(t, "shop/blog", guestbook3+"/guestbook"))
	if want := append(ids(list(t, "guestbook", "-n", guestbook3)), blog...); !slices.Equal(two, want) {
		t.Errorf("ls of releases in two namespaces: %v, want %v", two, want)
	}
	table := plugin(t, "ls", "-n", shop).closed(t).stdout
	for _, alias := range []string{"list", "get"} {
		if got := plugin(t, alias, "-n", shop).closed(t).stdout; strings.Count(got, "\n") != 3 || strings.Fields(got)[0] != strings.Fields(table)[0] {
			t.Errorf("%s -n %s:\n%s\nls:\n%s", alias, shop, got, table)
		}
	}
}
