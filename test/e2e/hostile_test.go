//go:build e2e

package e2e

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// evil is what must not reach a terminal: it clears the screen, sets a title,
// turns text around, breaks lines, and hides.
const evil = "\x1b[2J\x1b]0;title\x07\u009b31m\u202e\u2066\u200f\u061c\u2028\r\n\t\x00\x7f\u0085\ufeff"

const hostile = "hostile"

// TestHostileData does not run beside other tests: what it puts on the cluster
// spoils the lists of all namespaces.
func TestHostileData(t *testing.T) {
	plantHostile(t)
	long := strings.Repeat(evil, 2000) // more than an argument should ever be
	shown := [][]string{
		{},
		{"-o", "wide"},
		{"-o", "tree"},
		{"-o", "name"},
		{"-o", "json"},
		{"-o", "yaml"},
		{"-o", "kyaml"},
		{"-o", "jsonpath={.items}"},
		{"-o", "jsonpath={.items[*].hook.deletePolicies}"},
		{"-o", "jsonpath-as-json={.items}"},
		{"-o", "custom-columns=N:.metadata.name,H:.hook,R:.release,L:.metadata.labels"},
		{"-o", "go-template={{range .items}}{{.metadata.name}} {{.hook}} {{.release}}{{end}}"},
		{"--declared"},
		{"--declared", "-o", "wide"},
		{"--declared", "-o", "tree"},
		{"--declared", "-o", "json"},
		{"--declared", "-o", "name"},
		{"--revision", "1"},
		{"--sort-by", ".metadata.name"},
		{"evil"},
		{"evil", "--declared", "-o", "wide"},
		{"-v", "6"},
		{"--by", "release"},
		{"--by", "chart"},
		{"--by", "namespace"},
		{"--by", "phase"},
		{"--by", "policy"},
		{"--by", "kind"},
		{"--by", "policy", "-o", "yaml"},
	}
	// Errors tell what was wrong, and must not say it as it was.
	refused := [][]string{
		{"x" + evil[:20]},
		{evil[:8] + "/x"},
		{"a/b/" + evil[:20]},
		{"--phase", "\x1b[31m\u202e"},
		{"--policy", "\u009b\u202e"},
		{"--status", "\x1b\n\x1b"},
		{"--kind", "\x1b[31mjob\u202e"},
		{"-l", "a\x1b=\u202e\n"},
		{"--older-than", "\x1b[31m"},
		{"--by", "\u009b31m"},
		{"-o", "\x1b[31m\u202e"},
		{"-o", "jsonpath={.\x1b"},
		{"-o", "go-template={{.\x1b\u202e"},
		{"-o", "custom-columns=:\u202e"},
		{"--sort-by", "{.\x1b[31m"},
		{"--sort-by", ".\u202e"},
		{"--revision", "\x1b[31m"},
		{"--\x1b[31m\u202e"},
		{"-\x1b"},
		{"--context", "\x1b[31m\u202e"},
		{"--kubeconfig", "/\x1b[31m\u202e"},
		{"--server", "https://\x1b\u202e"},
		{"--server", "https://127.0.0.1:1/\u202e\u009b"},
		{"--as", "nobody\u202e\u0085"},
		{"--request-timeout", "\x1b[31m"},
		{long},
	}
	t.Run("ls", func(t *testing.T) {
		for _, args := range append(shown, refused...) {
			t.Run(fmt.Sprintf("%.60q", args), func(t *testing.T) {
				t.Parallel()
				checkHarmless(t, append(append([]string{"ls"}, args...), "-A")...)
			})
		}
		for _, args := range shown[:6] {
			t.Run(fmt.Sprintf("%.60q in a namespace", args), func(t *testing.T) {
				t.Parallel()
				checkHarmless(t, append(append([]string{"ls"}, args...), "-n", hostile)...)
			})
		}
	})
	for _, args := range [][]string{
		{"\x1b[31m\u202e"},
		{"version", "\x1b\u202e"},
		{"version", "-o", "\x1b\u202e"},
		{"help", "\x1b[31m\u202e"},
		{"ls", "--help", "\x1b"},
		{"ls", "-n", "hostile\x1b[31m\u202e"},
		{"ls", "evil", "-n", "\x1b\u009b"},
	} {
		checkHarmless(t, args...)
	}
	table := plugin(t, "ls", "-A", "--no-headers").stdout
	if n := strings.Count(table, "\n"); n != len(hostileList(t)) {
		t.Errorf("the table has %d lines, -o json %d items", n, len(hostileList(t)))
	}
	for _, name := range []string{"evil-annotations", `clusterrole/evil\u001b[2J`, "evil-long"} {
		if !strings.Contains(table, name) {
			t.Errorf("ls does not show %s:\n%s", name, table)
		}
	}
}

func hostileList(t *testing.T) []json.RawMessage {
	t.Helper()
	var l struct{ Items []json.RawMessage }
	if err := json.Unmarshal([]byte(plugin(t, "ls", "-A", "-o", "json").stdout), &l); err != nil {
		t.Fatal(err)
	}
	return l.Items
}

