package cli

import (
	"context"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// evidence is where a snapshot comes from, and what adds to it on demand. What
// it cannot add it must name as a gap.
type evidence interface {
	Snapshot() *snapshot.Snapshot
	ReadRecords(ctx context.Context, namespace string) error
	ReadBodies(ctx context.Context, records []snapshot.RecordID) error
	// ReadManifests reads what the records declare besides hooks, and what that needs.
	ReadManifests(ctx context.Context, records []snapshot.RecordID) error
	// SearchRecords looks through what the records declare, and reads those that say
	// anything of the objects. The objects are Sought from then on.
	SearchRecords(ctx context.Context, records []snapshot.RecordID, of []snapshot.ObjectRef) error
	// ReadUsers reads which live objects use these.
	ReadUsers(ctx context.Context, of []snapshot.ObjectRef) error
	// ReadRuns reads what there is of Jobs and Pods in namespaces that were not listed.
	ReadRuns(ctx context.Context, runs []snapshot.DeclaredRun) error
	// ReadWitnesses reads the marks of releases on all live objects there are.
	ReadWitnesses(ctx context.Context) error
	// ReadDependents reads what depends on hook objects, of the kinds that were not listed.
	ReadDependents(ctx context.Context) error
	// ReadHelmReleases reads what Flux's HelmReleases say.
	ReadHelmReleases(ctx context.Context, names []snapshot.FluxName) error
}

// settle judges and fills what the judge lacks, until nothing is lacking. It
// ends because each lack is either filled or becomes a gap.
func settle(ctx context.Context, e evidence, o verdict.Options) ([]verdict.Finding, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		findings, lacks := verdict.Judge(e.Snapshot(), o)
		if lacks.None() {
			return findings, nil
		}
		if err := fill(ctx, e, lacks); err != nil {
			return nil, err
		}
	}
}

// fill reads what is lacking. Metadata of records come before what is read of them.
func fill(ctx context.Context, e evidence, lacks verdict.Lacks) error {
	for _, step := range []struct {
		needed bool
		read   func() error
	}{
		{len(lacks.HelmReleases) > 0, func() error { return e.ReadHelmReleases(ctx, lacks.HelmReleases) }},
		{lacks.RecordsEverywhere, func() error { return e.ReadRecords(ctx, "") }},
		{lacks.Dependents, func() error { return e.ReadDependents(ctx) }},
		{lacks.Witnesses, func() error { return e.ReadWitnesses(ctx) }},
		{len(lacks.Bodies) > 0, func() error { return e.ReadBodies(ctx, lacks.Bodies) }},
		{len(lacks.Runs) > 0, func() error { return e.ReadRuns(ctx, lacks.Runs) }},
		{len(lacks.Manifests) > 0, func() error { return e.ReadManifests(ctx, lacks.Manifests) }},
		{len(lacks.Users) > 0, func() error { return e.ReadUsers(ctx, lacks.Users) }},
		{len(lacks.Search.Of) > 0, func() error { return e.SearchRecords(ctx, lacks.Search.Records, lacks.Search.Of) }},
	} {
		if !step.needed {
			continue
		}
		if err := step.read(); err != nil {
			return err
		}
	}
	return nil
}
