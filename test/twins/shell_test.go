//go:build e2e

package twins

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

// shellHead is what every shell script begins with, after its first lines.
const shellHead = `#
# The same life in two namespaces, each with those beside it; in the second, prune runs in
# between. It prints how each command of Helm ended, without prune and with it, and what
# only one of the two has in the end. It ends with 1 if a command failed with prune only.
#
# Usage: sh FILE [NAMESPACE-WITHOUT-PRUNE [NAMESPACE-WITH-PRUNE]]
# Neither may be there yet, and both stay. On the PATH it wants helm3, helm4, kubectl and
# kubectl-helmhooks; KUBECONFIG says which cluster.
set -u
A=${1:-twin-a}
B=${2:-twin-b}
worse=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

namespace() {
	kubectl create namespace "$1" || exit 2
	until kubectl get serviceaccount default --namespace "$1" >/dev/null 2>&1; do sleep 1; done
}

# chart NAME makes a chart of what it is told.
chart() {
	mkdir -p "$work/$1/templates"
	printf 'apiVersion: v2\nname: hooks\nversion: 0.1.0\n' >"$work/$1/Chart.yaml"
	cat >"$work/$1/templates/objects.yaml"
}

# both NUMBER takes the step in both twins.
both() {
	step "$A" >"$work/a" 2>&1
	a=$?
	step "$B" >"$work/b" 2>&1
	b=$?
	echo "$1: $a $b"
	[ "$a" -eq 0 ] || sed 's/^/  without prune: /' "$work/a"
	[ "$b" -eq 0 ] || sed 's/^/  with prune: /' "$work/b"
	if [ "$a" -eq 0 ] && [ "$b" -ne 0 ]; then worse=1; fi
}

# revision RELEASE NAMESPACE BACK is one of those that are there, the newest with 0.
revision() {
	helm3 history "$1" --namespace "$2" --max 256 2>/dev/null |
		awk -v back="$3" 'NR > 1 { r[n++] = $1 } END { print n ? r[n - 1 - back % n] : 1 }'
}

# objects TWIN NAMESPACE lists what is in a namespace and no controller made, as both twins
# call it.
objects() {
	named='{{if .metadata.generateName}}{{.metadata.generateName}}*{{else}}{{.metadata.name}}{{end}}'
	listed="{{range .items}}{{if not .metadata.ownerReferences}}{{.kind}}/$named{{\"\\n\"}}{{end}}{{end}}"
	{
		kubectl get "$kinds" --namespace "$2" -o go-template="$listed"
		kubectl get "things.$1.helmhooks.test" --namespace "$2" -o go-template="$listed" 2>/dev/null # if they are defined
	} | sed "s/$1/NS/g" | sort
}
`

// shell is the script for people: it can be read, and run on any cluster.
func (s *script) shell() (string, error) {
	var b strings.Builder
	b.WriteString("#!/bin/sh\n")
	if s.Found != "" {
		fmt.Fprintf(&b, "# It shows: %s\n", strings.ReplaceAll(s.Found, "\n", "\n# "))
	}
	b.WriteString(shellHead)
	if s.Storage != "" {
		fmt.Fprintf(&b, "export HELM_DRIVER=%s\n", s.Storage)
	}
	fmt.Fprintf(&b, "kinds=%s\n\n", strings.Join(s.served(), ","))
	for _, space := range s.spaces() {
		if space != made {
			fmt.Fprintf(&b, "namespace \"$A%s\"\nnamespace \"$B%s\"\n", dash(space), dash(space))
		}
	}
	charts := make(map[string]int)
	for n := range s.Ops {
		fmt.Fprintf(&b, "\n# %d: %s\n", n, &s.Ops[n])
		if err := s.step(&b, n, charts); err != nil {
			return "", err
		}
	}
	b.WriteString("\necho 'Only without prune (<), only with it (>):'\n")
	for _, space := range s.spaces() {
		fmt.Fprintf(&b, "objects \"$A\" \"$A%s\" >\"$work/a\"\nobjects \"$B\" \"$B%s\" >\"$work/b\"\ndiff \"$work/a\" \"$work/b\"\n", dash(space), dash(space))
	}
	b.WriteString("exit $worse\n")
	return b.String(), nil
}

func dash(space string) string {
	if space == "" {
		return ""
	}
	return "-" + space
}

// served are the kinds with namespaces that the script is about, as kubectl takes them,
// but for custom resources.
func (s *script) served() []string {
	var names []string
	for _, kind := range s.looked() {
		if clusterWide(kind) || kind == "Thing" {
			continue
		}
		name := kinds()[kind].plural
		if group, _, ok := strings.Cut(kinds()[kind].version, "/"); ok {
			name += "." + group
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// step writes an operation.
func (s *script) step(b *strings.Builder, n int, charts map[string]int) error {
	o := &s.Ops[n]
	if o.Do == doPrune {
		b.WriteString("sleep 4 # so that what was killed is stale\n")
		for _, space := range s.spaces() {
			flags := append([]string{"--yes", "--min-age=0s", "--stale-after=1s"}, o.Flags...)
			fmt.Fprintf(b, "kubectl helmhooks prune --namespace \"$B%s\" %s\n", dash(space), strings.Join(flags, " "))
		}
		return nil
	}
	release, namespace := `"$1"`, `"$1"`
	if o.Other {
		release = `"$1-other"`
		if s.Far {
			namespace = `"$1-far"`
		}
	}
	words := []string{fmt.Sprintf("helm%d", o.Helm), o.Do, release}
	switch o.Do {
	case doInstall, doUpgrade:
		templates, err := o.templates()
		if err != nil {
			return err
		}
		of, known := charts[templates]
		if !known {
			of, charts[templates] = n, n
			fmt.Fprintf(b, "chart %d <<'END'\n%sEND\n", n, templates)
		}
		words = append(words, fmt.Sprintf(`"$work/%d"`, of), `--set twin="$1"`)
	case doRollback:
		words = append(words, fmt.Sprintf(`"$(revision %s %s %d)"`, release, namespace, o.Back))
	}
	for _, flag := range o.Flags {
		words = append(words, "'"+flag+"'")
	}
	words = append(words, "--namespace "+namespace, "--timeout="+patience)
	if o.Kill != nil {
		when := map[bool]string{true: "after", false: "before"}[o.Kill.Done]
		fmt.Fprintf(b, "# Helm was killed at its write number %d of a record or Job, %s the server had done it.\n", o.Kill.Write, when)
		b.WriteString("# KILL_AFTER seconds come near that where hooks take their time.\n")
		words = append([]string{`timeout -s KILL "${KILL_AFTER:-1}"`}, words...)
	}
	fmt.Fprintf(b, "step() {\n\t%s\n}\nboth %d\n", strings.Join(words, " "), n)
	return nil
}

// templates are a chart's manifests.
func (o *op) templates() (string, error) {
	var b strings.Builder
	for i := range o.Chart {
		text, err := yaml.Marshal(o.Chart[i].manifest())
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "---\n%s", text)
	}
	return b.String(), nil
}

// save writes the script and the shell script beside it, and returns the latter.
func (s *script) save(file string) (string, error) {
	if err := s.write(file); err != nil {
		return "", err
	}
	text, err := s.shell()
	if err != nil {
		return "", err
	}
	return text, os.WriteFile(strings.TrimSuffix(file, ".yaml")+".sh", []byte(text), 0o755)
}
