//go:build e2e

package verdicts

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/render"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/cluster"
)

// judging is a look at the whole cluster.
type judging string

const (
	// whenStale: nothing is in flight and fresh, and nothing too young.
	whenStale judging = "when stale"
	// whenFresh: all that is in flight is fresh.
	whenFresh judging = "when fresh"
	// whenYoung: with the thresholds that people get.
	whenYoung judging = "when young"
	// whenLate: as whenStale, after the late scenes.
	whenLate judging = "when late"
)

func (j judging) flags() []string {
	switch j {
	case whenFresh:
		return []string{"--stale-after=1h", "--min-age=0s"}
	case whenYoung:
		return nil
	default:
		return []string{"--stale-after=1s", "--min-age=0s"}
	}
}

// output is what a run of the plugin left.
type output struct {
	stdout, stderr string
	code           int
}

func playAndJudge(ctx context.Context) error {
	stage.shown, stage.judged = make(map[judging]output), make(map[judging]output)
	if err := playScenes(ctx, false); err != nil {
		return err
	}
	if err := look(ctx, whenStale, whenFresh, whenYoung); err != nil {
		return err
	}
	if err := playScenes(ctx, true); err != nil {
		return err
	}
	if err := look(ctx, whenLate); err != nil {
		return err
	}
	if err := lookOtherwise(ctx); err != nil {
		return err
	}
	if err := lookAsOthers(ctx); err != nil {
		return err
	}
	var err error
	stage.after, err = playAfter(ctx)
	return err
}

func look(ctx context.Context, judgings ...judging) error {
	// Times in managedFields are whole seconds, so that staleness takes two.
	time.Sleep(2 * time.Second)
	for _, j := range judgings {
		var err error
		if stage.shown[j], err = ls(ctx, "-A"); err != nil {
			return err
		}
		if stage.judged[j], err = ls(ctx, append(j.flags(), "-A")...); err != nil {
			return err
		}
	}
	return nil
}

func ls(ctx context.Context, flags ...string) (output, error) {
	return lsAs(ctx, stage.Cluster.Kubeconfig, flags...)
}

func lsAs(ctx context.Context, kubeconfig string, flags ...string) (output, error) {
	cmd := exec.CommandContext(ctx, stage.Plugin, append([]string{"ls", "-o", "json"}, flags...)...)
	cmd.Env = append(cluster.Env(), "KUBECONFIG="+kubeconfig)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return output{}, fmt.Errorf("ls: %w", err)
	}
	return output{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}, nil
}

// finding is an item of ls -o json.
type finding struct {
	render.HookObject
	Verdict judgement `json:"verdict"`
}

// judgement is spelt out here, since programs read these names.
type judgement struct {
	Verdict  string `json:"verdict"`
	Reason   string `json:"reason"`
	Prunable bool   `json:"prunable"`
	Guards   []struct {
		Guard string `json:"guard"`
		Why   string `json:"why"`
	} `json:"guards"`
	Leaks  bool `json:"leaks"`
	Blocks []struct {
		Phase string `json:"phase"`
		How   string `json:"how"`
	} `json:"blocks"`
}

// findings are an output's by kind/namespace/name.
func (o output) findings() (map[string]finding, error) {
	var list struct{ Items []finding }
	if err := json.Unmarshal([]byte(o.stdout), &list); err != nil {
		return nil, fmt.Errorf("ls -o json: %w: exit code %d\n%s", err, o.code, o.stderr)
	}
	found := make(map[string]finding)
	for _, f := range list.Items {
		found[strings.Join([]string{f.Object.Kind, f.Metadata.Namespace, f.Metadata.Name}, "/")] = f
	}
	return found, nil
}
