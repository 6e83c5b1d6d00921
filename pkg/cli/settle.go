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
	// ReadWitnesses makes the snapshot's witnesses complete, but for gaps.
	ReadWitnesses(ctx context.Context) error
	// ReadHelmReleases adds an entry for each name that has none.
	ReadHelmReleases(ctx context.Context, names []snapshot.FluxName) error
	ReadManifests(ctx context.Context, records []snapshot.RecordID) error
	ReadUsers(ctx context.Context, of []snapshot.ObjectRef) error
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
		if lacks.RecordsEverywhere {
			if err := e.ReadRecords(ctx, ""); err != nil {
				return nil, err
			}
		}
		if len(lacks.Bodies) > 0 {
			if err := e.ReadBodies(ctx, lacks.Bodies); err != nil {
				return nil, err
			}
		}
	}
}
