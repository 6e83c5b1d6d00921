//go:build e2e

package e2e

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/render"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/test/story"
)

// declared is an object that a release declares as a hook, told in words of
// Helm's own.
type declared struct {
	Kind, Namespace, Name string
	// Generated tells that Name is the start of generated ones.
	Generated bool
	Events    []string
	Weight    int
	PolicySet bool
	Policies  []string
}

func (d declared) id() string { return d.Kind + "/" + d.Name }

func (d declared) runsAt(event string) bool { return slices.Contains(d.Events, event) }

// hooksOf asks Helm for the hooks of a revision, Lists taken apart.
func hooksOf(ctx context.Context, h story.Helm, release string, revision int) ([]declared, error) {
	out, err := h.Command(ctx, "get", "hooks", release, "--revision", strconv.Itoa(revision)).Output()
	if err != nil {
		return nil, fmt.Errorf("helm%d get hooks %s --revision %d: %w", h.Major, release, revision, err)
	}
	var all []declared
	for doc := range strings.SplitSeq("\n"+string(out), "\n---\n") {
		var m manifest
		if err := yaml.Unmarshal([]byte(doc), &m); err != nil {
			return nil, fmt.Errorf("helm get hooks: %w\n%s", err, doc)
		}
		if m.Kind != "" {
			all = append(all, m.declared()...)
		}
	}
	return all, nil
}

// manifest is as much of a hook's as Helm's rules are about.
type manifest struct {
	Kind     string
	Metadata struct {
		Name, Namespace, GenerateName string
		Annotations                   map[string]string
	}
	Items []manifest
}

func (m manifest) declared() []declared {
	a := m.Metadata.Annotations
	weight, err := strconv.Atoi(a["helm.sh/hook-weight"])
	if err != nil {
		weight = 0
	}
	policy, set := a["helm.sh/hook-delete-policy"]
	d := declared{Events: split(a["helm.sh/hook"]), Weight: weight, PolicySet: set}
	if set {
		d.Policies = split(policy)
	}
	for i, e := range d.Events {
		if e == "test-success" {
			d.Events[i] = "test"
		}
	}
	objects := []manifest{m}
	if m.Kind == "List" {
		objects = m.Items
	}
	var all []declared
	for _, o := range objects {
		d.Kind, d.Namespace, d.Name = o.Kind, o.Metadata.Namespace, cmp.Or(o.Metadata.Name, o.Metadata.GenerateName)
		d.Generated = o.Metadata.Name == ""
		all = append(all, d)
	}
	return all
}

// split makes annotations comparable: Helm does not care for case, space or order.
func split(list string) []string { return strings.Split(words(list), ",") }

// told is what ls says of an object, in the same words.
func told(h render.HookObject) declared {
	d := declared{
		Kind: h.Object.Kind, Namespace: h.Metadata.Namespace,
		Name: cmp.Or(h.Metadata.GenerateName, h.Metadata.Name), Generated: h.Metadata.GenerateName != "",
		Weight: h.Hook.Weight, PolicySet: h.Hook.DeletePolicySet,
		Events: slices.Sorted(slices.Values(h.Hook.Phases)),
	}
	if d.PolicySet {
		d.Policies = slices.Sorted(slices.Values(h.Hook.DeletePolicies))
	}
	return d
}

// listing runs ls -o json where there is no test, or where other scenes go on
// meanwhile and what vanishes may be warned about.
func listing(ctx context.Context, args ...string) ([]render.HookObject, error) {
	r, err := launch(ctx, stage.Cluster.Kubeconfig, pluginPath(), append([]string{"ls", "-o", "json"}, args...)...)
	if err != nil {
		return nil, err
	}
	if r.code != 0 {
		return nil, fmt.Errorf("ls %s: exit code %d\n%s", strings.Join(args, " "), r.code, r.stderr)
	}
	var l render.HookObjectList
	if err := json.Unmarshal([]byte(r.stdout), &l); err != nil {
		return nil, fmt.Errorf("ls -o json: %w\n%s", err, r.stdout)
	}
	return l.Items, nil
}
