package main

import (
	"bytes"
	"context"
	"fmt"
	"strings"
)

// A kubeVersion is the version that Kubernetes programs report.
type kubeVersion struct {
	full, major, minor string
}

// kubernetesVersion reads the version from go.mod, so that it stands nowhere else.
func (c *compiler) kubernetesVersion(ctx context.Context) (kubeVersion, error) {
	cmd := c.command(ctx, nil, "list", "-m", "-f", "{{.Version}}", "k8s.io/kubernetes")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return kubeVersion{}, fmt.Errorf("read the version of k8s.io/kubernetes from go.mod: %s", firstError(stderr.Bytes(), err))
	}
	return parseKubeVersion(strings.TrimSpace(string(out)))
}

func parseKubeVersion(version string) (kubeVersion, error) {
	parts := strings.Split(strings.TrimPrefix(version, "v"), ".")
	if len(parts) < 3 || !strings.HasPrefix(version, "v") {
		return kubeVersion{}, fmt.Errorf("version %q of k8s.io/kubernetes is not vMAJOR.MINOR.PATCH", version)
	}
	return kubeVersion{full: version, major: parts[0], minor: parts[1]}, nil
}

// linkerFlags set the version in both places that keep one: component-base is
// what programs report, client-go is what they call themselves in requests.
func (v kubeVersion) linkerFlags() string {
	var flags []string
	for _, pkg := range []string{"k8s.io/component-base/version", "k8s.io/client-go/pkg/version"} {
		for _, set := range [][2]string{
			{"gitVersion", v.full}, {"gitMajor", v.major}, {"gitMinor", v.minor}, {"gitTreeState", "clean"},
		} {
			flags = append(flags, fmt.Sprintf("-X %s.%s=%s", pkg, set[0], set[1]))
		}
	}
	return strings.Join(flags, " ")
}