func checkHarmless(t *testing.T, args ...string) {
	t.Helper()
	for i := range args {
		args[i] = strings.ReplaceAll(args[i], "\x00", "") // which no argument can hold
	}
	r := plugin(t, args...)
	what := fmt.Sprintf("%.200q", args)
	for stream, text := range map[string]string{"stdout": r.stdout, "stderr": r.stderr} {
		if i := strings.IndexFunc(text, harmful); i >= 0 {
			t.Errorf("%s: %s holds %q", what, stream, text[max(0, i-40):min(len(text), i+40)])
		}
		if !strings.Contains(what, "-v") && stream == "stderr" && len(text) > 64<<10 {
			t.Errorf("%s: stderr has %d bytes", what, len(text))
		}
	}
	if r.code != 0 && r.code != 1 {
		t.Errorf("%s: exit code %d", what, r.code)
	}
	if r.code == 1 && !strings.HasPrefix(r.stderr, "error: ") && !strings.Contains(r.stderr, "\nerror: ") {
		t.Errorf("%s fails without a word: %q", what, r.stderr[max(0, len(r.stderr)-500):])
	}
}

// harmful runes are controls, but for the end of a line, and those that turn text
// around or hide in it.
func harmful(r rune) bool {
	return r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) ||
		r == unicode.ReplacementChar)
}

// plantHostile puts on the cluster what anybody with few rights could, and takes
// it away at the end.
func plantHostile(t *testing.T) {
	t.Helper()
	client := kubernetes.NewForConfigOrDie(stage.Cluster.Config())
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err := client.CoreV1().Namespaces().Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: hostile}}, metav1.CreateOptions{})
	must(err)
	role := "evil" + strings.ReplaceAll(evil, "\x00", "")
	t.Cleanup(func() {
		ctx, everything := context.WithoutCancel(t.Context()), metav1.ListOptions{}
		must(client.RbacV1().ClusterRoles().Delete(ctx, role, metav1.DeleteOptions{}))
		must(client.CoreV1().ConfigMaps(hostile).DeleteCollection(ctx, metav1.DeleteOptions{}, everything))
		must(client.CoreV1().Secrets(hostile).DeleteCollection(ctx, metav1.DeleteOptions{}, everything))
	})
	for name, annotations := range map[string]map[string]string{
		"evil-annotations": {
			"helm.sh/hook": "pre-install," + evil + ",x", "helm.sh/hook-weight": evil, "helm.sh/hook-delete-policy": evil + "," + evil + "x",
			"helm.sh/weight": evil, "helm.sh/resource-policy": evil,
			"meta.helm.sh/release-name": evil, "meta.helm.sh/release-namespace": evil,
		},
		"evil-long":  {"helm.sh/hook": "test", "helm.sh/hook-delete-policy": strings.Repeat(evil+",", 4000), "helm.sh/weight": strings.Repeat("w", 30_000)},
		"evil-owner": {"helm.sh/hook": "test", "meta.helm.sh/release-name": "evil\x1b[31m", "meta.helm.sh/release-namespace": hostile},
	} {
		_, err := client.CoreV1().ConfigMaps(hostile).Create(t.Context(),
			&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name, Annotations: annotations}},
			metav1.CreateOptions{FieldManager: "helm"})
		must(err)
	}
	_, err = client.RbacV1().ClusterRoles().Create(t.Context(), &rbacv1.ClusterRole{
		ObjectMeta: metav1.ObjectMeta{Name: role, Annotations: map[string]string{"helm.sh/hook": "post-install"}},
	}, metav1.CreateOptions{})
	must(err)
	for name, text := range hostileRecords(t) {
		_, err := client.CoreV1().Secrets(hostile).Create(t.Context(), &corev1.Secret{
			ObjectMeta: metav1.ObjectMeta{
				Name:   "sh.helm.release.v1." + name + ".v1",
				Labels: map[string]string{"owner": "helm", "name": name, "version": "1", "status": "deployed"},
			},
			Type: "helm.sh/release.v1",
			Data: map[string][]byte{"release": []byte(base64.StdEncoding.EncodeToString([]byte(text)))},
		}, metav1.CreateOptions{})
		must(err)
	}
}

// hostileRecords are records that decode, and such as do not and say why.
func hostileRecords(t *testing.T) map[string]string {
	t.Helper()
	record := func(name string) map[string]any {
		return map[string]any{
			"name": name, "version": 1, "namespace": evil, "apply_method": evil,
			"info":  map[string]any{"status": evil},
			"chart": map[string]any{"metadata": map[string]any{"name": "chart" + evil, "version": evil}},
			"hooks": []any{
				map[string]any{"name": evil, "kind": "Job" + evil, "path": evil, "events": []any{evil, "test"}, "manifest": "kind: [" + evil},
				map[string]any{
					"name": "x" + evil, "kind": evil, "events": []any{"test"},
					"manifest": `{"kind":` + quoted(t, "Kind"+evil) + `,"apiVersion":` + quoted(t, evil) + `,"metadata":{"name":` + quoted(t, evil) +
						`,"namespace":` + quoted(t, evil) + `,"annotations":{"helm.sh/hook":` + quoted(t, evil) + `,"helm.sh/hook-delete-policy":` + quoted(t, evil) + `}}}`,
				},
			},
		}
	}
	texts := map[string]string{"evil": quoted(t, record("evil")), "misnamed": quoted(t, record("misnamed"+evil))}
	texts["bad-key"] = `{"name":"bad-key","version":1,"` + "\u202e\u009b" + `":nope}`
	texts["bad-time"] = `{"name":"bad-time","version":1,"info":{"deleted":` + quoted(t, evil) + `}}`
	texts["bad-text"] = "\x1b[31m\u202e"
	return texts
}

func quoted(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
