//go:build e2e

package verdicts

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// killedAt runs Helm, and kills it once a pod is running: a Job's, or one of that
// name.
func killedAt(name string, command func(h *hand) ([]string, error)) step {
	return func(ctx context.Context, h *hand) error {
		cmd, err := h.start(ctx, ctx, name, command)
		if err != nil {
			return err
		}
		if err := errors.Join(cmd.Process.Kill(), notExit(cmd.Wait())); err != nil {
			return err
		}
		if cmd.ProcessState.Exited() {
			return errors.New("helm ended before it was killed")
		}
		return nil
	}
}

// leftAt runs Helm, and goes on once the pod is running; Helm stays until the tests
// are over.
func leftAt(name string, command func(h *hand) ([]string, error)) step {
	return func(ctx context.Context, h *hand) error {
		patient := func(h *hand) ([]string, error) {
			args, err := command(h)
			return append(args, "--timeout=1h"), err
		}
		cmd, err := h.start(ctx, h.life, name, patient)
		if err != nil {
			return err
		}
		stage.Left.Go(func() { cmd.Wait() })
		return nil
	}
}

func (h *hand) start(ctx, life context.Context, name string, command func(h *hand) ([]string, error)) (*exec.Cmd, error) {
	args, err := command(h)
	if err != nil {
		return nil, err
	}
	cmd := h.Command(life, args...)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	if err := h.awaitPod(ctx, name); err != nil {
		return nil, errors.Join(err, cmd.Process.Kill(), notExit(cmd.Wait()), fmt.Errorf("helm said: %s", said.String()))
	}
	return cmd, nil
}

// notExit lets pass that a program was killed.
func notExit(err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return nil
	}
	return err
}

// awaitPod waits until the pod runs.
func (h *hand) awaitPod(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	pods := kubernetes.NewForConfigOrDie(stage.Cluster.Config()).CoreV1().Pods(h.Namespace)
	for {
		list, err := pods.List(ctx, metav1.ListOptions{})
		if err != nil {
			return fmt.Errorf("wait for the pod of %s: %w", name, err)
		}
		for _, p := range list.Items {
			if (p.Name == name || p.Labels["job-name"] == name) && p.Status.Phase == corev1.PodRunning {
				return nil
			}
		}
		select {
		case <-ctx.Done():
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// upgrading is for killedAt and leftAt.
func upgrading(objects []object, flags ...string) func(h *hand) ([]string, error) {
	return func(h *hand) ([]string, error) { return h.chartArgs("upgrade", objects, flags) }
}

// runningTests is as upgrading.
func runningTests(flags ...string) func(h *hand) ([]string, error) {
	return func(h *hand) ([]string, error) {
		return h.fill(append([]string{"test", "{release}"}, flags...)...), nil
	}
}

// uninstalling is as upgrading.
func uninstalling() func(h *hand) ([]string, error) {
	return func(h *hand) ([]string, error) { return h.fill("uninstall", "{release}"), nil }
}

// installing is as upgrading.
func installing(objects []object) func(h *hand) ([]string, error) {
	return func(h *hand) ([]string, error) { return h.chartArgs("install", objects, nil) }
}

// failed waits until a Job has.
func failed(what string) step {
	return kubectl("wait", "--for=condition=failed", what, "--timeout=60s")
}

// finished waits until a Job, or a Pod, has succeeded.
func finished(what ...string) step {
	return func(ctx context.Context, h *hand) error {
		for _, w := range what {
			condition := "condition=complete"
			if len(w) > 4 && w[:4] == "pod/" {
				condition = "jsonpath={.status.phase}=Succeeded"
			}
			if err := h.kubectl(ctx, nil, "wait", "--for="+condition, w, "--timeout=60s"); err != nil {
				return err
			}
		}
		return nil
	}
}

// untouched takes a step that leaves the very object where it is.
func untouched(what string, s step) step {
	return func(ctx context.Context, h *hand) error {
		before, err := h.uid(ctx, what)
		if err != nil {
			return err
		}
		if err := s(ctx, h); err != nil {
			return err
		}
		after, err := h.uid(ctx, what)
		if err == nil && before != after {
			err = fmt.Errorf("%s was made anew", what)
		}
		return err
	}
}

func (h *hand) uid(ctx context.Context, what string) (string, error) {
	out, err := h.kubectlCommand(ctx, "get", what, "--output=jsonpath={.metadata.uid}").Output()
	return string(out), err
}
