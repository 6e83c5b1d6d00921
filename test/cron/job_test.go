//go:build e2e

package cron

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/cronjob"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/render"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
)

func typesUID(uid string) types.UID { return types.UID(uid) }

// result is what a run of a program left.
type result struct {
	stdout, stderr string
	code           int
}

func finish(t *testing.T, cmd *exec.Cmd) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return result{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}

func pluginPath() string { return filepath.Join(stage.Dir, "kubectl-helmhooks") }

// plugin runs the plugin as somebody.
func plugin(t *testing.T, kubeconfig string, args ...string) result {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), pluginPath(), args...)
	cmd.Env = append(cluster.Env(), "KUBECONFIG="+kubeconfig)
	return finish(t, cmd)
}

// kubectl runs the real one as the administrator.
func kubectl(t *testing.T, stdin string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), filepath.Join(stage.Cluster.BinDir, "kubectl"), args...)
	cmd.Env = append(cluster.Env(), "KUBECONFIG="+stage.Cluster.Kubeconfig)
	cmd.Stdin = strings.NewReader(stdin)
	r := finish(t, cmd)
	if r.code != 0 {
		t.Fatalf("kubectl %q: %+v\n%s", args, r, stdin)
	}
	return r.stdout + r.stderr
}

// makeNamespace makes one, and waits until Pods can be made there.
func makeNamespace(ctx context.Context, name string, labels map[string]string) error {
	_, err := stage.client.CoreV1().Namespaces().Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels}}, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	return eventually(ctx, "the account of "+name, func() (bool, error) {
		_, err := stage.client.CoreV1().ServiceAccounts(name).Get(ctx, "default", metav1.GetOptions{})
		if apierrors.IsNotFound(err) {
			return false, nil
		}
		return err == nil, err
	})
}

// manifests are what the command prints with these flags.
func manifests(t *testing.T, args ...string) string {
	t.Helper()
	args = append([]string{"cronjob", "--image=registry.example.com/helmhooks:test"}, args...)
	r := plugin(t, stage.Cluster.Kubeconfig, args...)
	if r.code != 0 || r.stderr != "" {
		t.Fatalf("%q: %+v", args, r)
	}
	return r.stdout
}

// job is what a Job of an applied CronJob would run, and as whom.
type job struct {
	namespace, account string
	pod                corev1.PodSpec
	kubeconfig         string
}

// apply prints and applies, has a Job made of the CronJob, and takes the Pod that the
// Job's controller makes of it. Nothing is left of that Job.
func apply(t *testing.T, namespace, name string, args ...string) *job {
	t.Helper()
	out := kubectl(t, manifests(t, args...), "apply", "-f", "-")
	if strings.Contains(strings.ToLower(out), "warning") {
		t.Errorf("kubectl apply warns:\n%s", out)
	}
	kubectl(t, "", "create", "job", "once", "--from=cronjob/"+name, "-n", namespace)
	defer kubectl(t, "", "delete", "job", "once", "-n", namespace, "--cascade=foreground")
	return jobOf(t, namespace, "batch.kubernetes.io/job-name=once")
}

// jobOf is what the Pod that the selector finds runs.
func jobOf(t *testing.T, namespace, selector string) *job {
	t.Helper()
	j := &job{namespace: namespace}
	must(t, eventually(t.Context(), "a Pod of the Job", func() (bool, error) {
		pods, err := stage.client.CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{LabelSelector: selector})
		if err != nil || len(pods.Items) == 0 {
			return false, err
		}
		j.pod = pods.Items[0].Spec
		return true, nil
	}))
	j.account = j.pod.ServiceAccountName
	j.kubeconfig = tokenKubeconfig(t, namespace, j.account)
	return j
}

