package dump

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/live"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

// Options say what is asked.
type Options struct {
	// Namespace, or empty for all.
	Namespace string
}

// Evidence is what files hold. All of it is read by Open; what is asked for later
// and is not there becomes a gap.
type Evidence struct {
	snap *snapshot.Snapshot
	// files names what was read, for people.
	files string
	// undecoded says why bodies are missing that nobody has asked for yet.
	undecoded map[snapshot.RecordID]string
	// workloads tells whether there are any in dumps of kubectl.
	workloads bool
	// undeclared says the same of manifests.
	undeclared map[snapshot.RecordID]string
	// lacking are kinds of users of which there is no object, as far as nobody has
	// asked for them yet; nil tells that the file is a Snapshot.
	lacking lackingUsers
}

// Open reads files: "-" is stdin, and a directory stands for the JSON and YAML
// files in it.
func Open(ctx context.Context, paths []string, stdin io.Reader, o Options) (*Evidence, error) {
	type result struct {
		evidence *Evidence
		err      error
	}
	done := make(chan result, 1)
	// On its own, because neither a terminal nor a pipe that nobody writes to can
	// be read with a context.
	go func() {
		e, err := open(ctx, paths, stdin, o)
		done <- result{e, err}
	}()
	select {
	case r := <-done:
		return r.evidence, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func open(ctx context.Context, paths []string, stdin io.Reader, o Options) (*Evidence, error) {
	sources, err := sourcesOf(paths, stdin)
	if err != nil {
		return nil, err
	}
	c := newCollector()
	for _, src := range sources {
		c.file = src.name
		if err := src.read(ctx, c); err != nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			return nil, fmt.Errorf("%s: %w", src.name, err)
		}
	}
	e := &Evidence{files: namesOf(sources)}
	if c.snap != nil {
		e.snap = c.snap
		e.narrow(o.Namespace)
		return e, nil
	}
	e.workloads = c.kinds.hasWorkloads()
	if e.snap, e.lacking, err = c.finish(e.files, o.Namespace); err != nil {
		return nil, err
	}
	e.undecoded, e.undeclared = c.undecoded, c.undeclared
	e.report()
	return e, nil
}

// namedFiles is how many files a gap names.
const namedFiles = 3

func namesOf(sources []source) string {
	var names []string
	for _, s := range sources {
		names = append(names, s.name)
	}
	more := ""
	if len(names) > namedFiles {
		more = fmt.Sprintf(" and %d more", len(names)-namedFiles)
		names = names[:namedFiles]
	}
	return strings.Join(names, ", ") + more
}

// narrow makes the Snapshot of a file answer to a namespace. What it was not made
// of, it cannot tell.
func (e *Evidence) narrow(namespace string) {
	if e.snap.Namespace == "" {
		e.snap.Namespace = namespace
		return
	}
	switch made := e.snap.Namespace; namespace {
	case made:
	case "":
		e.gap(snapshot.Gap{What: "other namespaces than " + made, Why: e.files + " was made of that one", Records: snapshot.Secrets, Besides: []string{made}})
	default:
		e.gap(snapshot.Gap{What: "anything", Namespace: namespace, Why: e.files + " was made of namespace " + made, Everything: true, Records: snapshot.Secrets})
	}
}

// report turns what is unreadable in records into gaps. Bodies of other namespaces
// than the one asked for wait until somebody needs them.
func (e *Evidence) report() {
	for i := range e.snap.Records {
		r := &e.snap.Records[i]
		if e.snap.Namespace != "" && r.Release.Namespace != e.snap.Namespace {
			continue
		}
		if why, ok := e.undecoded[r.RecordID]; ok {
			e.gap(live.RecordGap(r.RecordID, why))
		}
		e.snap.Gaps = append(e.snap.Gaps, live.HookGaps(r)...)
	}
}

func (e *Evidence) gap(g snapshot.Gap) { e.snap.Gaps = append(e.snap.Gaps, g) }

// IsSnapshot tells whether the file is what this program wrote, and not what kubectl did.
func (e *Evidence) IsSnapshot() bool { return e.lacking == nil }

// Snapshot is the evidence.
func (e *Evidence) Snapshot() *snapshot.Snapshot { return e.snap }

// ReadRecords notes as a gap that the records of other namespaces are not there.
func (e *Evidence) ReadRecords(_ context.Context, namespace string) error {
	if e.snap.RecordsEverywhere || namespace != "" {
		return nil
	}
	e.snap.RecordsEverywhere = true // all that will ever be read
	for _, store := range storages() {
		g := store.gap(e.files + " may hold those of one namespace only")
		if len(e.snap.Records) > 0 { // which is this one
			g.Besides = []string{e.snap.Records[0].Release.Namespace}
		}
		e.gap(g)
	}
	return nil
}

// ReadBodies notes as gaps what is not there.
func (e *Evidence) ReadBodies(_ context.Context, ids []snapshot.RecordID) error {
	known := make(map[snapshot.RecordID]bool)
	for _, g := range e.snap.Gaps {
		if g.Record != nil {
			known[*g.Record] = true
		}
	}
	for _, id := range ids {
		if known[id] {
			continue
		}
		known[id] = true
		why, ok := e.undecoded[id]
		if !ok {
			why = "not in " + e.files
		}
		e.gap(live.RecordGap(id, why))
	}
	return nil
}

var errTwoSnapshots = errors.New("a Snapshot stands alone: give one file, or dumps of kubectl only")
