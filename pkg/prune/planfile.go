package prune

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"sigs.k8s.io/yaml"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/internal/boundedyaml"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// maxPlan is how large a plan may be, in bytes: ten thousand objects take some 5 MiB.
const maxPlan = 64 << 20

// Read reads a plan, JSON or YAML. What it does not know it refuses: somebody meant
// something by it.
func Read(r io.Reader) (*Plan, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxPlan+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxPlan {
		return nil, fmt.Errorf("it is larger than %d MiB", maxPlan>>20)
	}
	if err := boundedyaml.CheckAliases(text); err != nil {
		return nil, err
	}
	p := new(Plan)
	if err := yaml.UnmarshalStrict(text, p); err != nil {
		return nil, fmt.Errorf("it is no plan: %w", err)
	}
	return p, p.validate()
}

func (p *Plan) validate() error {
	switch {
	case p.APIVersion != APIVersion || p.Kind != KindPlan:
		return fmt.Errorf("it is a %q of %q, and no %s of %s: `prune --dry-run=client -o yaml` writes one", p.Kind, p.APIVersion, KindPlan, APIVersion)
	case p.Cluster == "" || p.Time.IsZero():
		return errors.New("it names no cluster or no time")
	}
	seen := make(map[string]bool)
	for n, i := range p.Items {
		switch {
		case i.UID == "" || i.Name == "" || i.Kind == "" || i.APIVersion == "":
			return fmt.Errorf("item %d has no apiVersion, kind, name or uid", n)
		case seen[i.UID]:
			return fmt.Errorf("item %d is there twice", n)
		}
		seen[i.UID] = true
	}
	for _, g := range p.Judgement.Allow {
		if !slices.Contains(verdict.Guards(), g) {
			return fmt.Errorf("it lifts a guard %q that there is not", g)
		}
		if !g.Liftable() {
			return fmt.Errorf("it lifts the guard %q, which nobody can", g)
		}
	}
	if m := p.Judgement.MinAgeSeconds; p.Judgement.StaleAfterSeconds < 0 || (m != nil && *m < 0) {
		return errors.New("it has a negative time span")
	}
	return nil
}

// Fits tells whether the plan is for a cluster and not too old. The time is the API
// server's.
func (p *Plan) Fits(cluster string, now time.Time, maxAge time.Duration) error {
	if p.Cluster != cluster {
		return fmt.Errorf("the plan is for another cluster (%s, context %q), and this is %s", p.Cluster, p.Context, cluster)
	}
	switch age := now.Sub(p.Time); {
	case age > maxAge:
		return fmt.Errorf("the plan is %s old, and more than --plan-max-age %s: make it anew", age.Round(time.Minute), maxAge)
	case age < -time.Minute:
		return fmt.Errorf("the plan is of %s, which is yet to come", p.Time.UTC().Format(time.RFC3339))
	default:
		return nil
	}
}
