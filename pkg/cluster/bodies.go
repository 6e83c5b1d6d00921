package cluster

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/live"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

const (
	// batchSize is how many records one request asks for. A record has up to
	// 1 MiB, so this bounds an answer to some 20 MiB at the very worst.
	batchSize = 20
	// crowd is how many wanted records make a namespace worth requests of its own.
	// Fewer are asked for together with those of other namespaces.
	crowd = 4
)

// batch is the records that one request asks for. A label selector pairs every
// name with every revision it lists, so a batch has one revision only.
type batch struct {
	driver    snapshot.Driver
	namespace string // empty for all
	revision  int
	records   []*snapshot.Record
	answer    int // how many records the server answers with
}

// namesakes counts the stored records of one name and revision in all
// namespaces: a request that spans namespaces is answered with all of them.
type namesakes map[nameKey]int

type nameKey struct {
	driver   snapshot.Driver
	name     string
	revision int
}

func keyOf(r *snapshot.Record) nameKey {
	return nameKey{r.Release.Driver, r.Release.Name, r.Revision}
}

func countNamesakes(records []snapshot.Record) namesakes {
	count := make(namesakes)
	for i := range records {
		count[keyOf(&records[i])]++
	}
	return count
}

// batches packs records into few requests. Those may span namespaces only where
// all namesakes are known; many of one name, as where each tenant has the same
// release, are asked for namespace by namespace.
func batches(records []*snapshot.Record, known namesakes) []*batch {
	perNamespace := make(map[string]int)
	for _, r := range records {
		perNamespace[r.Release.Namespace]++
	}
	type key struct {
		driver    snapshot.Driver
		namespace string
		revision  int
	}
	open := make(map[key]*batch)
	var all []*batch
	for _, r := range records {
		k := key{r.Release.Driver, r.Release.Namespace, r.Revision}
		size := 1
		if n := known[keyOf(r)]; n > 0 && n <= crowd && perNamespace[k.namespace] < crowd {
			k.namespace, size = "", n
		}
		b := open[k]
		if b != nil && slices.Contains(b.names(), r.Release.Name) {
			size = 0
		}
		if b == nil || b.answer+size > batchSize {
			b = &batch{driver: k.driver, namespace: k.namespace, revision: k.revision}
			open[k] = b
			all = append(all, b)
		}
		b.records = append(b.records, r)
		b.answer += size
	}
	return all
}

func (b *batch) names() []string {
	var names []string
	for _, r := range b.records {
		if !slices.Contains(names, r.Release.Name) {
			names = append(names, r.Release.Name)
		}
	}
	return names
}

func (b *batch) selector() string {
	return fmt.Sprintf("%s,%s=%d,%s in (%s)", release.OwnerSelector,
		release.LabelVersion, b.revision, release.LabelName, strings.Join(b.names(), ","))
}

// taker takes in a record that was read, or why it could not be. It is called by
// many at once, each with a decoder of its own, for different records.
type taker func(r *snapshot.Record, st *storedRecord, why error, d *release.Decoder) []snapshot.Gap

// takeBody decodes a record's body and puts it into place.
func takeBody(r *snapshot.Record, st *storedRecord, why error, d *release.Decoder) []snapshot.Gap {
	if why == nil {
		why = st.fill(r, d)
	}
	if why != nil {
		return []snapshot.Gap{live.RecordGap(r.RecordID, reason(why))}
	}
	return live.HookGaps(r)
}

// readBodies reads the bodies of records, and has them taken in. What cannot be
// read or decoded becomes a gap.
func (c *Client) readBodies(ctx context.Context, records []*snapshot.Record, known namesakes, q *Query, take taker) ([]snapshot.Gap, error) {
	todo := batches(records, known)
	gaps := make([][]snapshot.Gap, len(todo))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(c.options.Concurrency)
	count := q.counter("release records, in batches", len(todo))
	for i, b := range todo {
		g.Go(func() error {
			defer count()
			var err error
			gaps[i], err = c.readBatch(ctx, b, take)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return slices.Concat(gaps...), nil
}

func (c *Client) readBatch(ctx context.Context, b *batch, take taker) ([]snapshot.Gap, error) {
	stored, err := c.stored(ctx, b)
	if err != nil && fatal(ctx, err) {
		return nil, err
	}
	decoder := release.NewDecoder(release.DefaultLimits())
	var gaps []snapshot.Gap
	for _, record := range b.records {
		st, ok := stored[storedKey{record.Release.Namespace, record.Release.Name}]
		why := err
		if !ok && err == nil { // its labels may say something else than its name does
			st, why = c.storedByName(ctx, record)
			if why != nil && fatal(ctx, why) {
				return nil, why
			}
		}
		gaps = append(gaps, take(record, &st, why, decoder)...)
	}
	return gaps, nil
}

// fill decodes the body, and takes over the state that belongs to it: Helm may
// have rewritten the record since its metadata was read.
func (st *storedRecord) fill(r *snapshot.Record, d *release.Decoder) error {
	if err := live.DecodeBody(r, st.payload, d); err != nil {
		return err
	}
	st.state(r)
	return nil
}

func (st *storedRecord) state(r *snapshot.Record) {
	r.Status, r.UID, r.ResourceVersion, r.Written = st.status, st.uid, st.resourceVersion, st.written
}
