//go:build e2e

package twins

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/story"
)

// twin is one of two namespaces that live the same life.
type twin struct {
	namespace string
	// dir has the values files of its charts.
	dir string
	// gone is what prune has deleted and is not there again, with its reason by kind/name.
	gone map[string]string
}

func newTwin(ctx context.Context, namespace string) (*twin, error) {
	t := &twin{namespace: namespace, dir: filepath.Join(stage.dir, namespace), gone: make(map[string]string)}
	if err := os.Mkdir(t.dir, 0o700); err != nil {
		return nil, err
	}
	ns := &unstructured.Unstructured{Object: object{"apiVersion": "v1", "kind": "Namespace", "metadata": object{"name": namespace}}}
	if _, err := stage.client.Resource(resource("Namespace")).Create(ctx, ns, metav1.CreateOptions{}); err != nil {
		return nil, err
	}
	// Pods need the account, and whoever compares must not see it come.
	for end := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		_, account := stage.client.Resource(resource("ServiceAccount")).Namespace(namespace).Get(ctx, "default", metav1.GetOptions{})
		_, ca := stage.client.Resource(resource("ConfigMap")).Namespace(namespace).Get(ctx, "kube-root-ca.crt", metav1.GetOptions{})
		err := errors.Join(account, ca)
		if err == nil || time.Now().After(end) || (!apierrors.IsNotFound(account) && !apierrors.IsNotFound(ca)) {
			return t, err
		}
	}
}

// bury deletes the twin and all that it had.
func (t *twin) bury(ctx context.Context) error {
	err := os.RemoveAll(t.dir)
	now := metav1.DeletePropagationBackground
	for _, kind := range []string{"ClusterRole", "ClusterRoleBinding"} {
		err = errors.Join(err, stage.client.Resource(resource(kind)).DeleteCollection(ctx,
			metav1.DeleteOptions{PropagationPolicy: &now}, metav1.ListOptions{LabelSelector: twinLabel + "=" + t.namespace}))
	}
	return errors.Join(err, stage.client.Resource(resource("Namespace")).Delete(ctx, t.namespace, metav1.DeleteOptions{PropagationPolicy: &now}))
}

// resource is how the API calls a kind.
func resource(kind string) schema.GroupVersionResource {
	version := "v1"
	if v, ok := looked()[kind]; ok {
		version = v
	}
	gv, err := schema.ParseGroupVersion(version)
	if err != nil {
		panic(err) // it is one of ours
	}
	plural := strings.ToLower(kind) + "s"
	if kind == "NetworkPolicy" {
		plural = "networkpolicies"
	}
	return gv.WithResource(plural)
}

// release is the name of the twin's release: a namesake elsewhere would be evidence.
func (t *twin) release(other bool) string {
	if other {
		return t.namespace + "-other"
	}
	return t.namespace
}

// outcome is how a command ended.
type outcome struct {
	ok     bool
	killed bool
	output string
}

// patience is how long Helm waits for a hook. All but those that hang end at once.
const patience = "6s"

// helm runs one command of Helm.
func (t *twin) helm(ctx context.Context, o *op, revision int) (outcome, error) {
	args, err := t.args(o, revision)
	if err != nil {
		return outcome{}, err
	}
	h := story.NewHelm(o.Helm, stage.cluster.BinDir, stage.cluster.Kubeconfig, t.namespace, filepath.Join(stage.dir, "helm"))
	h.Env = []string{"HOME=" + filepath.Join(stage.dir, "home"), "GOGC=400"}
	cmd := h.Command(ctx, args...)
	var k *killer
	if o.Kill != nil {
		if k, err = newKiller(cmd, *o.Kill); err != nil {
			return outcome{}, err
		}
		defer k.close()
		cmd.Env = append(cmd.Env, "KUBECONFIG="+k.kubeconfig)
	}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		return outcome{}, err
	}
	if k != nil {
		close(k.started)
	}
	err = cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return outcome{}, err
	}
	return outcome{ok: err == nil, killed: exit != nil && !exit.Exited(), output: out.String()}, ctx.Err()
}

func (t *twin) args(o *op, revision int) ([]string, error) {
	args := []string{o.Do, t.release(o.Other)}
	switch o.Do {
	case doInstall, doUpgrade:
		chart, err := story.Chart("hooks")
		if err != nil {
			return nil, err
		}
		file, err := t.values(o.Chart)
		if err != nil {
			return nil, err
		}
		args = append(args, chart, "--values", file)
	case doRollback:
		args = append(args, strconv.Itoa(revision))
	}
	return append(args, append(slices.Clone(o.Flags), "--timeout="+patience)...), nil
}

// values writes a chart's objects into a file.
func (t *twin) values(chart []item) (string, error) {
	objects := make([]object, 0, len(chart))
	for i := range chart {
		objects = append(objects, chart[i].manifest())
	}
	data, err := yaml.Marshal(object{"objects": objects})
	if err != nil {
		return "", err
	}
	file := filepath.Join(t.dir, "values.yaml")
	return file, os.WriteFile(file, data, 0o600)
}

// plugin runs the plugin, and returns its exit code and what it printed.
func (t *twin) plugin(ctx context.Context, args ...string) (stdout []byte, said string, code int, err error) {
	args = append(args, "-n", t.namespace, "--stale-after=1s", "-o", "json")
	cmd := exec.CommandContext(ctx, stage.plugin, args...)
	cmd.Env = append(cluster.Env(), "KUBECONFIG="+stage.cluster.Kubeconfig)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err = cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return nil, "", 0, err
	}
	return out.Bytes(), errs.String(), cmd.ProcessState.ExitCode(), ctx.Err()
}

// pruned is what became of an object in a prune.
type pruned struct{ Kind, Name, Reason, Outcome, Why string }

// prune has the plugin delete what it deletes by default, or with flags.
func (t *twin) prune(ctx context.Context, flags []string) ([]pruned, error) {
	out, said, code, err := t.plugin(ctx, append([]string{"prune", "--yes", "--min-age=0s"}, flags...)...)
	if err != nil {
		return nil, err
	}
	// 3 says that something could not be judged, and 1 that a deletion failed.
	if code != 0 && code != 3 {
		return nil, fmt.Errorf("prune ended with %d: %s%s", code, out, said)
	}
	var report struct{ Items []pruned }
	if err := json.Unmarshal(out, &report); err != nil {
		return nil, fmt.Errorf("prune printed %q: %w", out, err)
	}
	var deleted []pruned
	for _, i := range report.Items {
		if i.Outcome == "deleted" {
			t.gone[i.Kind+"/"+t.plain(i.Name)] = i.Reason
			deleted = append(deleted, i)
		}
	}
	return deleted, nil
}

// rest waits until what a killed Helm began has come to its end, and its release is
// stale: before that prune touches nothing of it.
func (t *twin) rest(ctx context.Context) error {
	for end := time.Now().Add(4 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		w, err := t.look(ctx)
		if err != nil || !w.busy() {
			return err
		}
	}
	return ctx.Err() // with what hangs
}

// plain takes the twin's name out of a text.
func (t *twin) plain(text string) string { return strings.ReplaceAll(text, t.namespace, "NS") }