// tokenKubeconfig is for a ServiceAccount, with a token as a Pod gets it.
func tokenKubeconfig(t *testing.T, namespace, account string) string {
	t.Helper()
	token, err := stage.client.CoreV1().ServiceAccounts(namespace).CreateToken(t.Context(), account, &authenticationv1.TokenRequest{}, metav1.CreateOptions{})
	must(t, err)
	server := stage.Cluster.Config()
	c := clientcmdapi.NewConfig()
	c.Clusters["x"] = &clientcmdapi.Cluster{Server: server.Host, CertificateAuthorityData: server.CAData}
	c.AuthInfos["x"] = &clientcmdapi.AuthInfo{Token: token.Status.Token}
	c.Contexts["x"] = &clientcmdapi.Context{Cluster: "x", AuthInfo: "x"}
	c.CurrentContext = "x"
	path := filepath.Join(t.TempDir(), "kubeconfig")
	must(t, clientcmd.WriteToFile(*c, path))
	return path
}

// run runs the plugin as the container would: with its arguments and its environment and
// no more, and with the account's token.
func (j *job) run(t *testing.T, more ...string) *log {
	t.Helper()
	if len(j.pod.Containers) != 1 || j.pod.Containers[0].Name != cronjob.Container || len(j.pod.Containers[0].Command) > 0 {
		t.Fatalf("containers: %+v", j.pod.Containers)
	}
	c := j.pod.Containers[0]
	cmd := exec.CommandContext(t.Context(), pluginPath(), append(slices.Clone(c.Args), more...)...)
	cmd.Env = []string{"KUBECONFIG=" + j.kubeconfig}
	for _, e := range c.Env {
		cmd.Env = append(cmd.Env, e.Name+"="+e.Value)
	}
	cmd.Dir = t.TempDir()
	r := finish(t, cmd)
	if files, err := os.ReadDir(cmd.Dir); err != nil || len(files) > 0 {
		t.Errorf("it wrote files where there is no place: %v, %v", files, err)
	}
	return readLog(t, r)
}

// log is what a run wrote, line by line.
type log struct {
	result
	objects []render.PruneLine
	gaps    []render.PruneGap
	summary render.PruneSummary
}

func readLog(t *testing.T, r result) *log {
	t.Helper()
	l := &log{result: r}
	for line := range strings.Lines(r.stdout) {
		var head render.LineHead
		must(t, json.Unmarshal([]byte(line), &head))
		if head.APIVersion != render.APIVersion || head.Time.IsZero() || l.summary.Kind != "" {
			t.Fatalf("a line without version or time, or after the summary: %s", r.stdout)
		}
		switch head.Kind {
		case "PruneLine":
			l.objects = append(l.objects, decoded[render.PruneLine](t, line))
		case "PruneGap":
			l.gaps = append(l.gaps, decoded[render.PruneGap](t, line))
		case "PruneSummary":
			l.summary = decoded[render.PruneSummary](t, line)
		default:
			t.Fatalf("a line of kind %q", head.Kind)
		}
	}
	counted := 0
	for _, n := range l.summary.Outcomes {
		counted += n
	}
	if l.summary.Kind == "" || l.summary.ExitCode != r.code || counted != len(l.objects) || l.summary.Gaps != len(l.gaps) || (l.summary.Error == "") != (r.code == 0) {
		t.Fatalf("the summary is missing or wrong: %+v", r)
	}
	return l
}

func decoded[T any](t *testing.T, line string) T {
	t.Helper()
	var v T
	d := json.NewDecoder(strings.NewReader(line))
	d.DisallowUnknownFields()
	must(t, d.Decode(&v))
	return v
}

// with are the objects that had an outcome, as Kind/name.
func (l *log) with(outcome string) []string {
	var names []string
	for _, o := range l.objects {
		if string(o.Outcome) == outcome {
			names = append(names, o.Object.Kind+"/"+o.Object.Name)
		}
	}
	slices.Sort(names)
	return names
}

// exits holds that the run ended with that code.
func (l *log) exits(t *testing.T, code int) *log {
	t.Helper()
	if l.code != code {
		t.Fatalf("exit code %d, want %d\n%s%s", l.code, code, l.stdout, l.stderr)
	}
	return l
}

// equal holds that two lists are the same.
func equal(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %q, want %q", what, got, want)
	}
}
