package cluster

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/live"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
)

const (
	// batchSize is how many records one request asks for. A record has up to
	// 1 MiB, so this bounds an answer to some 20 MiB at the very worst.
	batchSize = 20
	// crowd is how many wanted records make a namespace worth requests of its own, and
	// how many wanted revisions make it a release. Fewer are asked for together with
	// those of other namespaces, and of other releases.
	crowd = 4
)

// batch is the records that one request asks for. A label selector pairs every name
// with every revision it lists, so of each name a batch has all its revisions.
type batch struct {
	driver    snapshot.Driver
	namespace string // empty for all
	revisions []int
	records   []*snapshot.Record
	answer    int // how many records the server answers with
}

// batches packs records into few requests. Those may span namespaces only where
// all namesakes are known; many of one name, as where each tenant has the same
// release, are asked for namespace by namespace.
func batches(records []*snapshot.Record, known *namesakes) []*batch {
	perNamespace := make(map[string]int)
	for _, r := range records {
		perNamespace[r.Release.Namespace]++
	}
	type key struct {
		driver               snapshot.Driver
		namespace, revisions string
	}
	open := make(map[key]*batch)
	var all []*batch
	for _, u := range units(records) {
		r := u[0]
		revisions := revisionsOf(u)
		k := key{r.Release.Driver, r.Release.Namespace, joined(revisions)}
		size := len(u)
		if size == 1 && known.mayAsk(r, perNamespace[k.namespace]) {
			k.namespace, size = "", known.count[keyOf(r)]
		}
		b := open[k]
		if b != nil && k.namespace == "" && slices.Contains(b.names(), r.Release.Name) {
			size = 0
		}
		if b == nil || b.answer+size > batchSize {
			b = &batch{driver: k.driver, namespace: k.namespace, revisions: revisions}
			open[k] = b
			all = append(all, b)
		}
		b.records = append(b.records, u...)
		b.answer += size
	}
	return all
}

// units are records that are asked for together: many of one release, or single ones.
func units(records []*snapshot.Record) [][]*snapshot.Record {
	byRelease := make(map[snapshot.ReleaseID][]*snapshot.Record)
	for _, r := range records {
		byRelease[r.Release] = append(byRelease[r.Release], r)
	}
	var all [][]*snapshot.Record
	for _, r := range records {
		of := byRelease[r.Release]
		delete(byRelease, r.Release)
		size := 1
		if len(of) >= crowd {
			size = batchSize
		}
		all = slices.AppendSeq(all, slices.Chunk(of, size))
	}
	return all
}

// revisionsOf are those of records, in order.
func revisionsOf(records []*snapshot.Record) []int {
	var all []int
	for _, r := range records {
		all = append(all, r.Revision)
	}
	slices.Sort(all)
	return all
}

func joined(revisions []int) string {
	var all []string
	for _, n := range revisions {
		all = append(all, strconv.Itoa(n))
	}
	return strings.Join(all, ",")
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
	return fmt.Sprintf("%s,%s in (%s),%s in (%s)", release.OwnerSelector,
		release.LabelVersion, joined(b.revisions), release.LabelName, strings.Join(b.names(), ","))
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
func (c *Client) readBodies(ctx context.Context, records []*snapshot.Record, known *namesakes, q *Query, take taker) ([]snapshot.Gap, error) {
	todo := batches(records, known)
	gaps := make([][]snapshot.Gap, len(todo))
	g, ctx := errgroup.WithContext(ctx)
	// Unpacking keeps a processor busy. What arrives while none is free waits in memory.
	g.SetLimit(min(c.options.Concurrency, 2*runtime.GOMAXPROCS(0)))
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

// readBatch takes in the records as they arrive, and then those that did not.
func (c *Client) readBatch(ctx context.Context, b *batch, take taker) ([]snapshot.Gap, error) {
	w := c.workers.take()
	defer c.workers.give(w)
	missing := make(map[storedKey]*snapshot.Record, len(b.records))
	for _, r := range b.records {
		missing[storedKey{r.Release.Namespace, r.Release.Name, r.Revision}] = r
	}
	var gaps []snapshot.Gap
	failed := c.listBatch(ctx, b, w, func(key storedKey, st *storedRecord) {
		if r := missing[key]; r != nil {
			delete(missing, key)
			gaps = append(gaps, take(r, st, nil, w.decoder)...)
		}
	})
	if failed != nil && fatal(ctx, failed) {
		return nil, failed
	}
	for _, r := range b.records {
		if missing[storedKey{r.Release.Namespace, r.Release.Name, r.Revision}] == nil {
			continue
		}
		st, why := storedRecord{}, failed
		if why == nil { // its labels may say something else than its name does
			st, why = c.storedByName(ctx, r)
			if why != nil && fatal(ctx, why) {
				return nil, why
			}
		}
		taken := take(r, &st, why, w.decoder)
		for i := range taken {
			taken[i].Unreached = why != nil && !apierrors.IsForbidden(why)
		}
		gaps = append(gaps, taken...)
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
	r.Status, r.Written = st.status, st.written
	if r.ResourceVersion != st.resourceVersion {
		r.ResourceVersion = strings.Clone(st.resourceVersion) // and not all that came with it
	}
}
