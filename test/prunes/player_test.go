//go:build e2e

package prunes

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/story"
)

// player plays a release's life with one Helm in one namespace. The release bears the
// namespace's name: one of the same name elsewhere would be evidence.
type player struct {
	story.Helm
	release string
}

func newPlayer(major int, namespace string) *player {
	home := filepath.Join(stage.Cluster.Dir, "helm")
	return &player{story.NewHelm(major, stage.Cluster.BinDir, stage.Cluster.Kubeconfig, namespace, home), namespace}
}

func (p *player) makeNamespace(ctx context.Context) error {
	_, err := stage.client.CoreV1().Namespaces().Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: p.Namespace}}, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	// Pods need the account, and whoever counts objects must not see it come.
	for ; ; time.Sleep(20 * time.Millisecond) {
		_, account := stage.client.CoreV1().ServiceAccounts(p.Namespace).Get(ctx, "default", metav1.GetOptions{})
		_, ca := stage.client.CoreV1().ConfigMaps(p.Namespace).Get(ctx, "kube-root-ca.crt", metav1.GetOptions{})
		if err := errors.Join(account, ca); err == nil || !apierrors.IsNotFound(account) && !apierrors.IsNotFound(ca) {
			return err
		}
	}
}

// chartArgs are the arguments of commands that take a chart, of these objects.
func (p *player) chartArgs(command string, objects []object, flags ...string) ([]string, error) {
	chart, err := story.Chart("hooks")
	if err != nil {
		return nil, err
	}
	data, err := yaml.Marshal(map[string]any{"objects": objects})
	if err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(stage.Dir, "values-*.yaml")
	if err != nil {
		return nil, err
	}
	_, err = f.Write(data)
	return append([]string{command, p.release, chart, "--values", f.Name()}, flags...), errors.Join(err, f.Close())
}

func (p *player) chart(ctx context.Context, command string, objects []object, flags ...string) error {
	args, err := p.chartArgs(command, objects, flags...)
	if err != nil {
		return err
	}
	return p.Run(ctx, args...)
}

func (p *player) install(ctx context.Context, objects ...object) error {
	return p.chart(ctx, "install", objects)
}

func (p *player) upgrade(ctx context.Context, objects ...object) error {
	return p.chart(ctx, "upgrade", objects)
}

func (p *player) uninstall(ctx context.Context, flags ...string) error {
	return p.Run(ctx, append([]string{"uninstall", p.release}, flags...)...)
}

// leaves installs and uninstalls: what is left is a gone release's.
func (p *player) leaves(ctx context.Context, objects ...object) error {
	if err := p.install(ctx, objects...); err != nil {
		return err
	}
	return p.uninstall(ctx)
}

// mustFail wants Helm to fail and to say why.
func mustFail(err error, message string) error {
	var exit *exec.ExitError
	if !errors.As(err, &exit) || !strings.Contains(err.Error(), message) {
		return fmt.Errorf("helm was to fail with %q: %w", message, err)
	}
	return nil
}

// killedAt runs Helm and kills it as soon as a Job's pod runs.
func (p *player) killedAt(ctx context.Context, job, command string, objects []object, flags ...string) error {
	return p.killedIn(ctx, p.Namespace, job, command, objects, flags...)
}

// killedIn is killedAt for a Job that may be in another namespace.
func (p *player) killedIn(ctx context.Context, namespace, job, command string, objects []object, flags ...string) error {
	args, err := p.chartArgs(command, objects, flags...)
	if err != nil {
		return err
	}
	cmd := p.Command(ctx, args...)
	if err := cmd.Start(); err != nil {
		return err
	}
	err = p.await(ctx, func() (bool, error) {
		pods, err := stage.client.CoreV1().Pods(namespace).List(ctx, metav1.ListOptions{LabelSelector: "job-name=" + job})
		return err == nil && len(pods.Items) > 0 && pods.Items[0].Status.Phase == corev1.PodRunning, err
	})
	err = errors.Join(err, cmd.Process.Kill())
	var exit *exec.ExitError
	if ended := cmd.Wait(); !errors.As(ended, &exit) || exit.Exited() {
		err = errors.Join(err, fmt.Errorf("helm ended before it was killed: %w", ended))
	}
	return err
}

// finished waits until a Job has ended in that way.
func (p *player) finished(ctx context.Context, job, condition string) error {
	kubectl := exec.CommandContext(ctx, filepath.Join(stage.Cluster.BinDir, "kubectl"), "wait", "--for=condition="+condition,
		"job/"+job, "--timeout=60s", "--namespace", p.Namespace)
	kubectl.Env = append(cluster.Env(), "KUBECONFIG="+p.Kubeconfig)
	if out, err := kubectl.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}

func (p *player) await(ctx context.Context, done func() (bool, error)) error {
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(30 * time.Millisecond) {
		if ok, err := done(); ok || err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return errors.New("it did not happen within a minute")
}

// playerFor makes a namespace for one test.
func playerFor(t *testing.T, major int, name string) *player {
	t.Helper()
	p := newPlayer(major, fmt.Sprintf("%s-h%d", name, major))
	must(t, p.makeNamespace(t.Context()))
	return p
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
