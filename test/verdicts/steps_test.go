//go:build e2e

package verdicts

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/story"
)

// step is something that happens in a scene.
type step func(ctx context.Context, h *hand) error

// values are what the chart is to consist of.
func values(objects ...object) []object { return objects }

// perform takes the steps in a new namespace.
func (h *hand) perform(ctx context.Context, steps []step) error {
	if err := os.MkdirAll(h.dir, 0o700); err != nil {
		return err
	}
	if err := h.kubectl(ctx, nil, "create", "namespace", "{ns}"); err != nil {
		return err
	}
	return h.take(ctx, steps)
}

func (h *hand) take(ctx context.Context, steps []step) error {
	for i, s := range steps {
		if err := s(ctx, h); err != nil {
			return fmt.Errorf("step %d: %w", i, err)
		}
	}
	return nil
}

// fill puts the scene's names into arguments.
func (h *hand) fill(args ...string) []string {
	var filled []string
	for _, a := range args {
		filled = append(filled, strings.NewReplacer("{ns}", h.Namespace, "{release}", h.release).Replace(a))
	}
	return filled
}

// valuesFile writes a file for Helm, and returns its path.
func (h *hand) valuesFile(objects []object) (string, error) {
	data, err := yaml.Marshal(map[string]any{"objects": objects})
	if err != nil {
		return "", err
	}
	f, err := os.CreateTemp(h.dir, "values-*.yaml")
	if err != nil {
		return "", err
	}
	_, err = f.Write(data)
	return f.Name(), errors.Join(err, f.Close())
}

// chartArgs are the arguments of commands that take a chart.
func (h *hand) chartArgs(command string, objects []object, flags []string) ([]string, error) {
	chart, err := story.Chart("hooks")
	if err != nil {
		return nil, err
	}
	file, err := h.valuesFile(objects)
	if err != nil {
		return nil, err
	}
	return append([]string{command, h.release, chart, "--values", file}, h.fill(flags...)...), nil
}

func install(objects []object, flags ...string) step { return runChart("install", objects, flags) }

func upgrade(objects []object, flags ...string) step { return runChart("upgrade", objects, flags) }

func runChart(command string, objects []object, flags []string) step {
	return func(ctx context.Context, h *hand) error {
		args, err := h.chartArgs(command, objects, flags)
		if err != nil {
			return err
		}
		return h.Run(ctx, args...)
	}
}

// helm is for commands without chart.
func helm(args ...string) step {
	return func(ctx context.Context, h *hand) error { return h.Run(ctx, h.fill(args...)...) }
}

func uninstall(flags ...string) step {
	return helm(append([]string{"uninstall", "{release}"}, flags...)...)
}

// failing wants Helm to say something: that it failed for the right reason.
func failing(s step, message string) step {
	return func(ctx context.Context, h *hand) error {
		err := s(ctx, h)
		var exit *exec.ExitError
		switch {
		case err == nil:
			return errors.New("helm did not fail")
		case !errors.As(err, &exit) || !strings.Contains(err.Error(), message):
			return fmt.Errorf("helm failed for another reason than %q: %w", message, err)
		}
		return nil
	}
}

// elsewhere takes a step in another namespace, {ns} with an ending, that it makes.
func elsewhere(ending string, steps ...step) step {
	return func(ctx context.Context, h *hand) error {
		other := *h
		other.Namespace += ending
		other.dir += ending
		return other.perform(ctx, steps)
	}
}

// as takes steps with another release in the same namespace.
func as(release string, steps ...step) step {
	return func(ctx context.Context, h *hand) error {
		other := *h
		other.release = h.fill(release)[0]
		return other.take(ctx, steps)
	}
}

// stored takes a step with another storage driver.
func stored(driver string, s step) step {
	return func(ctx context.Context, h *hand) error {
		other := *h
		other.Env = []string{"HELM_DRIVER=" + driver}
		return s(ctx, &other)
	}
}

// by4 takes a step with Helm 4, after Helm 3 has taken others.
func by4(s step) step {
	return func(ctx context.Context, h *hand) error {
		other := *h
		other.Helm = story.NewHelm(4, stage.Cluster.BinDir, h.Kubeconfig, h.Namespace, h.Home)
		return s(ctx, &other)
	}
}

// kubectl runs the real one.
func kubectl(args ...string) step {
	return func(ctx context.Context, h *hand) error { return h.kubectl(ctx, nil, args...) }
}

func (h *hand) kubectlCommand(ctx context.Context, args ...string) *exec.Cmd {
	kubectl := filepath.Join(stage.Cluster.BinDir, "kubectl")
	cmd := exec.CommandContext(ctx, kubectl, append(h.fill(args...), "--namespace", h.Namespace)...)
	cmd.Env = append(cluster.Env(), "KUBECONFIG="+h.Kubeconfig)
	return cmd
}

func (h *hand) kubectl(ctx context.Context, stdin []byte, args ...string) error {
	cmd := h.kubectlCommand(ctx, args...)
	cmd.Stdin = bytes.NewReader(stdin)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("kubectl %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return nil
}

// create makes objects by a client of that name, without Helm.
func create(manager string, objects ...object) step {
	return func(ctx context.Context, h *hand) error {
		var list []byte
		for _, o := range objects {
			data, err := h.render(o)
			if err != nil {
				return err
			}
			list = append(append(list, data...), "\n---\n"...)
		}
		return h.kubectl(ctx, list, "create", "--field-manager", manager, "--filename", "-")
	}
}

// render does what Helm does with the templates that are used here.
func (h *hand) render(o object) ([]byte, error) {
	data, err := json.Marshal(o)
	return []byte(strings.NewReplacer(
		"{{ .Release.Name }}", h.release, "{{ .Release.Namespace }}", h.Namespace, "{{ .Release.Service }}", "Helm",
	).Replace(string(data))), err
}
