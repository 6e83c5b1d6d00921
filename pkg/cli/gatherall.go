package cli

import (
	"context"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/cluster"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/verdict"
)

// gatherAll reads everything that could ever be evidence, whatever is judged later:
// of the cluster, or of one namespace and what tells of that elsewhere.
func gatherAll(ctx context.Context, source *sourceFlags, streams genericiooptions.IOStreams, step stepFunc) (evidence, error) {
	q := cluster.Query{Progress: step}
	if n := source.config.Namespace; n != nil {
		q.Namespace = *n
	}
	e, err := source.gather(ctx, q, streams)
	if err != nil {
		return nil, err
	}
	if q.Namespace == "" {
		_, err = settle(ctx, e, verdict.Options{})
	} else {
		err = narrow(ctx, e, q.Namespace)
	}
	if err != nil {
		return nil, err
	}
	snap := e.Snapshot()
	if err := e.ReadBodies(ctx, unread(snap, func(r *snapshot.Record) bool { return r.Body == nil })); err != nil {
		return nil, err
	}
	// Bodies come before manifests, since they show which objects are hooks.
	if err := e.ReadManifests(ctx, unread(snap, func(r *snapshot.Record) bool { return !r.ManifestRead })); err != nil {
		return nil, err
	}
	return e, e.ReadUsers(ctx, unused(snap))
}

// narrow leaves only what tells of a namespace, after it has looked for that elsewhere as ls
// does: in the records in force, and for what still runs.
func narrow(ctx context.Context, e evidence, namespace string) error {
	snap := e.Snapshot()
	bodies := func() error {
		telling := snap.Telling(namespace)
		return e.ReadBodies(ctx, unread(snap, func(r *snapshot.Record) bool { return r.Body == nil && telling[r.Release] }))
	}
	if err := bodies(); err != nil {
		return err
	}
	if !snap.RecordsConfined {
		if err := searchElsewhere(ctx, e, namespace); err != nil {
			return err
		}
		if err := bodies(); err != nil {
			return err
		}
	}
	if err := e.ReadRuns(ctx, snap.RunsBeyond(namespace)); err != nil {
		return err
	}
	snap.Restrict(namespace)
	return nil
}

// searchElsewhere searches the records in force elsewhere for all objects of a namespace:
// with which flags they will be judged nobody knows. It searches again what came meanwhile.
func searchElsewhere(ctx context.Context, e evidence, namespace string) error {
	snap := e.Snapshot()
	var of []snapshot.ObjectRef
	for i := range snap.Objects {
		if o := &snap.Objects[i]; o.Namespace == namespace {
			of = append(of, o.Ref())
		}
	}
	if len(of) == 0 {
		return nil
	}
	if err := e.ReadRecords(ctx, ""); err != nil {
		return err
	}
	snap.Seek(of)
	for {
		inForce := recordsInForce(snap)
		ids := unread(snap, func(r *snapshot.Record) bool {
			return r.Release.Namespace != namespace && inForce[r] && !r.ManifestRead && !r.Silent
		})
		if len(ids) == 0 {
			return nil
		}
		if err := e.SearchRecords(ctx, ids, of); err != nil {
			return err
		}
	}
}

// recordsInForce are those that Helm's next commands work from: each release's newest, and
// the one that is deployed.
func recordsInForce(s *snapshot.Snapshot) map[*snapshot.Record]bool {
	inForce := make(map[*snapshot.Record]bool)
	for _, records := range s.Releases() {
		inForce[records[0]] = true
		for _, r := range records {
			if r.Status == release.StatusDeployed {
				inForce[r] = true
				break
			}
		}
	}
	return inForce
}

// unread are the records of which something is missing that no gap explains.
func unread(s *snapshot.Snapshot, missing func(*snapshot.Record) bool) []snapshot.RecordID {
	tried := make(map[snapshot.RecordID]bool)
	for _, g := range s.Gaps {
		if g.Record != nil {
			tried[*g.Record] = true
		}
		if g.Manifest != nil {
			tried[*g.Manifest] = true
		}
	}
	var ids []snapshot.RecordID
	for i := range s.Records {
		if r := &s.Records[i]; missing(r) && !tried[r.RecordID] {
			ids = append(ids, r.RecordID)
		}
	}
	return ids
}

// unused are the objects whose users have not been looked for.
func unused(s *snapshot.Snapshot) []snapshot.ObjectRef {
	var refs []snapshot.ObjectRef
	for i := range s.Objects {
		if o := &s.Objects[i]; !o.UsersRead {
			refs = append(refs, o.Ref())
		}
	}
	return refs
}
