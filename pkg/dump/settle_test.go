package dump

import (
	"context"
	"errors"
	"testing"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// Whatever files lack, the judge stops asking for it.
func TestSettles(t *testing.T) {
	stripped := mustOpen(t, jsonOf(t, listOf(shop())))
	stripped.RecordsEverywhere, stripped.Gaps = false, nil
	for i := range stripped.Records {
		stripped.Records[i].Body = nil
	}
	stripped.Records = append(stripped.Records, stripped.Records[0]) // twice, by mistake
	one := &cast{}
	one.stored("Secret", "shop", "blog", 1, "?")
	one.hook("batch/v1", "Job", "shop", "x")
	one.hook("batch/v1", "Job", "desk", "y")
	for name, text := range map[string]string{
		"dump": jsonOf(t, listOf(shop())), "one namespace": jsonOf(t, listOf(one.objects)),
		"Snapshot without bodies": written(t, stripped),
		"Snapshot of a namespace": written(t, &snapshot.Snapshot{Namespace: "shop", Objects: stripped.Objects}),
	} {
		for _, namespace := range []string{"", "shop", "desk", "else"} {
			e, err := openText(text, Options{Namespace: namespace})
			if err != nil {
				t.Fatal(err)
			}
			rounds := 0
			for ; rounds < 20; rounds++ {
				_, lacks := verdict.Judge(e.Snapshot(), verdict.Options{})
				if lacks.None() {
					break
				}
				ctx := context.Background()
				if lacks.RecordsEverywhere {
					err = e.ReadRecords(ctx, "")
				}
				if lacks.Dependents {
					err = errors.Join(err, e.ReadDependents(ctx))
				}
				if lacks.Witnesses {
					err = errors.Join(err, e.ReadWitnesses(ctx))
				}
				if err := errors.Join(err, e.ReadBodies(ctx, lacks.Bodies), e.ReadManifests(ctx, lacks.Manifests),
					e.ReadUsers(ctx, lacks.Users), e.SearchRecords(ctx, lacks.Search.Records, lacks.Search.Of), e.ReadHelmReleases(ctx, lacks.HelmReleases), e.ReadRuns(ctx, lacks.Runs)); err != nil {
					t.Fatal(err)
				}
			}
			if rounds == 20 {
				t.Errorf("%s, namespace %q: still lacking", name, namespace)
			}
		}
	}
}
