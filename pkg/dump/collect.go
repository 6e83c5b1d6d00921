package dump

import (
	"crypto/sha256"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/hook"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/live"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/release"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/snapshot"
	"github.com/kubectl-helmhooks/kubectl-helmhooks/pkg/uses"
)

// collector takes in objects one by one, and keeps what evidence needs of them.
type collector struct {
	// file is the one being read.
	file string
	// snap is set when a file is a Snapshot.
	snap *snapshot.Snapshot

	newest     time.Time
	kinds      kinds
	namespaces map[string]bool // in which there is any object
	seen       map[digest]bool
	objects    []snapshot.Object
	// others are those without a hook annotation; a record may declare them.
	others     *spool[snapshot.Object]
	facts      *spool[uses.Facts]
	declared   *spool[declared]
	signs      signs
	records    []snapshot.Record
	undecoded  map[snapshot.RecordID]string
	undeclared map[snapshot.RecordID]string // manifests that are not read in full
	cut        []snapshot.Gap
	decoder    *release.Decoder
	shared     *shared
	anyObject  bool
	anyManaged bool // an object has managedFields
	anyStored  bool // an object has what only API servers give
}

func newCollector() *collector {
	return &collector{
		kinds:      make(kinds),
		namespaces: make(map[string]bool),
		seen:       make(map[digest]bool),
		undecoded:  make(map[snapshot.RecordID]string),
		undeclared: make(map[snapshot.RecordID]string),
		others:     newSpool[snapshot.Object](),
		facts:      newSpool[uses.Facts](),
		declared:   newSpool[declared](),
		signs:      newSigns(),
		decoder:    release.NewDecoder(release.DefaultLimits()),
		shared:     newShared(),
	}
}

// add takes in an object.
func (c *collector) add(o *object) error {
	if err := o.check(); err != nil {
		return err
	}
	if c.snap != nil {
		return errTwoSnapshots
	}
	if isEvent(o.APIVersion, o.Kind) {
		c.at(live.Written(&o.Metadata))
		return nil
	}
	if ns := o.Metadata.Namespace; ns != "" {
		c.namespaces[ns] = true
	}
	kind := c.kinds.see(o.APIVersion, o.Kind, o.Metadata.Namespace != "")
	if !c.first(o) {
		return nil
	}
	run, err := o.run()
	if err != nil {
		return err
	}
	c.observe(o, run)
	if err := c.signs.see(kind, o); err != nil {
		return err
	}
	if r, ok := o.record(); ok {
		return c.addRecord(r, o)
	}
	if err := c.addFacts(o, kind); err != nil {
		return err
	}
	found := live.Object(kind, &metav1.PartialObjectMetadata{ObjectMeta: o.Metadata})
	found.Run = run
	if _, isHook := o.Metadata.Annotations[hook.Annotation]; isHook {
		c.shared.object(&found)
		c.objects = append(c.objects, found)
		return nil
	}
	return c.others.put(objectDigest(found.Kind, found.Namespace, found.Name), &found)
}

// first tells whether the object is there for the first time.
func (c *collector) first(o *object) bool {
	m := &o.Metadata
	id := digestOf("uid", string(m.UID))
	if m.UID == "" {
		id = digestOf("name", snapshot.Group(o.APIVersion), o.Kind, m.Namespace, m.Name)
	}
	if c.seen[id] {
		return false
	}
	c.seen[id] = true
	return true
}

func (c *collector) observe(o *object, run *snapshot.Run) {
	c.anyObject = true
	c.anyManaged = c.anyManaged || len(o.Metadata.ManagedFields) > 0
	c.anyStored = c.anyStored || o.Metadata.UID != "" || !o.Metadata.CreationTimestamp.IsZero()
	c.at(live.Written(&o.Metadata))
	if run != nil {
		c.at(run.Finished)
	}
}

// at takes in a time that the server gave. When an object will be deleted is none:
// that is a time to come.
func (c *collector) at(t time.Time) {
	if t.After(c.newest) {
		c.newest = t
	}
}

// listed notes that a list of one kind is there, be it empty.
func (c *collector) listed(l *list) {
	if l.kind != "" && l.apiVersion != "" && !isEvent(l.apiVersion, l.kind) {
		c.kinds.see(l.apiVersion, l.kind, false)
	}
}

// addRecord decodes a record at once: keeping its text for later would cost more.
func (c *collector) addRecord(r snapshot.Record, o *object) error {
	var facts []*uses.Facts
	payload, err := o.payload()
	if err == nil {
		facts, err = live.DecodeManifest(&r, payload, c.decoder, nil)
	}
	if err != nil {
		c.undeclared[r.RecordID] = err.Error()
	}
	if err != nil && r.Body == nil {
		if payload != nil { // a manifest that is too large spoils nothing else
			err = live.DecodeBody(&r, payload, c.decoder)
		}
		if err != nil {
			c.undecoded[r.RecordID] = err.Error()
		}
	}
	c.records = append(c.records, r)
	for _, f := range facts {
		if err := c.declared.put(digest{}, &declared{r.RecordID, f}); err != nil {
			return err
		}
	}
	return nil
}

// digest stands for something longer that only has to be found again.
type digest [16]byte

func digestOf(parts ...string) digest {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return digest(sum[:len(digest{})])
}

func objectDigest(kind, namespace, name string) digest { return digestOf(kind, namespace, name) }
