//go:build e2e

package twins

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"

	"sigs.k8s.io/yaml"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/story"
)

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
	h := story.NewHelm(o.Helm, stage.Cluster.BinDir, stage.Cluster.Kubeconfig, t.of(o.Other), filepath.Join(stage.Dir, "helm"))
	h.Env = t.env()
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

// env is what Helm gets besides.
func (t *twin) env() []string {
	return []string{"HELM_DRIVER=" + t.script.Storage, "HOME=" + filepath.Join(stage.Dir, "home"), "GOGC=400"}
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
	data, err := yaml.Marshal(object{"objects": objects, "twin": t.namespace})
	if err != nil {
		return "", err
	}
	file := filepath.Join(t.dir, "values.yaml")
	return file, os.WriteFile(file, data, 0o600)
}
